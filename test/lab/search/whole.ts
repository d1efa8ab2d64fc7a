import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import { printDate } from './date-patterns.ts';
import { type MemoryIndex, TIME_FIELD } from './memory-index.ts';
import type { Found } from '#ports/search.ts';

/**
 * What an index has at hand of all its documents, without reading one: how many there are, and the oldest of them. Elasticsearch answers such
 * searches in the same way, and vigie asks one for each pattern at each look.
 * @param until what is dated later isn't there yet, ms
 * @returns null where the search asks for more
 */
export function atHand(indices: readonly MemoryIndex[], body: JsonObject, until: number): Found | null {
  const { aggs, size, track_total_hits: tracked, ...more } = body;
  if (size !== 0 || tracked !== false || Object.keys(more).length > 0 || aggs === undefined || !isJsonObject(aggs)) return null;
  const known = indices.map((index) => ({ name: index.name, ...index.upTo(until) }));
  const answers = Object.entries(aggs).map(([name, aggregation]) => [name, oneAtHand(known, aggregation)] as const);
  if (answers.some(([, answer]) => answer === null)) return null;
  return { ok: true, total: 0, hits: [], aggregations: Object.fromEntries(answers) };
}

const MOST = 1_000;
/** How `BY_INDEX` of vigie asks. */
const BY_NAME = JSON.stringify({ terms: { field: '_index', size: MOST, order: { _key: 'desc' } } });
const OLDEST = JSON.stringify({ min: { field: TIME_FIELD } });

interface AtHand {
  readonly name: string;
  readonly documents: number;
  readonly oldest: number | null;
}

function oneAtHand(known: readonly AtHand[], aggregation: Json): JsonObject | null {
  const asked = JSON.stringify(aggregation);
  if (asked === OLDEST) {
    const times = known.flatMap(({ oldest }) => oldest ?? []);
    if (times.length === 0) return { value: null };
    const value = times.reduce((one, other) => Math.min(one, other));
    return { value, value_as_string: printDate(value) };
  }
  if (asked !== BY_NAME || known.length > MOST) return null;
  const filled = known.filter(({ documents }) => documents > 0).toSorted((one, other) => (one.name < other.name ? 1 : -1));
  const buckets = filled.map(({ name, documents }) => ({ key: name, doc_count: documents }));
  return { doc_count_error_upper_bound: 0, sum_other_doc_count: 0, buckets };
}
