import { problemOf } from '#kernel/errors.ts';
import { startLoop, type Loop } from '#kernel/loop.ts';
import { isOpen } from '#domain/alert/alert.ts';
import { withAll, type Book, type RuleState } from '#domain/alert/book.ts';
import type { AlertKey } from '#domain/alert/key.ts';
import type { RuleMemory, Span } from '#domain/alert/look.ts';
import { hostOfTarget } from '#domain/alert/probe-target.ts';
import type { Rule } from '#domain/alert/rule.ts';
import { transition, type Outcome } from '#domain/alert/transition.ts';
import type { Act, Desk } from './desk.ts';
import type { PollOptions, Result } from './polling.ts';
import { dueRules, nextDue } from './schedule.ts';
import { createWatch, type Watch } from './watch.ts';

/** Rounds without a look: waits that end, people who are woken, silences that run out. */
const ROUND_MS = 5_000;

/** The loop that looks at all rules when they are due, and moves on what waits. */
export function startPolling(options: PollOptions): Loop {
  const watch = createWatch(options);
  const lastRun = new Map<string, number>();
  return startLoop(options.clock, async (stopping) => {
    try {
      await tick(options, watch, lastRun, stopping);
    } catch (error) {
      options.log.error({ error }, 'the alerts could not be looked at');
    }
    const now = options.clock.now();
    const waits = options.desk.book.groups.size > 0 || options.desk.book.silences.size > 0;
    return Math.max(1, Math.min(nextDue([...options.rules().values()], now) - now, waits ? ROUND_MS : 60_000));
  });
}

async function tick(options: PollOptions, watch: Watch, lastRun: Map<string, number>, signal: AbortSignal): Promise<void> {
  const now = options.clock.now();
  const due = dueRules([...options.rules().values()], lastRun, now, options.desk.round.settings.timezone);
  watch.started(due, lastRun, now);
  for (const rule of due) lastRun.set(rule.name, now);
  const looks = due.filter((rule) => rule.kind.type !== 'probe');
  const results = (await Promise.all([lookAll(options, looks, now, signal), probeAll(options, due, now, signal)])).flat();
  if (signal.aborted) return;
  noteProbes(options.probing, results);
  await watch.staleness(now, signal);
  await watch.elsewhere(now);
  await options.desk.change((book, at) => {
    const taken = takeResults(options.desk, book, results, at);
    return watch.told(taken, results, at);
  });
}

async function lookAll(options: PollOptions, rules: readonly Rule[], now: number, signal: AbortSignal): Promise<readonly Result[]> {
  const byCluster = Map.groupBy(rules, (rule) => rule.cluster);
  const all = await Promise.all([...byCluster].map(([cluster, list]) => lookAtCluster(options, { cluster, rules: list }, now, signal)));
  return all.flat();
}

async function lookAtCluster(
  options: PollOptions,
  { cluster, rules }: { readonly cluster: string; readonly rules: readonly Rule[] },
  now: number,
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const { desk, searches, look } = options;
  const search = searches.get(cluster);
  if (search === undefined) return [];
  const plans = rules
    .map((rule) => ({ rule, state: stateOf(desk, rule), spans: spansFor(desk, rule, now) }))
    .filter(({ spans }) => spans.length > 0);
  const results: Result[] = [];
  const memories = new Map<string, RuleMemory | null>(plans.map(({ rule, state }) => [rule.name, state?.memory ?? null]));
  const opened = new Map<string, AlertKey[]>();
  for (const step of [0, 1]) {
    const batch = plans.flatMap(({ rule, spans }) => {
      const span = spans[step];
      const before = results.find((result) => result.rule === rule);
      return span === undefined || before?.outcome.ok === false ? [] : [{ rule, span, missed: step === 0 && spans.length === 2 }];
    });
    if (batch.length === 0) continue;
    const requests = batch.map(({ rule, span }) => ({
      rule,
      span,
      memory: memories.get(rule.name) ?? null,
      open: [...openKeys(desk.book, rule), ...(opened.get(rule.name) ?? [])],
    }));
    const outcomes = await look(requests, search, signal).catch((error: unknown) =>
      requests.map(() => ({ ok: false as const, problem: problemOf(error) })),
    );
    for (const [index, { rule, span, missed }] of batch.entries()) {
      const outcome = outcomes[index] ?? { ok: false as const, problem: { code: 'internal' as const, params: { reason: 'no answer' } } };
      results.push({ rule, span, outcome, missed });
      if (!outcome.ok) continue;
      memories.set(rule.name, outcome.look.memory);
      opened.set(
        rule.name,
        outcome.look.findings.map((finding) => finding.key),
      );
    }
  }
  return results;
}

