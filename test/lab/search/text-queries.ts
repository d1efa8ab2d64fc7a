import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import { minimumOf } from './bool-query.ts';
import type { Document } from './document.ts';
import { equals } from './field-queries.ts';
import { listIn, objectIn, onlyMember, textIn } from './json-reading.ts';
import type { QueryContext, QueryKind, Test } from './query-kind.ts';
import { LabLimit, Refusal } from './refusal.ts';
import { wordsOf } from './words.ts';

const MATCH_MEMBERS: readonly string[] = [
  'query',
  'operator',
  'minimum_should_match',
  'boost',
  '_name',
  'lenient',
  'zero_terms_query',
  'analyzer',
  'fuzziness',
  'slop',
];

export const match: QueryKind = (member, context) => {
  const [field, given] = onlyMember(member, 'match');
  const { query, options } = matchOf(given);
  return matchTest(field, query, options, context);
};

function matchOf(given: Json): { readonly query: Json; readonly options: JsonObject } {
  if (!isJsonObject(given)) return { query: given, options: {} };
  const stranger = Object.keys(given).find((key) => !MATCH_MEMBERS.includes(key));
  if (stranger !== undefined) throw new Refusal(`[match] query does not support [${stranger}]`);
  for (const beyond of ['fuzziness', 'analyzer', 'slop']) if (given[beyond] !== undefined) throw new LabLimit(`match with ${beyond}`);
  if (given['query'] === undefined) throw new Refusal('No text specified for text query');
  return { query: given['query'], options: given };
}

/** Of a text: one of the words, or all with the operator `and`. Of any other field: the value itself. */
export function matchTest(field: string, query: Json, options: JsonObject, context: QueryContext): Test {
  const words = wordsOf(String(query));
  const every = String(options['operator'] ?? 'or').toLowerCase() === 'and';
  const needed = minimumOf(options['minimum_should_match'], words.length, every ? words.length : 1);
  const value = equals(field, query, context);
  return (document) => {
    if (document.kindOf(field) !== 'text') return value(document);
    if (words.length === 0) return false;
    const found = new Set(document.values(field).flatMap((text) => wordsOf(String(text))));
    return words.filter((word) => found.has(word)).length >= Math.max(1, needed);
  };
}

export const matchPhrase: QueryKind = (member, context) => {
  const [field, given] = onlyMember(member, 'match_phrase');
  return phraseTest(field, matchOf(given).query, context);
};

/** The words one behind the other. */
export function phraseTest(field: string, query: Json, context: QueryContext): Test {
  const words = wordsOf(String(query));
  const value = equals(field, query, context);
  return (document) =>
    document.kindOf(field) === 'text' ? document.values(field).some((text) => inOrder(words, wordsOf(String(text)))) : value(document);
}

function inOrder(words: readonly string[], text: readonly string[]): boolean {
  if (words.length === 0) return false;
  return text.some((_, start) => words.every((word, at) => text[start + at] === word));
}

export const multiMatch: QueryKind = (member, context) => {
  const { query, fields, type = 'best_fields', ...options } = objectIn(member, 'multi_match');
  if (query === undefined) throw new Refusal('No text specified for multi_match query');
  if (type !== 'best_fields' && type !== 'phrase') throw new LabLimit(`multi_match of type ${JSON.stringify(type)}`);
  const names = listIn(fields).map((name) => textIn(name, 'multi_match').replace(/\^.*$/u, ''));
  const tests = names.map((name) => (type === 'phrase' ? phraseTest(name, query, context) : matchTest(name, query, options, context)));
  return (document: Document) => tests.some((test) => test(document));
};
