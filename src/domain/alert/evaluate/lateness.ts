import type { JsonObject } from '#kernel/json.ts';
import { bucketsOf, countOf, objectAt } from './read.ts';
import { numberIn, objectIn, originOf } from './remembered.ts';
import type { Scene } from './scene.ts';
import { within } from './time.ts';

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
  const { span, rule, memory } = scene;
  const next = Math.max(originOf(scene), span.to - rule.bufferTimeMs - reachMs);
  const before = objectIn(memory, 'counted');
  const [from, to] = [numberIn(before, 'from') ?? next, numberIn(before, 'to') ?? next];
  const filters = [within(rule, from, to), within(rule, next, span.to)];
  return { from: Math.min(from, next), aggs: { late: { filters: { filters } } } };
}

/** @returns whether any came late, and what to remember for the next look */
export function readLateness(
  scene: Scene,
  reachMs: number,
  aggregations: JsonObject,
): { readonly late: boolean; readonly counted: JsonObject } {
  const { span, rule, memory } = scene;
  const [again = 0, now = 0] = bucketsOf(objectAt(aggregations, 'late')).map(countOf);
  const before = numberIn(objectIn(memory, 'counted'), 'count');
  const from = Math.max(originOf(scene), span.to - rule.bufferTimeMs - reachMs);
  return { late: before !== null && before !== again, counted: { from, to: span.to, count: now } };
}
