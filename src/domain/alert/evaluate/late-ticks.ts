import type { JsonObject } from '#kernel/json.ts';
import { isList } from './fields.ts';
import { ask, type Inquiry } from './inquiry.ts';
import { soonMs } from './lateness.ts';
import type { Span } from '../look.ts';
import { bucketsOf, countOf, objectAt } from './read.ts';
import { asNumber, awaitedMs, numberIn, objectIn, overlapFrom } from './remembered.ts';
import type { Scene } from './scene.ts';
import { within } from './time.ts';

/** What a rule that judges ticks learns beside its own searches. */
export interface Late {
  /** Documents came late: the time before the span whose ticks are to be judged again, from the oldest of them on; null as a rule. */
  readonly again: Span | null;
  /** To be remembered. */
  readonly counted: JsonObject;
}

/** The time that documents are awaited for is counted in so many pieces, so that what comes a little late has little judged again. */
const PIECES = 15;

interface Counted extends Span {
  readonly count: number;
}

/**
 * Whether documents came late for ticks that were judged: pieces of the time before are counted at each look, and again at the next one. All documents of
 * the source count, whatever the rule's filter: so rules on one source share the search.
 */
export function* lateFor(scene: Scene): Inquiry<Late> {
  const { rule, span } = scene;
  const stepMs = Math.ceil(awaitedMs(rule) / PIECES);
  const since = Math.floor((span.to - awaitedMs(rule)) / stepMs) * stepMs;
  const known = piecesIn(scene, stepMs).filter(({ from }) => from >= since);
  const next = cut(since, span.to - soonMs(rule), stepMs);
  const asked = [...next, ...known.filter((one) => !next.some((other) => isSame(one, other)))];
  const aggs = { late: { filters: { filters: asked.map(({ from, to }) => within(rule, from, to)) } } };
  const query = { bool: { filter: [within(rule, since, span.to)] } };
  const body = { size: 0, track_total_hits: false, query, aggs };
  const { aggregations } = yield* ask({ index: rule.index, body, dispensable: true });
  const counts = bucketsOf(objectAt(aggregations, 'late')).map(countOf);
  // Nobody can say: the next look knows.
  if (counts.length < asked.length) return { again: null, counted: objectIn(scene.memory, 'counted') };
  const changed = known.filter((one) => (counts[asked.findIndex((other) => isSame(one, other))] ?? 0) !== one.count);
  const counted = { since, to: span.to - soonMs(rule), counts: counts.slice(0, next.length) };
  return { again: againFrom(scene, Math.min(...changed.map(({ from }) => from))), counted };
}

function cut(since: number, to: number, stepMs: number): readonly Span[] {
  const count = Math.max(0, Math.ceil((to - since) / stepMs));
  return Array.from({ length: count }, (_, index) => ({ from: since + index * stepMs, to: Math.min(to, since + (index + 1) * stepMs) }));
}

function piecesIn({ memory }: Scene, stepMs: number): readonly Counted[] {
  const before = objectIn(memory, 'counted');
  const [since, to] = [numberIn(before, 'since'), numberIn(before, 'to')];
  const { counts } = before;
  if (since === null || to === null || !isList(counts)) return [];
  return cut(since, to, stepMs).map((piece, index) => ({ ...piece, count: asNumber(counts[index] ?? null) ?? 0 }));
}

function isSame(one: Span, other: Span): boolean {
  return one.from === other.from && one.to === other.to;
}

/** Whole ticks before the span, from the one that ends behind a moment on. */
function againFrom(scene: Scene, moment: number): Span | null {
  const { rule, span } = scene;
  const tickMs = rule.bufferTimeMs > 0 ? Math.min(rule.runEveryMs, rule.bufferTimeMs) : rule.runEveryMs;
  const most = Math.floor((span.from - overlapFrom(scene)) / tickMs);
  const count = Math.min(most, Math.ceil((span.from - moment) / tickMs));
  return count > 0 ? { from: span.from - count * tickMs, to: span.from } : null;
}
