import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import type { Document, Value } from './document.ts';
import { objectIn, textIn } from './json-reading.ts';
import { regexpOf, wildcardOf } from './patterns.ts';
import type { QueryContext, QueryKind, Test } from './query-kind.ts';
import { rangeTest } from './range-query.ts';
import { Refusal } from './refusal.ts';
import { wordsOf } from './words.ts';

interface FieldQuery {
  readonly field: string;
  /** The member that the query is named after. */
  readonly value: Json;
  readonly options: JsonObject;
}

const COMMON: readonly string[] = ['boost', '_name', 'case_insensitive', 'rewrite'];

/** `{ field: value }` or `{ field: { value, … } }`, with one field. */
function fieldQuery(member: Json, kind: string, names: readonly string[]): FieldQuery {
  const fields = Object.entries(objectIn(member, kind)).filter(([name]) => name !== 'boost' && name !== '_name');
  const [first, second] = fields;
  if (first === undefined) throw new Refusal(`[${kind}] requires a field`);
  if (second !== undefined) throw new Refusal(`[${kind}] query doesn't support multiple fields, found [${first[0]}] and [${second[0]}]`);
  const [field, given] = first;
  if (!isJsonObject(given)) return { field, value: given, options: {} };
  const stranger = Object.keys(given).find((key) => !names.includes(key) && !COMMON.includes(key));
  if (stranger !== undefined) throw new Refusal(`[${kind}] query does not support [${stranger}]`);
  const name = names.find((key) => given[key] !== undefined);
  if (name === undefined) throw new Refusal(`[${kind}] query requires a value for field [${field}]`);
  return { field, value: given[name] ?? null, options: given };
}

export const term: QueryKind = (member, context) => {
  const { field, value, options } = fieldQuery(member, 'term', ['value']);
  if (value === null) throw new Refusal(`value cannot be null`);
  return equals(field, value, context, options['case_insensitive'] === true);
};

export const terms: QueryKind = (member, context) => {
  const fields = Object.entries(objectIn(member, 'terms')).filter(([name]) => name !== 'boost' && name !== '_name');
  const [first, second] = fields;
  if (first === undefined || second !== undefined)
    throw new Refusal('[terms] query requires a field name, followed by array of terms or a document lookup specification');
  const [field, values] = first;
  if (!Array.isArray(values)) throw new Refusal(`[terms] query requires an array of terms for [${field}]`);
  const given = values.map((value: Json) => scalar(value));
  // Keywords are compared as text: one look instead of one for each.
  const texts = new Set(given.map(String));
  const tests = given.map((value) => equals(field, value, context));
  return (document) =>
    document.kindOf(field) === 'keyword'
      ? document.values(field).some((value) => texts.has(String(value)))
      : tests.some((test) => test(document));
};

function scalar(value: Json): Json {
  if (value === null || typeof value === 'object') throw new Refusal('No value specified for terms query');
  return value;
}

/** Whether one of the field's values (of a text: of its words) is this one. */
export function equals(field: string, value: Json, context: QueryContext, ignoreCase = false): Test {
  const text = String(value);
  const folded = ignoreCase ? text.toLowerCase() : text;
  const fold = (found: string): string => (ignoreCase ? found.toLowerCase() : found);
  const day = lazy(() => rangeTest(field, { gte: value, lte: value }, context));
  return (document) => {
    const kind = document.kindOf(field);
    if (kind === null) return false;
    const values = document.values(field);
    if (kind === 'keyword') return values.some((found) => fold(String(found)) === folded);
    if (kind === 'text') return values.some((found) => wordsOf(String(found)).includes(ignoreCase ? folded : text));
    if (kind === 'date') return day()(document);
    if (kind === 'boolean') return values.includes(booleanIn(text));
    return values.includes(numberOf(field, text));
  };
}

/** Made when it is first needed: a value that is no date is refused only where it meets a date. */
function lazy<T>(make: () => T): () => T {
  let made: { readonly it: T } | null = null;
  return () => (made ??= { it: make() }).it;
}

function booleanIn(text: string): boolean {
  if (text !== 'true' && text !== 'false' && text !== '')
    throw new Refusal(`Can't parse boolean value [${text}], expected [true] or [false]`);
  return text === 'true';
}

function numberOf(field: string, text: string): number {
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number))
    throw new Refusal(`failed to create query: For input string: "${text}" in field [${field}]`);
  return number;
}

export const exists: QueryKind = (member) => {
  const field = textIn(objectIn(member, 'exists')['field'], 'exists');
  return (document) => document.has(field);
};

export const prefix: QueryKind = (member) => {
  const { field, value, options } = fieldQuery(member, 'prefix', ['value']);
  const fold = (text: string): string => (options['case_insensitive'] === true ? text.toLowerCase() : text);
  const start = fold(textIn(value, 'prefix'));
  return overTerms(field, 'prefix', (text) => fold(text).startsWith(start));
};

export const wildcard: QueryKind = (member) => {
  const { field, value, options } = fieldQuery(member, 'wildcard', ['value', 'wildcard']);
  const ignoreCase = options['case_insensitive'] === true;
  const pattern = textIn(value, 'wildcard');
  return overTerms(field, 'wildcard', matcher(wildcardOf(pattern, ignoreCase)), matcher(wildcardOf(pattern, true)));
};

export const regexp: QueryKind = (member) => {
  const { field, value, options } = fieldQuery(member, 'regexp', ['value', 'flags', 'max_determinized_states']);
  return overTerms(field, 'regexp', matcher(regexpOf(textIn(value, 'regexp'), options['case_insensitive'] === true)));
};

const matcher =
  (expression: RegExp) =>
  (text: string): boolean =>
    expression.test(text);

/** Over keywords, and over the words of a text. @throws Refusal for other kinds, which have no terms that could be compared */
export function overTerms(field: string, kind: string, passes: (term: string) => boolean, passesWord = passes): Test {
  return (document: Document) => {
    const found = document.kindOf(field);
    if (found === null) return false;
    if (found === 'keyword') return document.values(field).some((value: Value) => passes(String(value)));
    if (found === 'text') return document.values(field).some((value: Value) => wordsOf(String(value)).some(passesWord));
    throw new Refusal(`Can only use ${kind} queries on keyword, text and wildcard fields - not on [${field}] which is of type [${found}]`);
  };
}
