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

const WHOLE = /^-?\d+$/u;
/** A whole number of at least sixteen digits may be one: below 10^15 none is. */
const LONG_NUMBER = /[[:,\s]-?\d{16}/u;
/** A text, which is left as it is; or such a number, which no fraction and no exponent follows. */
const TEXT_OR_LONG_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/gsu;

/**
 * As `parseJson`, but a whole number that a double can't hold (beyond 2^53) comes as the text of its digits: as an id it would be another one.
 * (`JSON.parse` could tell how a number was written, and takes thirty times as long for it.)
 * @throws SyntaxError
 */
export function parseJsonExactly(text: string): Json {
  if (!LONG_NUMBER.test(text)) return parseJson(text);
  return parseJson(text.replaceAll(TEXT_OR_LONG_NUMBER, (token) => (token.startsWith('"') || isExact(token) ? token : `"${token}"`)));
}

function isExact(digits: string): boolean {
  return Number.isSafeInteger(Number(digits));
}

/** A number that was written so: its digits, where it can't hold them. */
export function exactly(read: number, written: string): number | string {
  return WHOLE.test(written) && !isExact(written) ? written : read;
}

/** A number, also one whose digits `parseJsonExactly` kept; null for what is none. */
export function numberOf(value: Json | undefined): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.length >= 16 && WHOLE.test(value) ? Number(value) : null;
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
