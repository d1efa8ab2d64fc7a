import { isOpen, type Alert } from '#domain/alert/alert.ts';
import { alertsOf, withAll, type RuleState } from '#domain/alert/book.ts';
import type { JsonObject } from '#kernel/json.ts';
import { keyText } from '#domain/alert/key.ts';
import type { Span } from '#domain/alert/look.ts';
import type { Rule } from '#domain/alert/rule.ts';
import { systemRule, type SystemRuleName } from '#domain/alert/system.ts';
import { transition } from '#domain/alert/transition.ts';
import { sourceKey } from '#domain/alert/together.ts';
import { openTroubles, type SystemTroubles, type Trouble } from '#domain/alert/trouble.ts';
import type { Act } from './desk.ts';
import type { LostSource, PollOptions, Result } from './polling.ts';
import { watchedSources, type Asked, type Errand } from './along.ts';
import type { DatesErrand } from './clocks.ts';
import { dueAt } from './schedule.ts';
import { createSight } from './sight.ts';
import { watchCounted } from './counted.ts';
import { watchForgotten } from './forgotten.ts';
import { watchQuiet } from './quiet.ts';
import { silentHosts } from './silent.ts';
import { blindProblem } from './sources.ts';
import type { NewestErrand } from './stale.ts';

/** What keeps vigie from being blind in silence. */
export interface Watch {
  /** Notes how late the due rules are. */
  started(due: readonly Rule[], lastRun: ReadonlyMap<string, number>, now: number): void;
  /** What it wants to know beside the looks of a tick: the newest document of each index, and each host's clock. */
  errands(now: number): WatchErrands;
  /** Reads what was asked, or asks at once when somebody fell silent. */
  staleness(results: readonly Result[], asked: AskedByWatch, signal: AbortSignal): Promise<void>;
  /** Asks what is wrong with what vigie does by itself. */
  elsewhere(now: number): Promise<void>;
  /** Adds alerts of vigie's own to what a tick changes. */
  told(act: Act, results: readonly Result[], now: number): Act;
}

export interface WatchErrands {
  readonly newest: readonly NewestErrand[] | null;
  readonly dates: readonly DatesErrand[] | null;
}

interface AskedByWatch extends Omit<Asked<Errand>, 'errands'> {
  readonly errands: WatchErrands;
}

/** A cluster that doesn't answer for so long makes vigie blind: shorter is a restart. */
const BLIND_AFTER_MS = 60_000;
const FAILURES = 3;
/** A tick so much behind its time is late. */
const LATE_MS = 30_000;

