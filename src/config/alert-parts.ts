import { momentOf as momentOnTheWall } from '#kernel/zoned-time.ts';
import type { AlertSettings, MaintenanceWindow } from '#domain/alert/settings.ts';
import { weekdayNumber } from './alerts.ts';
import { durationMs } from './parts.ts';
import type { Config } from './schema.ts';

type Times = Pick<
  AlertSettings,
  | 'groupWaitMs'
  | 'groupIntervalMs'
  | 'repeatIntervalMs'
  | 'postsPerMinute'
  | 'quietHours'
  | 'windows'
  | 'timezone'
  | 'escalateAfterMs'
  | 'skipAfterMs'
>;

/** What the configuration says of alerts, as the domain knows it. */
export function alertTimesOf({ alerts, timezone }: Config): Times {
  const { quiet_hours: quiet } = alerts;
  return {
    groupWaitMs: durationMs(alerts.group_wait),
    groupIntervalMs: durationMs(alerts.group_interval),
    repeatIntervalMs: durationMs(alerts.repeat_interval),
    postsPerMinute: alerts.posts_per_minute,
    quietHours: quiet === undefined ? null : { fromMinute: minuteOf(quiet.from), toMinute: minuteOf(quiet.to) },
    windows: alerts.maintenance.flatMap((window) => windowOf(window, timezone)),
    timezone,
    escalateAfterMs: durationMs(alerts.escalation.after),
    skipAfterMs: durationMs(alerts.skip_after),
  };
}

/**
 * The pagers that ring at once, and those that ring when nobody answered. Of one list alone the other is what remains; without both, e-mail
 * is the second way, unless there is no other.
 */
export function pagerWaysOf({ alerts, pagers }: Config): AlertSettings['pagers'] {
  const names = Object.keys(pagers);
  const { first, second } = alerts.escalation;
  const without = (taken: readonly string[]): readonly string[] => names.filter((name) => !taken.includes(name));
  if (first !== undefined) return { first, second: second ?? without(first) };
  if (second !== undefined) return { first: without(second), second };
  const loud = names.filter((name) => pagers[name]?.type !== 'email');
  return loud.length > 0 ? { first: loud, second: without(loud) } : { first: names, second: names };
}

function windowOf({ name, matchers, weekly, once }: Config['alerts']['maintenance'][number], timezone: string): MaintenanceWindow[] {
  if (weekly !== undefined) {
    const days = weekly.days.map(weekdayNumber);
    return [{ name, matchers, when: { kind: 'weekly', days, fromMinute: minuteOf(weekly.from), toMinute: minuteOf(weekly.to) } }];
  }
  if (once === undefined) return [];
  return [{ name, matchers, when: { kind: 'once', from: momentOf(once.from, timezone), to: momentOf(once.to, timezone) } }];
}

/** Of `03:00`. */
export function minuteOf(clock: string): number {
  const [hour = '0', minute = '0'] = clock.split(':');
  return Number(hour) * 60 + Number(minute);
}

/** Milliseconds since the epoch of a local time such as `2027-01-31 20:00`, daylight saving included. */
export function momentOf(local: string, timezone: string): number {
  return momentOnTheWall(Date.parse(`${local.replace(' ', 'T')}Z`), timezone);
}
