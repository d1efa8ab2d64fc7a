import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';

/**
 * The value of a field in a document, written nested, with dots, or mixed: the longest name wins, as in ElastAlert. A sub-field of a multi-field
 * (`name.keyword`) is the field itself. Of a list of objects, the list of their values.
 * @returns undefined when the document doesn't have it
 */
export function lookUp(document: JsonObject, name: string): Json | undefined {
  const parts = name.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const value = document[parts.slice(0, length).join('.')];
    if (value !== undefined) return inside(value, parts.slice(length).join('.'));
  }
  return undefined;
}

function inside(value: Json, rest: string): Json | undefined {
  if (rest === '' || value === null || typeof value !== 'object') return value;
  if (isJsonObject(value)) return lookUp(value, rest);
  const values = value.map((item) => inside(item, rest)).filter((item) => item !== undefined);
  return values.length === 0 ? undefined : values;
}

/** As a bucket's key would be written: a list of one is its element, what is absent is empty. */
export function textOf(value: Json | undefined): string {
  if (value === null || value === undefined) return '';
  if (isList(value) && value.length === 1) return textOf(value[0]);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Elasticsearch doesn't tell a field with one value from a list of one. */
export function single(value: Json | undefined): Json {
  if (value === undefined) return null;
  return isList(value) && value.length === 1 ? single(value[0]) : value;
}

/** What a document holds in a field: none, one, or each element of a list. */
export function valuesOf(value: Json | undefined): readonly Json[] {
  if (value === null || value === undefined) return [];
  return isList(value) ? value.flatMap((item) => valuesOf(item)) : [value];
}

/** `Array.isArray` forgets what a read-only list holds. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
