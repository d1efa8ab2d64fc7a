import type { JsonObject } from '#kernel/json.ts';
import type { ChartData, Series } from '../chart.ts';
import type { Alert } from './alert.ts';
import { metricLeaf, metricValue } from './evaluate/metric.ts';
import { bucketsOf, numberAt, objectAt } from './evaluate/read.ts';
import { columnOf, inColumns, made, ofKey, type Columned } from './evaluate/scene.ts';
import { within } from './evaluate/time.ts';
import { keyWords } from './key.ts';
import type { Rule, RuleKind } from './rule.ts';
import { reachedIn, type Point } from './slope.ts';
import { unitOf } from './unit.ts';

/** Points of a chart: one for each pixel or two at the width of a phone. */
const POINTS = 90;
/** How much of the past a chart shows, at least. */
const SHOWN_MS = 3 * 3_600_000;
const STEPS_MS = [10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000];

/** What to ask for the curve of an alert's value. */
export interface CurveRequest {
  readonly index: string;
  readonly body: JsonObject;
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

/**
 * The last hours of what a rule measures, for the key of one alert.
 * @param columned how the looks have found that the key's fields can be searched by
 * @returns null for a type that has no curve, and for a key that no search can tell from others
 */
export function curveRequest(rule: Rule, alert: Alert, columned: Columned, now: number): CurveRequest | null {
  const value = valueAggregation(rule);
  if (value === null || !inColumns(columned, Object.keys(alert.key))) return null;
  const shownMs = Math.max(SHOWN_MS, windowOf(rule) * 6, now - alert.startedAt + SHOWN_MS / 2);
  const stepMs = STEPS_MS.find((step) => shownMs / step <= POINTS) ?? 86_400_000;
  const from = Math.floor((now - shownMs) / stepMs) * stepMs;
  // An empty part stands for documents without the field.
  const missing = Object.keys(alert.key).filter((field) => alert.key[field] === '');
  const absent = missing.map((field) => ({ bool: { must_not: [{ exists: { field: columnOf(columned.columns, field) } }] } }));
  const histogram = { field: rule.timestampField, fixed_interval: `${stepMs / 1_000}s`, min_doc_count: 0 };
  const body = {
    size: 0,
    track_total_hits: false,
    query: { bool: { filter: [...rule.filter, ofKey(columned, alert.key), ...absent, within(rule, from - 1, now)] } },
    ...made(columned),
    aggs: { over_time: { date_histogram: histogram, aggs: value } },
  };
  return { index: rule.index, body, from, to: now, stepMs };
}

/** A bucket of the answer: when it begins, how many documents, and what was measured if anything was. */
export interface CurveBucket {
  readonly at: number;
  readonly documents: number;
  readonly value: number | null;
}

/** What the answer to a curve's request holds, in order. */
export function curveBuckets({ kind }: Rule, aggregations: JsonObject): readonly CurveBucket[] {
  return bucketsOf(objectAt(aggregations, 'over_time')).map((bucket) => {
    const documents = numberAt(bucket, 'doc_count') ?? 0;
    const matching = numberAt(bucket, 'matching', 'doc_count');
    const share = matching === null || documents === 0 ? null : matching / documents;
    return { at: numberAt(bucket, 'key') ?? 0, documents, value: 'metric' in kind ? metricValue(kind.metric, bucket) : share };
  });
}

/** The chart: a count without documents is zero, a metric without them is a gap. */
export function curveChart(rule: Rule, alert: Alert, request: CurveRequest, buckets: readonly CurveBucket[]): ChartData {
  const counts = 'metric' in rule.kind === false && rule.kind.type !== 'percentage_match';
  const known = new Map(buckets.map((bucket) => [bucket.at, bucket]));
  const points: [number, number | null][] = [];
  for (let at = request.from; at <= request.to; at += request.stepMs) {
    const bucket = known.get(at);
    points.push([at, counts ? (bucket?.documents ?? 0) : (bucket?.value ?? null)]);
  }
  const where = keyWords(alert.key);
  const series: Series = { name: where === '' ? alert.rule : where, points };
  const percent = rule.kind.type === 'percentage_match';
  const limit = typeof alert.limit === 'number' ? alert.limit : null;
  return {
    title: series.name,
    unit: counts ? 'count' : percent ? 'percent' : unitOf(rule),
    from: request.from,
    to: request.to,
    series: [series],
    // A count of a window says nothing about the counts of smaller steps.
    threshold: counts || limit === null ? null : percent ? limit / 100 : limit,
    forecast: rule.kind.type === 'forecast' ? forecastFrom(rule.kind, points, request.to) : null,
  };
}

/** The line through the past, as far as it reaches the limit; null when it doesn't go there. */
function forecastFrom(
  kind: Extract<RuleKind, { type: 'forecast' }>,
  points: readonly (readonly [number, number | null])[],
  now: number,
): Series | null {
  const past = points.flatMap(([at, value]): Point[] => (value === null || at < now - kind.timeframeMs ? [] : [[at, value]]));
  const last = past.at(-1);
  if (last === undefined) return null;
  const [at, value] = last;
  const aheadMs = reachedIn(past, value, at, kind);
  if (aheadMs === null || aheadMs === 0 || aheadMs > kind.withinMs) return null;
  return {
    name: '',
    points: [
      [at, value],
      [Math.round(at + aheadMs), kind.limit],
    ],
  };
}

function windowOf({ kind, bufferTimeMs }: Rule): number {
  return 'timeframeMs' in kind && kind.timeframeMs !== null ? kind.timeframeMs : bufferTimeMs;
}

function valueAggregation({ kind }: Rule): JsonObject | null {
  switch (kind.type) {
    case 'metric_aggregation':
    case 'spike_aggregation':
    case 'forecast':
      return metricLeaf(kind.metric);
    case 'percentage_match':
      return { matching: { filter: { bool: { filter: [...kind.matchFilter] } } } };
    case 'frequency':
    case 'spike':
    case 'flatline':
      return {};
    // One event has no curve.
    case 'any':
    case 'blacklist':
    case 'whitelist':
    case 'change':
    case 'new_term':
    case 'cardinality':
    case 'probe':
      return null;
    default:
      return kind satisfies never;
  }
}
