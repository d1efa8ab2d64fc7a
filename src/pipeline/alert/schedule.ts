import { cronMatches } from '#domain/alert/cron.ts';
import type { Rule } from '#domain/alert/rule.ts';

/**
 * Rules run at whole multiples of their `run_every`, so that those with the same one share a round trip. A rule that was never run is due at once,
 * one with `limit_execution` only in the minutes that this names.
 * @param lastRun when each rule ran last, by name
 */
export function dueRules(rules: readonly Rule[], lastRun: ReadonlyMap<string, number>, now: number, timezone: string): readonly Rule[] {
  return rules.filter((rule) => {
    if (!rule.enabled) return false;
    if (rule.limitExecution !== null && !cronMatches(rule.limitExecution, now, timezone)) return false;
    const last = lastRun.get(rule.name);
    return last === undefined || slot(rule.runEveryMs, now) > slot(rule.runEveryMs, last) || now < last;
  });
}

/** When the next rule may be due (ms); Infinity without rules. */
export function nextDue(rules: readonly Rule[], now: number): number {
  return Math.min(...rules.filter((rule) => rule.enabled).map((rule) => (slot(rule.runEveryMs, now) + 1) * rule.runEveryMs));
}

/** When a rule should have run, at the latest, given its last run. */
export function dueAt(rule: Rule, lastRun: number): number {
  return (slot(rule.runEveryMs, lastRun) + 1) * rule.runEveryMs;
}

/** What vigie asks for itself runs at whole multiples as well, so that it goes along with the rules. @param lastAt null: never yet */
export function isDue(everyMs: number, lastAt: number | null, now: number): boolean {
  return lastAt === null || slot(everyMs, now) !== slot(everyMs, lastAt);
}

function slot(everyMs: number, at: number): number {
  return Math.floor(at / everyMs);
}
