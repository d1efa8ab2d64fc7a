import { momentOf as momentOnTheWall } from '#kernel/zoned-time.ts';
import type { AlertSettings, MaintenanceWindow } from '#domain/alert/settings.ts';
import { weekdayNumber } from './alerts.ts';
import { durationMs } from './parts.ts';
import type { Config } from './schema.ts';

type Times = Pick<
  AlertSettings,
  'groupWaitMs' | 'groupIntervalMs' | 'repeatIntervalMs' | 'postsPerMinute' | 'quietHours' | 'windows' | 'timezone'
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
  };
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
function minuteOf(clock: string): number {
  const [hour = '0', minute = '0'] = clock.split(':');
  return Number(hour) * 60 + Number(minute);
}

/** Milliseconds since the epoch of a local time such as `2027-01-31 20:00`, daylight saving included. */
export function momentOf(local: string, timezone: string): number {
  return momentOnTheWall(Date.parse(`${local.replace(' ', 'T')}Z`), timezone);
}
