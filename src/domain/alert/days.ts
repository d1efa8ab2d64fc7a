import { parseDuration } from '#kernel/duration.ts';
import { momentOf, wallTime } from '#kernel/zoned-time.ts';

/** Days as a person types them, before anybody knows which ones they are. */
export type Days =
  /** From now on, ms. */
  | { readonly kind: 'for'; readonly ms: number }
  /** Whole days, both included: `2026-12-01`. */
  | { readonly kind: 'dates'; readonly first: string; readonly last: string }
  /** The next one of the week, today included; 0 is Sunday. */
  | { readonly kind: 'weekday'; readonly weekday: number }
  /** 0 is today. */
  | { readonly kind: 'day'; readonly ahead: number };

const WEEKDAYS: readonly (readonly string[])[] = [
  ['sunday', 'dimanche'],
  ['monday', 'lundi'],
  ['tuesday', 'mardi'],
  ['wednesday', 'mercredi'],
  ['thursday', 'jeudi'],
  ['friday', 'vendredi'],
  ['saturday', 'samedi'],
];
const AHEAD: Readonly<Record<string, number>> = { today: 0, "aujourd'hui": 0, tomorrow: 1, demain: 1 };
const DATES = /^(\d{4}-\d{2}-\d{2})(?:\.\.(\d{4}-\d{2}-\d{2}))?$/u;
const DAY_MS = 86_400_000;

/** Reads `3d`, `2026-12-01`, `2026-12-01..2026-12-03`, `tuesday`, `mardi`, `tomorrow`. @returns null for anything else */
export function parseDays(text: string): Days | null {
  const word = text.toLowerCase().replaceAll('’', "'");
  const weekday = WEEKDAYS.findIndex((names) => names.includes(word));
  if (weekday >= 0) return { kind: 'weekday', weekday };
  const ahead = Object.hasOwn(AHEAD, word) ? AHEAD[word] : undefined;
  if (ahead !== undefined) return { kind: 'day', ahead };
  const [, first, last = first] = DATES.exec(word) ?? [];
  if (first !== undefined && last !== undefined)
    return isDate(first) && isDate(last) && first <= last ? { kind: 'dates', first, last } : null;
  const ms = parseDuration(word);
  return ms === null ? null : { kind: 'for', ms };
}

/** The weekday of a name in either language, 0 for Sunday; null when it is none. */
export function weekdayOf(name: string): number | null {
  const found = WEEKDAYS.findIndex((names) => names.includes(name.toLowerCase()));
  return found < 0 ? null : found;
}

/** 2026-02-30 is none. */
export function isDate(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** The span that was meant, in the zone's own days: from midnight to midnight, or from now on. */
export function spanOfDays(days: Days, now: number, timezone: string): { readonly from: number; readonly to: number } {
  const wall = wallTime(now, timezone);
  const today = wall - (wall % DAY_MS);
  const whole = (first: number, last: number) => ({ from: momentOf(first, timezone), to: momentOf(last + DAY_MS, timezone) });
  switch (days.kind) {
    case 'for':
      // Three days on is the same time of the day; three hours on are three hours.
      return { from: now, to: days.ms % DAY_MS === 0 ? momentOf(wall + days.ms, timezone) : now + days.ms };
    case 'dates':
      return whole(Date.parse(`${days.first}T00:00:00Z`), Date.parse(`${days.last}T00:00:00Z`));
    case 'weekday': {
      const ahead = (days.weekday - new Date(today).getUTCDay() + 7) % 7;
      return whole(today + ahead * DAY_MS, today + ahead * DAY_MS);
    }
    case 'day':
      return whole(today + days.ahead * DAY_MS, today + days.ahead * DAY_MS);
    default:
      return days satisfies never;
  }
}
