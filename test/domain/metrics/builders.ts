import type { Json, JsonObject } from '#kernel/json.ts';
import type { Wanted } from '#domain/metrics/asked.ts';
import { BEATS_METRICS } from '#domain/metrics/beats.ts';
import type { TargetKind } from '#domain/metrics/metric.ts';
import type { Span } from '#domain/metrics/span.ts';

const MINUTE_MS = 60_000;
/** Ten minutes in buckets of one, from a whole hour on. */
export const SPAN: Span = { from: 3_600_000, to: 3_600_000 + 10 * MINUTE_MS, stepMs: MINUTE_MS };

/** One of vigie's own metrics, asked of a host or a service. */
export function wanted(name: string, kind: TargetKind = 'host', target = 'pica01'): Wanted {
  const metric = BEATS_METRICS.find((each) => each.name === name);
  const reading = metric?.readings[kind] ?? null;
  if (metric === undefined || reading === null) throw new Error(`there is no ${name} of a ${kind}`);
  return { metric, target: { kind, name: target }, reading };
}

/** A date histogram: a bucket for each minute that has something, counted from the beginning of the span. */
export function histogram(buckets: Readonly<Record<number, JsonObject>>): JsonObject {
  return {
    buckets: Object.entries(buckets).map(([minute, bucket]): Json => ({
      key: SPAN.from + Number(minute) * MINUTE_MS,
      doc_count: 6,
      ...bucket,
    })),
  };
}

/** What a counter's bucket holds: its highest value, seen at the given second of the bucket. */
export function counted(minute: number, value: number, second = 50): JsonObject {
  return { c0: { value }, c1: { value: value * 2 }, last: { value: SPAN.from + minute * MINUTE_MS + second * 1_000 } };
}
