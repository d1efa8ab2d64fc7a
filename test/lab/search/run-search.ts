import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import type { Found } from '#ports/search.ts';
import { aggregate } from './aggregations.ts';
import type { Document } from './document.ts';
import { behind, hitOf, sortedBy } from './hits.ts';
import { wholeIn } from './json-reading.ts';
import { type MemoryIndex, TIME_FIELD } from './memory-index.ts';
import { compileQuery, timeBounds } from './query.ts';
import { boundsOfTime } from './range-query.ts';
import { LabLimit, Refusal } from './refusal.ts';
import type { FieldKind } from './schema.ts';

const MEMBERS: readonly string[] = [
  'query',
  'aggs',
  'aggregations',
  'size',
  'from',
  'sort',
  '_source',
  'track_total_hits',
  'search_after',
  'timeout',
  'track_scores',
  'docvalue_fields',
  'runtime_mappings',
  'post_filter',
  'version',
  'seq_no_primary_term',
];
const BEYOND: readonly string[] = [
  'collapse',
  'fields',
  'stored_fields',
  'script_fields',
  'highlight',
  'min_score',
  'pit',
  'rescore',
  'suggest',
  'terminate_after',
  'knn',
  'slice',
];
/** As an index's `max_result_window`. */
const WINDOW = 10_000;

/**
 * Answers one search.
 * @param now milliseconds since the epoch
 * @throws Refusal for what Elasticsearch refuses
 */
export function runSearch(indices: readonly MemoryIndex[], body: JsonObject, now: number): Found {
  checkBody(body);
  const context = { now };
  const test = compileQuery(body['query'], context);
  const bounds = timeBounds(body['query'], TIME_FIELD, (range) => boundsOfTime(TIME_FIELD, range, context));
  const made = madeColumns(body['runtime_mappings']);
  const matching = indices.flatMap((index) => index.within(bounds).map((document) => document.withColumns(made))).filter(test);
  const aggs = body['aggs'] ?? body['aggregations'];
  const kindOf = (field: string): string | null => {
    if (made.has(field)) return made.get(field) ?? null;
    for (const { schema } of indices) if (schema.kindOf(field) !== null) return schema.kindOf(field);
    return field === '_index' || field === '_id' ? 'keyword' : null;
  };
  const everything = (): readonly Document[] => indices.flatMap((index) => index.all());
  const aggregations = aggregate(aggs, matching, { now, kindOf, everything });
  const hits = body['post_filter'] === undefined ? matching : matching.filter(compileQuery(body['post_filter'], context));
  const sorted = sortedBy(body['sort'], hits);
  const from = wholeIn(body['from'], 'from', 0);
  const size = wholeIn(body['size'], 'size', 10);
  const page = behind(sorted, body['search_after']).slice(from, from + size);
  const shown = page.map((document) => hitOf(document, { source: body['_source'], fields: body['docvalue_fields'] }, sorted));
  return { ok: true, total: totalOf(body['track_total_hits'], hits.length, shown.length), hits: shown, aggregations };
}

/** Columns that the search itself makes; without a script, of what stands in the document under their name. */
function madeColumns(mappings: Json | undefined): ReadonlyMap<string, FieldKind> {
  const all = mappings !== undefined && isJsonObject(mappings) ? Object.entries(mappings) : [];
  return new Map(
    all.map(([field, mapping]) => {
      const { type = null, ...rest } = isJsonObject(mapping) ? mapping : {};
      if ((type !== 'keyword' && type !== 'double') || Object.keys(rest).length > 0) throw new LabLimit('runtime_mappings of that kind');
      return [field, type] as const;
    }),
  );
}

/** As far as it was to be counted; not at all, it is what was brought. */
function totalOf(tracked: Json | undefined, matching: number, brought: number): number {
  if (tracked === false) return brought;
  return typeof tracked === 'number' ? Math.min(tracked, matching) : matching;
}

function checkBody(body: JsonObject): void {
  const stranger = Object.keys(body).find((name) => !MEMBERS.includes(name));
  if (stranger !== undefined)
    throw BEYOND.includes(stranger) ? new LabLimit(`${stranger} in a search`) : new Refusal(`Unknown key for a value in [${stranger}].`);
  const from = wholeIn(body['from'], 'from', 0);
  const size = wholeIn(body['size'], 'size', 10);
  if (from + size > WINDOW)
    throw new Refusal(`Result window is too large, from + size must be less than or equal to: [${WINDOW}] but was [${from + size}].`);
  if (body['search_after'] !== undefined && from > 0) throw new Refusal('`from` parameter must be set to 0 when `search_after` is used.');
  if (body['query'] !== undefined && !isJsonObject(body['query'])) throw new Refusal('[query] malformed, must start with start_object');
}
