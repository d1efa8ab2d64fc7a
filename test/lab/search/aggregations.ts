import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import type { Aggregation, AggregationContext } from './aggregation-kind.ts';
import { composite } from './composite.ts';
import type { Document } from './document.ts';
import { dateHistogram, histogram } from './histograms.ts';
import { objectIn } from './json-reading.ts';
import { avg, cardinality, extendedStats, max, min, percentiles, stats, sum, valueCount } from './metrics.ts';
import { pipelineOf } from './pipelines.ts';
import { dateRange, filter, filters, global, missing, range } from './range-buckets.ts';
import { LabLimit, Refusal } from './refusal.ts';
import { terms } from './terms.ts';
import { topHits } from './top-hits.ts';

const KINDS: Readonly<Record<string, Aggregation>> = {
  terms,
  date_histogram: dateHistogram,
  histogram,
  range,
  date_range: dateRange,
  filter,
  filters,
  missing,
  global,
  composite,
  top_hits: topHits,
  avg,
  min,
  max,
  sum,
  value_count: valueCount,
  cardinality,
  stats,
  extended_stats: extendedStats,
  percentiles,
};

const BEYOND: readonly string[] = [
  'nested',
  'reverse_nested',
  'sampler',
  'significant_terms',
  'rare_terms',
  'auto_date_histogram',
  'multi_terms',
  'percentile_ranks',
  'median_absolute_deviation',
  'weighted_avg',
  'top_metrics',
  'scripted_metric',
  'rate',
  'derivative',
  'bucket_script',
  'bucket_selector',
  'bucket_sort',
  'cumulative_sum',
  'moving_fn',
  'serial_diff',
];

/** Everything that one level of a request's `aggs` asks for. */
export function aggregate(
  aggregations: Json | undefined,
  documents: readonly Document[],
  context: Omit<AggregationContext, 'bucket'>,
): JsonObject {
  const definitions = Object.entries(aggregations === undefined ? {} : objectIn(aggregations, 'aggs'));
  const results: Record<string, Json> = {};
  for (const [name, definition] of definitions) {
    const { kind, own, below, meta } = readDefinition(name, definition);
    const run = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
    if (run === undefined) continue;
    const bucket = (members: readonly Document[]): JsonObject => ({ doc_count: members.length, ...aggregate(below, members, context) });
    results[name] = { ...meta, ...run(own, documents, { ...context, bucket }) };
  }
  // Those that read their siblings' buckets come last.
  for (const [name, definition] of definitions) {
    const { kind, own, meta } = readDefinition(name, definition);
    const pipeline = pipelineOf(kind);
    if (pipeline !== null) results[name] = { ...meta, ...pipeline(own, results) };
  }
  return results;
}

interface Definition {
  readonly kind: string;
  readonly own: JsonObject;
  readonly below: Json | undefined;
  readonly meta: JsonObject;
}

function readDefinition(name: string, definition: Json): Definition {
  const { aggs, aggregations, meta, ...kinds } = objectIn(definition, name);
  const found = Object.entries(kinds);
  const [first, second] = found;
  if (first === undefined) throw new Refusal(`Missing definition for aggregation [${name}]`);
  if (second !== undefined) throw new Refusal(`Found two aggregation type definitions in [${name}]: [${first[0]}] and [${second[0]}]`);
  const [kind, own] = first;
  if (!Object.hasOwn(KINDS, kind) && pipelineOf(kind) === null)
    throw BEYOND.includes(kind) ? new LabLimit(`the aggregation ${kind}`) : new Refusal(`Unknown aggregation type [${kind}]`);
  return { kind, own: objectIn(own, kind), below: aggs ?? aggregations, meta: meta !== undefined && isJsonObject(meta) ? { meta } : {} };
}
