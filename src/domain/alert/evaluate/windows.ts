import type { JsonObject } from '#kernel/json.ts';
import type { AlertKey } from '../key.ts';
import type { Buckets } from '../rule.ts';
import { divisible, pagedGroups, groupedBy, groupsIn, type Group, type Grouping } from './groups.ts';
import { askAll, type Inquiry } from './inquiry.ts';
import { bucketsOf, countOf, objectAt } from './read.ts';
import { originOf } from './remembered.ts';
import { questionOf, type Scene } from './scene.ts';
import { between, ticksOf } from './time.ts';

/** A stretch of time that is aggregated at once, and the tick at which it is. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly tick: number;
}

/** What was aggregated for one key over a window, or over one bucket of it. */
export interface Measured {
  readonly key: AlertKey;
  readonly at: number;
  readonly tick: number;
  readonly count: number;
  readonly found: JsonObject;
}

type Aggregating = Buckets & { readonly type: string };

/** The windows that ElastAlert aggregates at the ticks of the span. */
export function windowsOf(scene: Scene, buckets: Buckets): readonly Window[] {
  const { runEveryMs, bufferTimeMs } = scene.rule;
  if (runEveryMs > bufferTimeMs) return inARow(scene, bufferTimeMs);
  return ticksOf(scene.span, runEveryMs).flatMap((tick) => {
    if (buckets.useRunEveryQuerySize) return pieces(tick, runEveryMs, Math.max(originOf(scene), tick - bufferTimeMs));
    const from = tick - bufferTimeMs;
    const start = buckets.syncBucketInterval && buckets.bucketIntervalMs !== null ? from - (from % buckets.bucketIntervalMs) : from;
    return [{ from: start, to: start + bufferTimeMs, tick }];
  });
}

/** A rule that looks seldom reads the time since its last look in windows of `bufferTimeMs`, one after the other. */
function inARow({ span }: Scene, lengthMs: number): readonly Window[] {
  const count = Math.floor((span.to - span.from) / lengthMs);
  return Array.from({ length: Math.max(1, count) }, (_, index) => {
    const to = count === 0 ? span.to : span.from + (index + 1) * lengthMs;
    return { from: to - lengthMs, to, tick: to };
  });
}

/** The buffer in pieces of one tick each, all of them again at each tick: documents that came late count. */
function pieces(tick: number, lengthMs: number, after: number): readonly Window[] {
  const count = Math.max(1, Math.floor((tick - after) / lengthMs));
  return Array.from({ length: count }, (_, index) => {
    const to = tick - (count - 1 - index) * lengthMs;
    return { from: to - lengthMs, to, tick: to };
  });
}

/** Aggregates each window, all in one round trip unless one has more keys than an answer holds. */
export function* measure(scene: Scene, buckets: Aggregating, leaf: JsonObject): Inquiry<readonly Measured[]> {
  const windows = distinct(windowsOf(scene, buckets));
  const groupings = windows.map((window) => groupingOf(scene, buckets, window, leaf));
  const answers = yield* askAll(
    windows.map((window, index) => {
      const grouping = groupings[index] ?? groupingOf(scene, buckets, window, leaf);
      return divisible(question(scene, window, { track_total_hits: scene.rule.queryKey.length === 0, aggs: groupedBy(scene, grouping) }));
    }),
  );
  const measured: Measured[] = [];
  for (const [index, window] of windows.entries()) {
    const [grouping, answer] = [groupings[index], answers[index]];
    if (grouping === undefined || answer === undefined) continue;
    const groups = groupsIn(scene, grouping, answer) ?? (yield* pagedGroups(scene, (body) => question(scene, window, body), grouping));
    measured.push(...groups.flatMap((group) => measuredIn(scene, buckets, window, group)));
  }
  return measured;
}

function distinct(windows: readonly Window[]): readonly Window[] {
  return [...new Map(windows.map((window) => [`${window.from} ${window.to}`, window])).values()];
}

function question(scene: Scene, window: Window, body: JsonObject) {
  return questionOf(scene, { after: window.from, until: window.to }, { size: 0, ...body });
}

function groupingOf(scene: Scene, { bucketIntervalMs, minDocCount }: Buckets, window: Window, leaf: JsonObject): Grouping {
  const atLeast = scene.rule.queryKey.length === 0 ? 0 : minDocCount;
  if (bucketIntervalMs === null) return { leaf, atLeast, withMissing: false };
  const filters = startsIn(window, bucketIntervalMs).map((start) => between(scene.rule, start, start + bucketIntervalMs));
  return { leaf: { over: { filters: { filters }, aggs: leaf } }, atLeast, withMissing: false };
}

/** Buckets begin where the window does, in whole seconds as ElastAlert counts them; what lies at its very end is in one of its own. */
function startsIn({ from: start, to }: Window, intervalMs: number): readonly number[] {
  const first = Math.floor(start / 1_000) * 1_000;
  return Array.from({ length: Math.floor((to - first) / intervalMs) + 1 }, (_, index) => first + index * intervalMs);
}

function measuredIn(scene: Scene, { bucketIntervalMs }: Buckets, window: Window, group: Group): readonly Measured[] {
  const { key, count, found } = group;
  const { tick } = window;
  if (bucketIntervalMs === null) return [{ key, at: tick, tick, count, found }];
  const starts = startsIn(window, bucketIntervalMs);
  const buckets = bucketsOf(objectAt(found, 'over'));
  const [first, last] = [buckets.findIndex(hasDocuments), buckets.findLastIndex(hasDocuments)];
  // Between the first and the last with documents, empty ones count as well. A compound key makes ElastAlert forget when a bucket began.
  const isCompound = scene.rule.queryKey.length > 1;
  return buckets.slice(Math.max(0, first), last + 1).map((bucket, index) => ({
    key,
    at: isCompound ? tick : (starts[index + Math.max(0, first)] ?? tick),
    tick,
    count: countOf(bucket),
    found: bucket,
  }));
}

function hasDocuments(bucket: JsonObject): boolean {
  return countOf(bucket) > 0;
}
