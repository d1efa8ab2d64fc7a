import { isJsonObject, type Json } from '#kernel/json.ts';
import type { Rule } from '../rule.ts';
import { isList } from './fields.ts';

/**
 * In which ways queries mean a field. `presence`: whether a document has it. `value`: what it is as a whole. `order`: how its values compare. `mapping`: as
 * it is mapped, its words, its nested documents, by a script, or nobody can tell.
 */
export type Meaning = 'presence' | 'value' | 'order' | 'mapping';

/** Source: Elasticsearch's reference, Query DSL. */
const BY_VALUE: ReadonlySet<string> = new Set(['term', 'terms', 'terms_set', 'prefix', 'wildcard', 'regexp', 'fuzzy']);
const BY_WORDS: ReadonlySet<string> = new Set(['match', 'match_phrase', 'match_phrase_prefix', 'match_bool_prefix', 'intervals']);
/** They may mean any field: by a pattern, by all that an index has, by a program. */
const ANY: ReadonlySet<string> = new Set([
  'query_string',
  'simple_query_string',
  'multi_match',
  'combined_fields',
  'more_like_this',
  'script',
  'script_score',
  'wrapper',
  'percolate',
  'span_term',
  'has_child',
  'has_parent',
]);

/** How all queries that a rule asks with mean a field: one entry for each that does. */
export function meaningsOf({ filter, kind }: Rule, field: string): readonly Meaning[] {
  const queries = kind.type === 'percentage_match' ? [...filter, ...kind.matchFilter] : filter;
  return [...meanings(queries, field)];
}

function* meanings(query: Json, field: string): Generator<Meaning> {
  if (isList(query)) for (const each of query) yield* meanings(each, field);
  else if (isJsonObject(query)) for (const [name, body] of Object.entries(query)) yield* meaningsIn(name, body, field);
}

function* meaningsIn(name: string, body: Json, field: string): Generator<Meaning> {
  const fields = isJsonObject(body) ? Object.keys(body) : [];
  const isNamed = fields.some((each) => means(each, field));
  if (ANY.has(name)) {
    if (!isElsewhere(name, body, field)) yield 'mapping';
  } else if (name === 'exists') {
    if (namesIn(body, 'field').some((each) => means(each, field))) yield 'presence';
  } else if (name === 'nested') {
    if (namesIn(body, 'path').some((each) => means(each, field))) yield 'mapping';
  } else if (BY_VALUE.has(name)) {
    if (isNamed) yield 'value';
  } else if (name === 'range') {
    if (isNamed) yield 'order';
  } else if (BY_WORDS.has(name)) {
    if (isNamed) yield 'mapping';
  } else yield* meanings(body, field);
}

/** Whether a name in a query stands for the field: its own, a pattern, or that of an object that it is in. */
function means(name: string, field: string): boolean {
  return name === field || field.startsWith(`${name}.`) || name.includes('*');
}

function namesIn(body: Json, member: string): readonly string[] {
  const name = isJsonObject(body) ? body[member] : undefined;
  return typeof name === 'string' ? [name] : [];
}

/** Lucene's syntax: each word with the name of its field, and the value behind it in one piece, in quotes, or in brackets. */
const QUOTED = /"(?:\\.|[^"\\])*"/gu;
const NAMED = /(?<name>[^\s:()[\]{}"!+-][^\s:()[\]{}"]*):\s*(?:\([^()]*\)|[[{][^\]}]*[\]}]|[^\s()]+)/gu;
const JOINED = /^(?:AND|OR|NOT|&&|\|\||[\s!+()-])*$/u;

/** Of a text in which each word names its field, and none this one. */
function isElsewhere(name: string, body: Json, field: string): boolean {
  if (name !== 'query_string' || !isJsonObject(body)) return false;
  const text = String(body['query'] ?? '').replaceAll(QUOTED, 'q');
  const names = [...text.matchAll(NAMED)].flatMap(({ groups }) => (groups?.['name'] === undefined ? [] : [groups['name']]));
  // `_exists_: name` has the field for its value.
  return JOINED.test(text.replaceAll(NAMED, ' ')) && !names.some((each) => each === '_exists_' || means(each.replaceAll('\\', ''), field));
}
