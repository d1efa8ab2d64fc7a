import { isRecord } from '#kernel/json.ts';

/** What a controller says of one thing. Nothing in it is sure to be there. */
export type Resource = Readonly<Record<string, unknown>>;

/** Longer texts of one field are nobody's name or version. */
const FIELD_LENGTH = 200;

export function inside(from: Resource, ...names: readonly string[]): Resource {
  let found: unknown = from;
  for (const name of names) found = isRecord(found) ? found[name] : undefined;
  return isRecord(found) ? found : {};
}

export function textIn(from: Resource, name: string): string {
  const found = from[name];
  return typeof found === 'string' ? found.trim().slice(0, FIELD_LENGTH) : '';
}

export function numberIn(from: Resource, name: string): number | null {
  const found = from[name];
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

export function textsIn(from: Resource, name: string): readonly string[] {
  const found = from[name];
  return Array.isArray(found) ? found.filter((each) => typeof each === 'string') : [];
}

export function listIn(from: Resource, name: string): readonly Resource[] {
  const found = from[name];
  return Array.isArray(found) ? found.filter(isRecord) : [];
}

/** Where something is: a path of the service itself, and nothing else. Null where there is none. */
export function linkIn(from: Resource, name?: string): string | null {
  const path = textIn(name === undefined ? from : inside(from, name), '@odata.id');
  return isPath(path) ? path : null;
}

export function isPath(text: string): boolean {
  return /^\/redfish\/[\u0021-\u007e]*$/u.test(text);
}
