import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import { compileBool } from './bool-query.ts';
import { exists, prefix, regexp, term, terms, wildcard } from './field-queries.ts';
import { knownMembers, listIn, objectIn, onlyMember, textIn } from './json-reading.ts';
import type { QueryContext, QueryKind, Test, TimeBounds } from './query-kind.ts';
import { queryString } from './query-string.ts';
import { range } from './range-query.ts';
import { LabLimit, Refusal } from './refusal.ts';
import { match, matchPhrase, multiMatch } from './text-queries.ts';

const always: Test = () => true;
const never: Test = () => false;

const KINDS: Readonly<Record<string, QueryKind>> = {
  bool: (member, context) => compileBool(objectIn(member, 'bool'), (query) => compileQuery(query, context)),
  term,
  terms,
  range,
  exists,
  prefix,
  wildcard,
  regexp,
  match,
  match_phrase: matchPhrase,
  multi_match: multiMatch,
  query_string: (member, context) => queryString(member, (query) => compileQuery(query, context)),
  match_all: (member) => (knownMembers(objectIn(member, 'match_all'), 'match_all', ['boost', '_name']), always),
  match_none: () => never,
  ids,
  constant_score: (member, context) => compileQuery(objectIn(member, 'constant_score')['filter'], context),
};

const BEYOND: readonly string[] = [
  'nested',
  'fuzzy',
  'script',
  'function_score',
  'dis_max',
  'boosting',
  'more_like_this',
  'simple_query_string',
  'match_phrase_prefix',
  'match_bool_prefix',
  'terms_set',
  'geo_distance',
  'geo_bounding_box',
  'has_child',
  'has_parent',
  'intervals',
  'wrapper',
];

/**
 * Reads a query as Elasticsearch does.
 * @throws Refusal for what Elasticsearch refuses, LabLimit for what only Elasticsearch can do
 */
export function compileQuery(query: Json | undefined, context: QueryContext): Test {
  if (query === undefined) return always;
  if (!isJsonObject(query) || Object.keys(query).length === 0) throw new Refusal('query malformed, empty clause found');
  const [name, member] = onlyMember(query, Object.keys(query)[0] ?? 'query');
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (kind !== undefined) return kind(member, context);
  throw BEYOND.includes(name) ? new LabLimit(`the query ${name}`) : new Refusal(`unknown query [${name}]`);
}

function ids(member: Json): Test {
  const { values } = objectIn(member, 'ids');
  const wanted = new Set(listIn(values).map((value) => textIn(value, 'ids')));
  return (document) => wanted.has(document.id);
}

/**
 * Where on the time line matches can be: so that a search in the last minutes doesn't look at a week of documents.
 * @param read a range on the time field, as bounds that nothing outside matches
 */
export function timeBounds(query: Json | undefined, field: string, read: (range: JsonObject) => TimeBounds): TimeBounds {
  let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const narrow = (bounds: TimeBounds): void => {
    from = Math.max(from, bounds.from);
    to = Math.min(to, bounds.to);
  };
  if (query === undefined || !isJsonObject(query)) return { from, to };
  const { range: byTime, bool, constant_score: constant } = query;
  if (byTime !== undefined && isJsonObject(byTime) && byTime[field] !== undefined) narrow(read(objectIn(byTime[field], 'range')));
  if (constant !== undefined && isJsonObject(constant)) narrow(timeBounds(constant['filter'], field, read));
  if (bool !== undefined && isJsonObject(bool))
    for (const clause of [...listIn(bool['filter']), ...listIn(bool['must'])]) narrow(timeBounds(clause, field, read));
  return { from, to };
}