export function createWatch({
  rules,
  searches,
  desk,
  log,
  troubles,
  suspects = new Set(),
  sources,
  clocks,
}: Pick<PollOptions, 'rules' | 'searches' | 'desk' | 'log' | 'troubles' | 'suspects' | 'sources' | 'clocks'>): Watch {
  let late: Trouble | null = null;
  let others: SystemTroubles = {};
  const counted = watchCounted(openTroubles(desk.book, 'vigie:counted'), suspects);
  const forgotten = watchForgotten(openTroubles(desk.book, 'vigie:forgotten'));
  const sight = createSight(openTroubles(desk.book, 'vigie:blind'));
  const quiet = watchQuiet({ rules, searches, desk, ...(sources === undefined ? {} : { sources }) });
  return {
    started(due, lastRun, now) {
      const delays = due.flatMap((rule) => {
        const last = lastRun.get(rule.name);
        return last === undefined ? [] : [now - dueAt(rule, last)];
      });
      if (delays.length === 0) return;
      const worst = Math.max(...delays);
      late = worst > LATE_MS ? { key: {}, since: now - worst, value: worst, document: {} } : null;
    },
    errands: (now) => ({ newest: quiet.errands(now), dates: clocks?.errands([...rules().values()], now) ?? null }),
    async staleness(results, asked, signal) {
      const { errands, now } = asked;
      try {
        await quiet.look(results, { ...asked, errands: errands.newest }, signal);
        const silent = silentHosts(desk.book, results, rules(), now);
        await clocks?.look([...rules().values()], silent, { ...asked, errands: errands.dates }, signal);
      } catch (error) {
        // The cluster that doesn't answer has an alert of its own.
        log.warn({ error }, 'nobody can say how old the newest documents are');
      }
    },
    async elsewhere(now) {
      try {
        others = (await troubles?.(now)) ?? {};
      } catch (error) {
        // What was wrong before stays so: nobody knows better.
        log.error({ error }, 'nobody can say how jobs and backups are');
      }
    },
    told(act, results, now) {
      sight.note(results, now);
      const watched = watchedSources([...rules().values()]);
      const blind = [...sight.lost]
        .filter(([cluster, { since }]) => now - since >= BLIND_AFTER_MS && watched.some((each) => each.cluster === cluster))
        .map(([cluster, { since, reason }]): Trouble => ({ key: { cluster }, since, value: reason, document: { reason } }));
      const states = [...desk.ruleStates.values(), ...(act.rules ?? [])];
      const current = [...new Map(states.map((state) => [state.id, state])).values()];
      const failing = current.flatMap((state): Trouble[] => {
        const rule = rules().get(state.id);
        if (rule === undefined || state.failures < FAILURES || sight.lost.has(rule.cluster)) return [];
        // Of its source one word is enough.
        if (sources?.lost.has(sourceKey(rule.cluster, rule.index)) === true) return [];
        const problem = results.find((result) => result.rule.name === state.id && !result.outcome.ok)?.outcome;
        const reason = problem?.ok === false ? problem.problem : null;
        return [
          {
            key: { failing_rule: state.id },
            since: state.failingSince ?? now,
            value: state.failures,
            document: { problem: reason === null ? null : { ...reason } },
          },
        ];
      });
      const skipped = current.flatMap((state) => skippedOf(state, rules().has(state.id)));
      let next = settle(act, 'vigie:blind', blind, now);
      next = settle(next, 'vigie:source', blindSources(lostAmong(watched, sources), now), now);
      next = settle(next, 'vigie:failing', failing, now);
      next = settle(
        next,
        'vigie:stale',
        quiet.stale.filter(
          ({ key: { cluster = '', index = '' } }) => !sight.lost.has(cluster) && sources?.lost.has(sourceKey(cluster, index)) !== true,
        ),
        now,
      );
      next = settle(next, 'vigie:silent', quiet.silent(act.book, results, now), now);
      next = settle(next, 'vigie:late', late === null ? [] : [late], now);
      next = settle(next, 'vigie:counted', counted(rules(), results, now), now);
      next = settle(next, 'vigie:skipped', skipped, now);
      next = settle(next, 'vigie:forgotten', forgotten(rules(), results, now), now);
      next = settle(next, 'vigie:clock', clocks?.troubles(now) ?? [], now);
      next = settle(next, 'vigie:job', others['vigie:job'] ?? [], now);
      next = settle(next, 'vigie:backup', others['vigie:backup'] ?? [], now);
      next = settle(next, 'vigie:machine', others['vigie:machine'] ?? [], now);
      return settle(next, 'vigie:chat', others['vigie:chat'] ?? [], now);
    },
  };

  /** The troubles there are become findings, those that are over become clear. */
  function settle(act: Act, name: SystemRuleName, troubles: readonly Trouble[], now: number): Act {
    const rule = systemRule(name);
    const known = alertsOf(act.book, name);
    const open = known.filter(isOpen);
    const there = new Set(troubles.map(({ key }) => keyText(key)));
    const look = {
      findings: troubles
        .filter((trouble) => !open.some((alert) => keyText(alert.key) === keyText(trouble.key) && !isToldAnew(alert, trouble)))
        .map(({ key, since, value, document }) => ({ key, at: since, value, limit: null, matches: 1, document })),
      reports: open.map((alert) => ({
        key: alert.key,
        state: there.has(keyText(alert.key)) ? ('breached' as const) : ('clear' as const),
        value: null,
      })),
      memory: {},
    };
    if (look.findings.length === 0 && look.reports.length === 0) return act;
    const changed = transition(
      { rule, known, span: { from: now, to: now }, now, missed: false, freshId: () => desk.freshId() },
      { ok: true, look },
    );
    const severities = new Map(
      troubles.flatMap(({ key, severity }) => (severity === undefined ? [] : ([[keyText(key), severity]] as const))),
    );
    const judged = changed.map((alert) => ({ ...alert, severity: severities.get(keyText(alert.key)) ?? alert.severity }));
    return { ...act, book: { ...act.book, alerts: withAll(act.book.alerts, judged) } };
  }
}

function isToldAnew({ document, value }: Alert, trouble: Trouble): boolean {
  return trouble.isCurrent === true && JSON.stringify([document, value]) !== JSON.stringify([trouble.document, trouble.value]);
}

/** Of a source that no rule looks at any more nobody is told. */
function lostAmong(watched: ReturnType<typeof watchedSources>, sources: PollOptions['sources']): readonly LostSource[] {
  const keys = new Set(watched.flatMap(({ sources: list }) => list.map(([, { cluster, index }]) => sourceKey(cluster, index))));
  return [...(sources?.lost ?? [])].flatMap(([key, lost]) => (keys.has(key) ? [lost] : []));
}

/** What was never there is somebody's mistake, and no loss. */
function blindSources(lost: readonly LostSource[], now: number): readonly Trouble[] {
  const told = lost.filter(({ since }) => now - since >= BLIND_AFTER_MS);
  return told.map(({ cluster, index, since, blindness, wasThere }): Trouble => ({
    key: { cluster, source: index },
    since,
    value: index,
    document: { problem: { ...blindProblem(cluster, index, blindness) } },
    ...(wasThere ? {} : { severity: 'warning' }),
  }));
}

/** What a rule gave up, as long as people may wonder. */
function skippedOf({ id, skipped = [] }: RuleState, isThere: boolean): readonly Trouble[] {
  const last = skipped.at(-1);
  if (last === undefined || !isThere) return [];
  return [{ key: { skipped_rule: id }, since: last.at, value: skipped.length, document: { spans: joined(skipped).slice(-SPANS_SHOWN) } }];
}

/** What follows on one another is one span. */
function joined(spans: readonly Span[]): JsonObject[] {
  const all: { from: number; to: number }[] = [];
  for (const { from, to } of spans) {
    const last = all.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else all.push({ from, to });
  }
  return all;
}

/** Of the time that wasn't looked at, the latest. */
const SPANS_SHOWN = 5;
