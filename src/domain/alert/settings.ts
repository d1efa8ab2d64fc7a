import { wallTime } from '#kernel/zoned-time.ts';
import type { HostNames } from './matchers.ts';
import type { Matchers } from './rule.ts';

/** Work that was announced: alerts that match need nobody while it lasts. */
export interface MaintenanceWindow {
  readonly name: string;
  readonly matchers: Matchers;
  /** Either once, or every week in the zone of the settings. */
  readonly when:
    | { readonly kind: 'once'; readonly from: number; readonly to: number }
    | {
        readonly kind: 'weekly';
        /** 0 is Sunday. */ readonly days: readonly number[];
        readonly fromMinute: number;
        readonly toMinute: number;
      };
}

export interface AlertSettings {
  /** Channel id of rules that name none. */
  readonly channel: string;
  /** Channel ids by the names that rules use. */
  readonly channels: Readonly<Record<string, string>>;
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  /** Posts of new groups within a minute; what is above becomes a digest. */
  readonly postsPerMinute: number;
  /** Minutes of the day within which a warning waits; it may go over midnight. */
  readonly quietHours: { readonly fromMinute: number; readonly toMinute: number } | null;
  readonly windows: readonly MaintenanceWindow[];
  /** What machines are called besides: whichever name a matcher has, that machine is meant. */
  readonly hostNames?: HostNames;
  readonly timezone: string;
  /** How long a step of waking somebody waits for an answer. */
  readonly escalateAfterMs: number;
  /** Time that is too much to be looked at is given up after so long. */
  readonly skipAfterMs: number;
  /** Names of the pagers that ring at once for a critical alert, and of those that ring when nobody answered. */
  readonly pagers: { readonly first: readonly string[]; readonly second: readonly string[] };
}

/** Minute of the day and day of the week (0 is Sunday) in a zone, daylight saving included. */
export function localMinute(at: number, timezone: string): { readonly minute: number; readonly day: number } {
  const wall = new Date(wallTime(at, timezone));
  return { minute: wall.getUTCHours() * 60 + wall.getUTCMinutes(), day: wall.getUTCDay() };
}

const DAY_MINUTES = 1_440;

function within(minute: number, from: number, to: number): boolean {
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** When the quiet hours that hold now are over, or null. */
export function quietUntil(settings: AlertSettings, now: number): number | null {
  const { quietHours, timezone } = settings;
  if (quietHours === null) return null;
  const { minute } = localMinute(now, timezone);
  if (!within(minute, quietHours.fromMinute, quietHours.toMinute)) return null;
  const left = (quietHours.toMinute - minute + DAY_MINUTES) % DAY_MINUTES;
  return now - (now % 60_000) + left * 60_000;
}

/** The maintenance windows that hold now. */
export function windowsNow({ windows, timezone }: AlertSettings, now: number): readonly MaintenanceWindow[] {
  return windows.filter((window) => holds(window, timezone, now));
}

function holds({ when }: MaintenanceWindow, timezone: string, now: number): boolean {
  if (when.kind === 'once') return now >= when.from && now < when.to;
  const { minute, day } = localMinute(now, timezone);
  if (!within(minute, when.fromMinute, when.toMinute)) return false;
  // After midnight it still is the window of the day before.
  const began = when.fromMinute > when.toMinute && minute < when.toMinute ? (day + 6) % 7 : day;
  return when.days.includes(began);
}
