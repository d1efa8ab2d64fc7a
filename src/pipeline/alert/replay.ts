import { cronMatches } from '#domain/alert/cron.ts';
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

/** Nothing at or before `from` is in any window. */
interface ReplayedSpan extends Span {
  /** Waited for ahead of each tick, so that whoever compares may let documents come in meanwhile. */
  readonly beforeTick?: (tick: number) => Promise<void>;
  /** In which the times of `limit_execution` are meant; UTC if not given. */
  readonly timezone?: string;
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
  /** Up to where it has looked, and when it looks next. */
  from: number;
  next: number;
  memory: RuleMemory | null;
  open: ReadonlyMap<string, Open>;
}

/**
 * History through the looks that watch the present: each rule looks every `runEveryMs` from `from` on, as if it had begun to watch at that
 * moment, one with `limit_execution` only when this says so. Silences, grouping and `realert` hide nothing.
 *
 * @throws VigieError when a search fails: a replay with a hole would say that all was well
 */
export async function* replay(rules: readonly Rule[], search: Search, span: ReplayedSpan, signal?: AbortSignal): AsyncGenerator<LifeEvent> {
  const replayed = rules.map((rule): Replayed => {
    const from = beginning(rule, span.from);
    return {
      rule,
      from: from + (from === span.from ? restOfSecond(rule, from) : 0),
      next: from + rule.runEveryMs,
      memory: null,
      open: new Map(),
    };
  });
  for (;;) {
    const tick = Math.min(...replayed.map(({ next }) => next));
    if (tick > span.to) break;
    await span.beforeTick?.(tick);
    const due = replayed.filter(({ next }) => next === tick);
    const wanted = due.filter(({ rule }) => isWanted(rule, tick, span.timezone ?? 'UTC'));
    for (const one of due.filter((each) => !wanted.includes(each))) one.next = tick + one.rule.runEveryMs;
    yield* tickAt(wanted, search, tick, signal);
  }
  const last = replayed.filter(({ rule, from }) => from === span.to && seesDocuments(rule) && restOfSecond(rule, span.to) > 0);
  yield* tickAt(last, search, span.to + restOfSecond(null, span.to), signal);
}

async function* tickAt(due: readonly Replayed[], search: Search, tick: number, signal: AbortSignal | undefined): AsyncGenerator<LifeEvent> {
  const requests = due.map(({ rule, from, memory, open }) => ({
    rule,
    memory,
    // Between the times to which a rule is limited nobody was to look.
    span: { from: rule.limitExecution === null ? from : Math.max(from, tick - rule.bufferTimeMs), to: tick },
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
    one.next = tick + one.rule.runEveryMs;
  }
}

function isWanted({ limitExecution }: Rule, tick: number, timezone: string): boolean {
  return limitExecution === null || cronMatches(limitExecution, tick, timezone);
}

/**
 * A moment in whole seconds means the whole second, as Elasticsearch reads it in a filter of ElastAlert's: `gt 12:00:00` begins after its last
 * millisecond, `lte 12:30:00` ends with it.
 */
function restOfSecond(rule: Rule | null, at: number): number {
  return at % 1_000 === 0 && (rule === null || rule.timestampType === 'iso') ? 999 : 0;
}

/** Whether its findings have the times of documents, and not of ticks. */
function seesDocuments({ kind }: Rule): boolean {
  switch (kind.type) {
    case 'any':
    case 'blacklist':
    case 'whitelist':
    case 'change':
      return true;
    case 'frequency':
      return kind.countedBy === 'documents';
    case 'new_term':
      return !kind.useTermsQuery;
    default:
      return false;
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

function* eventsOf(one: Replayed, look: Look, tick: number): Generator<LifeEvent> {
  const open = new Map(one.open);
  for (const finding of look.findings) {
    const text = keyText(finding.key);
    if (!open.has(text)) yield lifeEvent(one.rule, 'fired', finding.at, finding);
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
