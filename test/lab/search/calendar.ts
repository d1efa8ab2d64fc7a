import { Refusal } from './refusal.ts';

export type CalendarUnit = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

export const FIXED_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const LETTERS: Readonly<Record<string, CalendarUnit>> = {
  y: 'year',
  M: 'month',
  w: 'week',
  d: 'day',
  h: 'hour',
  H: 'hour',
  m: 'minute',
  s: 'second',
};
const UNITS: readonly CalendarUnit[] = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'];
const MONTHS: Readonly<Partial<Record<CalendarUnit, number>>> = { month: 1, quarter: 3, year: 12 };
const STEPS_MS: Readonly<Partial<Record<CalendarUnit, number>>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};
/** The epoch was a Thursday. */
const FIRST_MONDAY_MS = 4 * 86_400_000;

/** The unit of one letter of date arithmetic. */
export function unitOf(letter: string): CalendarUnit {
  const unit = LETTERS[letter];
  if (unit === undefined) throw new Refusal(`unit [${letter}] not supported for date math`);
  return unit;
}

/** Of `calendar_interval`: `day`, `1d`, `month`, `1M`, … */
export function calendarUnit(interval: string): CalendarUnit {
  const named = UNITS.find((unit) => unit === interval) ?? (interval === '1q' ? 'quarter' : undefined);
  const [, letter] = /^1([yMwdhm])$/u.exec(interval) ?? [];
  if (named !== undefined) return named;
  if (letter !== undefined) return unitOf(letter);
  throw new Refusal(`The supplied interval [${interval}] could not be parsed as a calendar interval.`);
}

/** Of `fixed_interval`, milliseconds: `30s`, `5m`, `1d`. */
export function fixedInterval(interval: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m|h|d)$/u.exec(interval) ?? [];
  const ms = Number(amount) * (FIXED_MS[unit ?? ''] ?? Number.NaN);
  if (ms > 0) return ms;
  throw new Refusal(`failed to parse setting [date_histogram.fixedInterval] with value [${interval}] as a time value`);
}

/** The start of the second, the day, the month, … in a zone. */
export function roundDown(time: number, unit: CalendarUnit, timeZone: string): number {
  const local = time + offsetAt(time, timeZone);
  return fromLocal(localStart(local, unit), timeZone, time);
}

function localStart(local: number, unit: CalendarUnit): number {
  const months = MONTHS[unit];
  if (months !== undefined) {
    const date = new Date(local);
    return Date.UTC(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / months) * months, 1);
  }
  const step = STEPS_MS[unit] ?? 1;
  const origin = unit === 'week' ? FIRST_MONDAY_MS : 0;
  return Math.floor((local - origin) / step) * step + origin;
}

/** So many units later, on the clock of a zone: a day may have 23 hours. */
export function shift(time: number, steps: number, unit: CalendarUnit, timeZone: string): number {
  const stepMs = STEPS_MS[unit] ?? 0;
  if (unit === 'second' || unit === 'minute' || unit === 'hour') return time + steps * stepMs;
  const local = time + offsetAt(time, timeZone);
  const months = MONTHS[unit];
  return fromLocal(months === undefined ? local + steps * stepMs : addMonths(local, steps * months), timeZone, time);
}

/** 31 January and a month is the last of February. */
function addMonths(local: number, months: number): number {
  const date = new Date(local);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime();
}

/** The moment at which a zone's clock shows `local`; of two, the one on the same side of the change as `near`. */
export function fromLocal(local: number, timeZone: string, near: number): number {
  const guess = local - offsetAt(near, timeZone);
  if (offsetAt(guess, timeZone) === local - guess) return guess;
  return local - offsetAt(guess, timeZone);
}

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();
/** No zone changes its offset within a quarter of an hour that begins at a full one. */
const SLOT_MS = 900_000;

/** What a zone's clock shows more than UTC's, in milliseconds. Zones are IANA's names or `+01:00`. */
export function offsetAt(time: number, timeZone: string): number {
  if (timeZone === 'UTC' || timeZone === 'Z') return 0;
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/u.exec(timeZone) ?? [];
  if (sign !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 3_600_000 + Number(minutes) * 60_000);
  const slot = Math.floor(time / SLOT_MS) * SLOT_MS;
  const key = `${timeZone} ${slot}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const offset = shownAt(slot, timeZone) - slot;
  offsets.set(key, offset);
  return offset;
}

function shownAt(time: number, timeZone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(time)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour % 24, minute, second);
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;
  try {
    const made = new Intl.DateTimeFormat('en-GB', { timeZone, ...numeric });
    formats.set(timeZone, made);
    return made;
  } catch {
    throw new Refusal(`Unknown time-zone ID: ${timeZone}`);
  }
}