/** Longer than this without a look is time that vigie was away: it is looked at first, and told apart. */
const AWAY_MS = 180_000;

/** The time to look at: since the last look, in two parts when that was long ago. */
function spansFor(desk: Desk, rule: Rule, now: number): readonly Span[] {
  const to = now - rule.queryDelayMs;
  const known = stateOf(desk, rule) === null ? undefined : desk.looked[rule.name];
  // Between the times to which a rule is limited nobody was to look.
  const earliest = rule.limitExecution === null ? Number.NEGATIVE_INFINITY : to - rule.bufferTimeMs;
  const from = Math.max(known ?? to - rule.bufferTimeMs, earliest);
  if (to <= from) return [];
  const recently = to - rule.runEveryMs;
  return known !== undefined && rule.limitExecution === null && recently - from > AWAY_MS
    ? [
        { from, to: recently },
        { from: recently, to },
      ]
    : [{ from, to }];
}

function stateOf(desk: Desk, rule: Rule): RuleState | null {
  const state = desk.ruleStates.get(rule.name);
  return state?.hash === rule.hash ? state : null;
}

function openKeys(book: Book, rule: Rule): readonly AlertKey[] {
  return [...book.alerts.values()].filter((alert) => alert.rule === rule.name && isOpen(alert)).map((alert) => alert.key);
}

/** Probes wait for the network each on its own: a dead host must not hold up the others. */
async function probeAll({ desk, probe }: PollOptions, due: readonly Rule[], now: number, signal: AbortSignal): Promise<readonly Result[]> {
  const rules = due.filter((rule) => rule.kind.type === 'probe');
  return await Promise.all(
    rules.map(async (rule) => {
      const outcome = await probe(rule, stateOf(desk, rule)?.memory ?? null, now, signal).catch((error: unknown) => ({
        ok: false as const,
        problem: problemOf(error),
      }));
      return { rule, span: { from: now, to: now }, outcome, missed: false };
    }),
  );
}

/** Hosts whose probe fails but doesn't count yet: what depends on them waits for its verdict. */
function noteProbes(probing: Set<string>, results: readonly Result[]): void {
  for (const { rule, outcome } of results) {
    if (rule.kind.type !== 'probe' || !outcome.ok) continue;
    const { findings, reports } = outcome.look;
    for (const { key, state } of reports) {
      const host = hostOfTarget(key['target'] ?? '');
      const pending = state === 'breached' && !findings.some((finding) => finding.key['target'] === key['target']);
      if (pending) probing.add(host);
      else probing.delete(host);
    }
  }
}

/** Results become transitions, memories and cursors: of one tick, in one commit. */
function takeResults(desk: Desk, before: Book, results: readonly Result[], now: number): Act {
  let book = before;
  const states = new Map<string, RuleState>();
  const looked: Record<string, number> = { ...desk.looked };
  for (const { rule, span, outcome, missed } of results) {
    const known = [...book.alerts.values()].filter((alert) => alert.rule === rule.name);
    const changed = transition({ rule, known, span, now, missed, freshId: () => desk.freshId() }, outcome);
    book = { ...book, alerts: withAll(book.alerts, changed) };
    const former = states.get(rule.name) ?? stateOf(desk, rule);
    states.set(rule.name, nextState(rule, former, outcome, now));
    // What failed is looked at again: its time isn't over.
    if (outcome.ok) looked[rule.name] = span.to;
    else looked[rule.name] ??= span.from;
  }
  const changedStates = [...states.values()].filter((state) => JSON.stringify(state) !== JSON.stringify(desk.ruleStates.get(state.id)));
  return { book, rules: changedStates, ...(results.length === 0 ? {} : { looked: { id: 'all', to: looked } }) };
}

function nextState(rule: Rule, former: RuleState | null, outcome: Outcome, now: number): RuleState {
  const base = { id: rule.name, hash: rule.hash };
  if (outcome.ok) return { ...base, memory: outcome.look.memory, failures: 0, failingSince: null };
  return { ...base, memory: former?.memory ?? null, failures: (former?.failures ?? 0) + 1, failingSince: former?.failingSince ?? now };
}
