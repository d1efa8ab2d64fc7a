import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import { Refusal } from './refusal.ts';

/** Reading a request as strictly as Elasticsearch does: what isn't as it should be is refused. */
export function objectIn(value: Json | undefined, what: string): JsonObject {
  if (value === undefined || !isJsonObject(value)) throw new Refusal(`[${what}] must be an object`);
  return value;
}

/** One value stands for a list of one. */
export function listIn(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** The only member of an object such as `{ term: … }`. */
export function onlyMember(value: Json | undefined, what: string): readonly [name: string, member: Json] {
  const members = Object.entries(objectIn(value, what));
  const [first] = members;
  if (first === undefined || members.length > 1)
    throw new Refusal(`[${what}] malformed query, expected one member, found ${members.length}`);
  return first;
}

export function textIn(value: Json | undefined, what: string): string {
  if (typeof value !== 'string') throw new Refusal(`[${what}] must be a string`);
  return value;
}

/** Numbers may be written as text. */
export function numberIn(value: Json | undefined, what: string, byDefault?: number): number {
  if (value === undefined && byDefault !== undefined) return byDefault;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number))
    throw new Refusal(`failed to parse [${what}]: [${JSON.stringify(value)}] is no number`);
  return number;
}

export function wholeIn(value: Json | undefined, what: string, byDefault: number, least = 0): number {
  const number = numberIn(value, what, byDefault);
  if (!Number.isInteger(number) || number < least) throw new Refusal(`[${what}] must be a whole number from ${least}, found [${number}]`);
  return number;
}

/** @throws Refusal for a member that isn't among the known ones */
export function knownMembers(value: JsonObject, what: string, known: readonly string[]): void {
  const stranger = Object.keys(value).find((key) => !known.includes(key));
  if (stranger !== undefined) throw new Refusal(`[${what}] unknown field [${stranger}]`);
}
