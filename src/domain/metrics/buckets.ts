import { isRecord, type JsonObject } from '#kernel/json.ts';
import type { Series } from '../chart.ts';
import type { Curve, Reading } from './metric.ts';
import { partsThatCount } from './devices.ts';
import { withoutShortGaps } from './gaps.ts';
import { ratesOf } from './rates.ts';
import { bucketStarts, type Span } from './span.ts';

type Points = Series['points'];

/** A curve of one panel, for one device or for all of them. */
export interface ReadCurve {
  /** Index in the reading's panels. */
  readonly panel: number;
  readonly part: string;
  /** The device, mount or container; empty where they aren't told apart. */
  readonly of: string;
  readonly points: Points;
}

/** Reads what `metricSearch` asked for. */
export function readBuckets(reading: Reading, aggregations: JsonObject, span: Span): readonly ReadCurve[] {
  const curves = reading.panels.flatMap((panel, at) => panel.curves.map((curve) => ({ panel: at, curve })));
  return curves.flatMap(({ panel, curve }, index) => {
    const read = (holder: unknown): Points => pointsOf(`c${index}`, curve, holder, span);
    const { split } = reading;
    if (split === null) return [{ panel, part: curve.part, of: '', points: finished(curve, read(aggregations), span) }];
    const parts = partsOf(aggregations).filter(({ name }, _, all) =>
      partsThatCount(
        split.which,
        all.map((each) => each.name),
      ).has(name),
    );
    if (split.shown === 'sum')
      return [{ panel, part: curve.part, of: '', points: finished(curve, summed(parts.map(({ holder }) => read(holder))), span) }];
    return parts.map(({ name, holder }) => ({ panel, part: curve.part, of: name, points: finished(curve, read(holder), span) }));
  });
}

/** Whether there was any document: where there was none, no requests are no zero. */
export function isMeasured({ split }: Reading, aggregations: JsonObject): boolean {
  const holders = split === null ? [aggregations] : partsOf(aggregations).map(({ holder }) => holder);
  return holders.some((holder) => bucketsIn(holder['time']).length > 0);
}

/** A curve of former times at the times of now. */
export function later(curve: ReadCurve, ms: number): ReadCurve {
  return { ...curve, points: curve.points.map(([at, value]) => [at + ms, value] as const) };
}

interface Part {
  readonly name: string;
  readonly holder: Record<string, unknown>;
}

function partsOf(aggregations: JsonObject): readonly Part[] {
  return bucketsIn(aggregations['parts']).map((holder) => ({ name: String(holder['key'] ?? ''), holder }));
}

function bucketsIn(aggregation: unknown): readonly Record<string, unknown>[] {
  const buckets = isRecord(aggregation) ? aggregation['buckets'] : null;
  return Array.isArray(buckets) ? buckets.filter(isRecord) : [];
}

/** A point for each bucket of the span, and one before it for the rates. */
function pointsOf(name: string, { source }: Curve, holder: unknown, span: Span): Points {
  const byStart = new Map(bucketsIn(isRecord(holder) ? holder['time'] : null).map((bucket) => [Number(bucket['key']), bucket]));
  const starts = bucketStarts(span);
  if (source.kind === 'counter') {
    const before = (starts[0] ?? 0) - span.stepMs;
    const samples = [before, ...starts].map((start) => ({
      at: valueIn(byStart.get(start), 'last'),
      value: valueIn(byStart.get(start), name),
    }));
    return ratesOf(samples).map((rate, index) => [starts[index] ?? 0, rate] as const);
  }
  if (source.kind === 'percentile') return starts.map((start) => [start, percentileIn(byStart.get(start), name, source.divisor)] as const);
  const kind = source.kind;
  return starts.map((start) => [start, plainValue(name, kind, byStart.get(start), Math.min(span.stepMs, span.to - start))] as const);
}

/** @param lengthMs of the bucket, as far as it has come */
function plainValue(
  name: string,
  kind: 'value' | 'events' | 'share',
  bucket: Record<string, unknown> | undefined,
  lengthMs: number,
): number | null {
  const count = Number(bucket?.['doc_count'] ?? 0);
  switch (kind) {
    case 'value':
      return valueIn(bucket, name);
    case 'events':
      return lengthMs === 0 ? null : count / (lengthMs / 1_000);
    case 'share': {
      const matching = bucket?.[name];
      return count === 0 || !isRecord(matching) ? null : Number(matching['doc_count'] ?? 0) / count;
    }
    default:
      return kind satisfies never;
  }
}

function valueIn(bucket: Record<string, unknown> | undefined, name: string): number | null {
  const found = bucket?.[name];
  const value = isRecord(found) ? found['value'] : null;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** The only percentile that was asked for. */
function percentileIn(bucket: Record<string, unknown> | undefined, name: string, divisor: number): number | null {
  const found = bucket?.[name];
  const values: unknown = isRecord(found) ? found['values'] : null;
  const first: unknown = Array.isArray(values) ? values[0] : null;
  const value = isRecord(first) ? first['value'] : null;
  return typeof value === 'number' && Number.isFinite(value) ? value / divisor : null;
}

/** Together, where at least one of them has a value. */
function summed(all: readonly Points[]): Points {
  const [first = []] = all;
  return first.map(([at], index) => {
    const values = all.map((points) => points[index]?.[1] ?? null).filter((value) => value !== null);
    return [at, values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0)] as const;
  });
}

/** At the middle of its bucket, within the span; a bucket that has barely begun says nothing of events yet. */
function finished({ source }: Curve, points: Points, span: Span): Points {
  const begun = source.kind === 'events' || source.kind === 'share' ? span.stepMs / 2 : 0;
  const placed = points
    .filter(([start]) => span.to - start >= begun)
    .map(([start, value]) => [Math.min(span.to, Math.max(span.from, start + span.stepMs / 2)), value] as const);
  return source.kind === 'events' ? placed : withoutShortGaps(placed);
}
