import { problemOf } from '#kernel/errors.ts';
import { startLoop, type Loop } from '#kernel/loop.ts';
import { alertsOf, withAll, type Book, type RuleState } from '#domain/alert/book.ts';
import { hostOfTarget } from '#domain/alert/probe-target.ts';
import type { Rule } from '#domain/alert/rule.ts';
import { transition } from '#domain/alert/transition.ts';
import { createAlong } from './along.ts';
import type { Act, Desk } from './desk.ts';
import type { PollOptions, Result } from './polling.ts';
import { stateOf, takeTurns, turnOf } from './turns.ts';
import { dueRules, nextDue } from './schedule.ts';
import { createWatch, type Watch } from './watch.ts';

/** Rounds without a look: waits that end, people who are woken, silences that run out. */
const ROUND_MS = 5_000;

/** The loop that looks at all rules when they are due, and moves on what waits. */
export function startPolling(options: PollOptions): Loop {
  const watch = createWatch(options);
  const lastRun = new Map<string, number>();
  const send = createAlong(options.searches, options.clock);
  return startLoop(options.clock, async (stopping) => {
    try {
      await tick({ ...options, send }, watch, lastRun, stopping);
    } catch (error) {
      options.log.error({ error }, 'the alerts could not be looked at');
    }
    const now = options.clock.now();
    const waits = options.desk.book.groups.size > 0 || options.desk.book.silences.size > 0;
    return Math.max(1, Math.min(nextDue([...options.rules().values()], now) - now, waits ? ROUND_MS : 60_000));
  });
}

interface Ticking extends PollOptions {
  readonly send: ReturnType<typeof createAlong>;
}

async function tick(options: Ticking, watch: Watch, lastRun: Map<string, number>, signal: AbortSignal): Promise<void> {
  const now = options.clock.now();
  const due = dueRules([...options.rules().values()], lastRun, now, options.desk.round.settings.timezone);
  watch.started(due, lastRun, now);
  for (const rule of due) lastRun.set(rule.name, now);
  const looks = due.filter((rule) => rule.kind.type !== 'probe');
  const errands = watch.errands(now);
  const along = options.send([...(errands.newest ?? []), ...(errands.dates ?? [])]);
  const looking = { ...options, searches: along.searches };
  const results = (await Promise.all([lookAll(looking, looks, now, signal), probeAll(options, due, now, signal)])).flat();
  if (signal.aborted) return;
  noteProbes(options.probing, results);
  await watch.staleness(results, { now, errands, answersTo: (errand) => along.answersTo(errand, signal) }, signal);
  await watch.elsewhere(now);
  await options.desk.change((book, at) => {
    const taken = takeResults(options.desk, book, results, at);
    return watch.told(taken, results, at);
  });
}

async function lookAll(options: PollOptions, rules: readonly Rule[], now: number, signal: AbortSignal): Promise<readonly Result[]> {
  const byCluster = Map.groupBy(rules, (rule) => rule.cluster);
  const all = await Promise.all(
    [...byCluster].map(async ([cluster, list]) => {
      const search = options.searches.get(cluster);
      const turns = list.map((rule) => turnOf(options.desk, rule, now)).filter(({ spans }) => spans.length > 0);
      return search === undefined
        ? []
        : await takeTurns(turns, { ...options, search, now, skipAfterMs: options.desk.round.settings.skipAfterMs }, signal);
    }),
  );
  return all.flat();
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
  // A part of its time that went well doesn't end a rule's failing.
  const failing = new Set(results.filter(({ outcome, skipped }) => !outcome.ok && skipped !== true).map(({ rule }) => rule));
  for (const result of results) {
    const { rule, span, outcome, missed, skipped = false } = result;
    const known = alertsOf(book, rule.name);
    const changed = transition({ rule, known, span, now, missed, freshId: () => desk.freshId() }, outcome);
    book = { ...book, alerts: withAll(book.alerts, changed) };
    const former = states.get(rule.name) ?? stateOf(desk, rule);
    states.set(rule.name, nextState(result, former, failing.has(rule), now));
    // What failed is looked at again: its time isn't over, unless it is given up.
    if (outcome.ok || skipped) looked[rule.name] = span.to;
    else looked[rule.name] ??= span.from;
  }
  const changedStates = [...states.values()].filter((state) => JSON.stringify(state) !== JSON.stringify(desk.ruleStates.get(state.id)));
  return { book, rules: changedStates, ...(results.length === 0 ? {} : { looked: { id: 'all', to: looked } }) };
}

/** For so long it is told which time wasn't looked at. */
const SKIPPED_MS = 86_400_000;

function nextState({ rule, span, outcome, skipped = false }: Result, former: RuleState | null, isFailing: boolean, now: number): RuleState {
  const kept = (former?.skipped ?? []).filter(({ at }) => now - at < SKIPPED_MS);
  const all = skipped ? [...kept, { ...span, at: now }] : kept;
  const base = { id: rule.name, hash: rule.hash, ...(all.length === 0 ? {} : { skipped: all }) };
  const { memory = null, failures = 0, failingSince = null } = former ?? {};
  if (outcome.ok)
    return { ...base, memory: outcome.look.memory, ...(isFailing ? { failures, failingSince } : { failures: 0, failingSince: null }) };
  return { ...base, memory, failures: failures + 1, failingSince: failingSince ?? now };
}
