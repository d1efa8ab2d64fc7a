import type { Alert, Taker } from './alert.ts';
import { labels } from './alert.ts';
import { matches, type HostNames } from './matchers.ts';
import { SEVERITIES, type Matchers, type Severity } from './rule.ts';
import { isSystemRule } from './system.ts';

/** Somebody's word that certain alerts need nobody for a while. */
export interface Silence {
  readonly id: string;
  /** Never empty. */
  readonly matchers: Matchers;
  /** The worst severity that it still covers. */
  readonly upTo: Severity;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly by: Taker;
  readonly reason: string;
  /** Ended before its time by this user name. */
  readonly endedBy: string | null;
}

/** A critical alert can be silenced for at most a day. */
const CRITICAL_MAX_MS = 24 * 3_600_000;

/** When a silence that covers critical alerts has to end, at the latest. */
export function latestEnd(upTo: Severity, startsAt: number, endsAt: number): number {
  return upTo === 'critical' ? Math.min(endsAt, startsAt + CRITICAL_MAX_MS) : endsAt;
}

/** The silence that holds an alert back now, or null. Nothing silences what says that vigie is blind. */
export function silenceOf(alert: Alert, silences: readonly Silence[], now: number, called: HostNames = []): Silence | null {
  if (isSystemRule(alert.rule)) return null;
  return silences.find((silence) => covers(silence, alert, now, called)) ?? null;
}

function covers(silence: Silence, alert: Alert, now: number, called: HostNames): boolean {
  if (now < silence.startsAt || now >= silence.endsAt) return false;
  return rank(alert.severity) <= rank(silence.upTo) && matches(silence.matchers, labels(alert), called);
}

/** How bad: a larger number is worse. */
export function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
