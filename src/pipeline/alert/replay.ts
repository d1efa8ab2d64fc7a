import { keyText, type AlertKey } from '#domain/alert/key.ts';
import type { Finding, KeyReport, Look, RuleMemory, Span } from '#domain/alert/look.ts';
import { resolveAfter } from '#domain/alert/resolve-after.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { Json } from '#kernel/json.ts';
import { VigieError } from '#kernel/errors.ts';
import type { Search } from '#ports/search.ts';
import { lookAt } from './look.ts';

/** One turn in the life of an alert. */
export interface LifeEvent {
  readonly rule: string;
  /** Null for a rule without a key. */
  readonly key: AlertKey | null;
  readonly event: 'fired' | 'resolved';
  /** Event time, ms. */
  readonly at: number;
  readonly value: Json;
  readonly matches: number;
}

interface Open {
  readonly key: AlertKey;
  /** Its newest finding. */
  readonly last: Finding;
  /** Since when it was seen to be clear, without a break. */
  readonly clearSince: number | null;
}

interface Replayed {
  readonly rule: Rule;
  /** Added to the moments of looks. */
  readonly shiftMs: number;
  from: number;
  memory: RuleMemory | null;
  open: ReadonlyMap<string, Open>;
}

/**
 * History through the looks that watch the present: each rule looks every `runEveryMs` from `from` on, as if it had begun to watch at that
 * moment. Silences, grouping and `realert` hide nothing.
 *
 * @param span nothing at or before `from` is in any window
 * @throws VigieError when a search fails: a replay with a hole would say that all was well
 */
export async function* replay(rules: readonly Rule[], search: Search, span: Span, signal?: AbortSignal): AsyncGenerator<LifeEvent> {
  const replayed = rules.map((rule): Replayed => ({ rule, from: beginning(rule, span.from), shiftMs: shiftOf(rule, span), memory: null, open: new Map() }));
  for (;;) {
    const tick = Math.min(...replayed.map(({ rule, from }) => from + rule.runEveryMs));
    if (tick > span.to) return;
    const due = replayed.filter(({ rule, from }) => from + rule.runEveryMs === tick);
    const requests = due.map(({ rule, from, shiftMs, memory, open }) => ({
      rule,
      memory,
      span: { from: from + shiftMs, to: tick + shiftMs },
      open: [...open.values()].map(({ key }) => key),
    }));
    const looks = await lookAt(requests, search, signal);
    for (const [index, one] of due.entries()) {
      const looked = looks[index];
      if (looked === undefined) continue;
      if (!looked.ok) throw new VigieError(looked.problem.code, looked.problem.params);
      yield* eventsOf(one, looked.look, tick);
      one.memory = looked.look.memory;
      one.from = tick;
    }
  }
}

/**
 * Where the first look begins. A rule that aggregates waits until its window is full of the time that is replayed; `query_delay` shifts
 * the ticks, not the time of the documents.
 */
function beginning({ kind, runEveryMs, bufferTimeMs, queryDelayMs }: Rule, from: number): number {
  const start = from + ((runEveryMs - (queryDelayMs % runEveryMs)) % runEveryMs);
  if (!('useRunEveryQuerySize' in kind) || kind.useRunEveryQuerySize || runEveryMs >= bufferTimeMs) return start;
  return start + (Math.ceil(bufferTimeMs / runEveryMs) - 1) * runEveryMs;
}

/**
 * Moments given in whole seconds mean the whole second, as Elasticsearch reads them in a filter of ElastAlert's: `gt 12:00:00` begins after its
 * last millisecond, `lte 12:01:00` ends with it.
 */
function shiftOf({ timestampType, runEveryMs, queryDelayMs }: Rule, { from }: Span): number {
  const isWhole = [from, runEveryMs, queryDelayMs].every((time) => time % 1_000 === 0);
  return timestampType === 'iso' && isWhole ? 999 : 0;
}

function* eventsOf(one: Replayed, look: Look, tick: number): Generator<LifeEvent> {
  const open = new Map(one.open);
  for (const finding of look.findings) {
    const text = keyText(finding.key);
    if (!open.has(text)) yield lifeEvent(one.rule, 'fired', timeOf(one, finding.at, tick), finding);
    open.set(text, { key: finding.key, last: finding, clearSince: null });
  }
  const reports = new Map(look.reports.map((report) => [keyText(report.key), report]));
  for (const [text, alert] of open) {
    const next = standing(alert, reports.get(text), tick);
    if (isOver(one.rule, next, tick)) {
      yield lifeEvent(one.rule, 'resolved', tick, alert.last);
      open.delete(text);
    } else open.set(text, next);
  }
  one.open = open;
}

/** A finding of a tick has the tick's own time. */
function timeOf({ rule, shiftMs }: Replayed, at: number, tick: number): number {
  return (tick + shiftMs - at) % rule.runEveryMs === 0 ? at - shiftMs : at;
}

function standing(alert: Open, report: KeyReport | undefined, tick: number): Open {
  if (report?.state === 'clear') return { ...alert, clearSince: alert.clearSince ?? tick };
  return { ...alert, clearSince: null };
}

/** Quiet for long enough since its last finding, and seen to be so: silence resolves nothing. */
function isOver(rule: Rule, { clearSince, last }: Open, tick: number): boolean {
  return clearSince !== null && tick - last.at >= resolveAfter(rule);
}

function lifeEvent(rule: Rule, event: LifeEvent['event'], at: number, { key, value, matches }: Finding): LifeEvent {
  return { rule: rule.name, key: Object.keys(key).length === 0 ? null : key, event, at, value, matches };
}
