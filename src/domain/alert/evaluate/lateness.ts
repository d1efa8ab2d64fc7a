import type { JsonObject } from '#kernel/json.ts';
import { bucketsOf, countOf, objectAt } from './read.ts';
import type { Span } from '../look.ts';
import { awaitedMs, numberIn, objectIn, originOf } from './remembered.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from './scene.ts';
import { within } from './time.ts';

/**
 * Shippers and refreshes delay every document a little. What comes so soon isn't late: windows that end within this time before a look's span
 * are judged again each time.
 */
const SOON_MS = 30_000;

/** How far before its span a look judges anew in any case. */
export function soonMs({ bufferTimeMs }: Rule): number {
  return Math.min(SOON_MS, bufferTimeMs);
}

/**
 * Whether documents came late: each look counts those of the time that may still change, and the next one counts the same time again.
 * Two numbers in an answer instead of reading everything twice.
 */
export interface Lateness {
  /** From here on documents are awaited. */
  readonly from: number;
  /** An aggregation, to be put beside the screen's; its query must reach back to `from`. */
  readonly aggs: JsonObject;
}

/** @param reachMs how long before its own time a document matters */
export function latenessOf(scene: Scene, reachMs: number): Lateness {
  const next = awaitedIn(scene, reachMs);
  const before = objectIn(scene.memory, 'counted');
  const [from, to] = [numberIn(before, 'from') ?? next.from, numberIn(before, 'to') ?? next.from];
  const filters = [within(scene.rule, from, to), within(scene.rule, next.from, next.to)];
  return { from: Math.min(from, next.from), aggs: { late: { filters: { filters } } } };
}

/** @returns whether any came late, and what to remember for the next look */
export function readLateness(
  scene: Scene,
  reachMs: number,
  aggregations: JsonObject,
): { readonly late: boolean; readonly counted: JsonObject } {
  const [again = 0, now = 0] = bucketsOf(objectAt(aggregations, 'late')).map(countOf);
  const before = numberIn(objectIn(scene.memory, 'counted'), 'count');
  return { late: before !== null && before !== again, counted: { ...awaitedIn(scene, reachMs), count: now } };
}

/** The time whose documents are counted, to see at the next look whether more have come. */
function awaitedIn(scene: Scene, reachMs: number): Span {
  const { span, rule } = scene;
  const from = Math.max(originOf(scene), span.to - awaitedMs(rule) - reachMs);
  return { from, to: Math.max(from, span.to - soonMs(rule)) };
}
