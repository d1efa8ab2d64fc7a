/** What JSON can hold. Everything that vigie stores, hashes or hands to a template is of this type. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Narrows to a plain object: not null, not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a JSON text holds. @throws SyntaxError */
export function parseJson(text: string): Json {
  // oxlint-disable-next-line typescript/no-unsafe-assignment -- JSON.parse makes nothing but JSON
  const value: Json = JSON.parse(text);
  return value;
}

export function isJsonObject(value: Json): value is JsonObject {
  return isRecord(value);
}

/** A copy that JSON can hold: members without a value stay away. @throws TypeError for what JSON prints as no object */
export function toJsonObject(value: unknown): JsonObject {
  const copy = parseJson(JSON.stringify(value));
  if (!isJsonObject(copy)) throw new TypeError('this is no JSON object');
  return copy;
}

/** A copy with every text changed; the names of members stay. */
export function mapTexts(object: JsonObject, change: (text: string) => string): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, mapped(value, change)]));
}

function mapped(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (isList(value)) return value.map((item) => mapped(item, change));
  return isJsonObject(value) ? mapTexts(value, change) : value;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** The words of whatever was thrown, for a log or for an error's parameters. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
