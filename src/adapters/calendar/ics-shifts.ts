import ical, { type CalendarResponse, type DateWithTimeZone, type EventInstance, type VEvent } from 'node-ical';
import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import { momentOf, wallTime } from '#kernel/zoned-time.ts';
import type { Shift } from '#domain/alert/oncall.ts';
import type { NameOf } from './names.ts';

/** A calendar that was read. */
export interface IcsCopy {
  readonly events: readonly VEvent[];
  /** What doesn't count, as the calendar names it. */
  readonly ignored: readonly string[];
}

/** How what a calendar says is understood. */
interface Reading {
  readonly nameOf: NameOf;
  /** Of whole days, and of times that name no zone. */
  readonly timezone: string;
}

/** What recurs more often than daily is no shift, and would take for ever to expand. */
const FREQUENCIES: ReadonlySet<unknown> = new Set(['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY']);
const DAY_MS = 86_400_000;

/** How far around now it is looked for what doesn't count. */
const AROUND_MS = 60 * DAY_MS;

/** Reads an iCalendar text. @throws calendar_invalid */
export function readIcs(text: string, nameOf: NameOf, now: number): IcsCopy {
  const all = Object.values(parsed(text)).filter((part) => part?.type === 'VEVENT');
  const events = all.filter(({ rrule, start }) => isDate(start) && (rrule === undefined || FREQUENCIES.has(rrule.options['freq'])));
  const steps = events.reduce((sum, event) => sum + stepsOf(event, now + AROUND_MS), 0);
  if (steps > BOUNDS.calendarSteps.most)
    throw new VigieError('calendar_invalid', { reason: 'its repetitions are too many to be followed' });
  const soon = events.map((event) => ({ event, instances: expand(event, now - AROUND_MS, now + AROUND_MS) }));
  const good = soon.filter(({ instances }) => instances !== null).map(({ event }) => event);
  const nameless = soon.flatMap(({ instances }) =>
    (instances ?? []).filter(({ event }) => nameOf(event) === null).map(({ event }) => event),
  );
  const ignored = [...all.filter((event) => !good.includes(event)), ...nameless].map(titleOf);
  return { events: good, ignored: [...new Set(ignored)] };
}

/** So often an event is repeated between its start and `to`, at most; what names hours, minutes or seconds is so many events a day. */
function stepsOf({ rrule, start }: VEvent, to: number): number {
  if (rrule === undefined) return 1;
  const { options } = rrule;
  const days = Math.max(1, (to - start.getTime()) / DAY_MS);
  return ['byHour', 'byMinute', 'bySecond'].reduce((product, name) => product * Math.max(1, lengthOf(options[name])), days);
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 1;
}

function isDate(value: unknown): boolean {
  return value instanceof Date && !Number.isNaN(value.getTime());
}

/** Null for a rule that can't be expanded. */
function expand(event: VEvent, from: number, to: number): readonly EventInstance[] | null {
  try {
    // Days are expanded in the zone of the process: a margin around, and the caller drops what is too much.
    return ical.expandRecurringEvent(event, { from: new Date(from - 2 * DAY_MS), to: new Date(to + 2 * DAY_MS), expandOngoing: true });
  } catch {
    return null;
  }
}

function parsed(text: string): CalendarResponse {
  if (!/^\s*BEGIN:VCALENDAR/u.test(text)) throw new VigieError('calendar_invalid', { reason: 'no BEGIN:VCALENDAR' });
  try {
    return ical.sync.parseICS(text);
  } catch (error) {
    throw new VigieError('calendar_invalid', { reason: reasonOf(error) }, error);
  }
}

/** The summary may have parameters, or not be there at all. */
function titleOf({ summary }: Pick<VEvent, 'summary'>): string {
  return String((typeof summary === 'object' ? summary.val : summary) ?? '');
}

/** The shifts that touch a span, the earliest first. */
export function shiftsIn({ events }: IcsCopy, reading: Reading, from: number, to: number): readonly Shift[] {
  return events
    .flatMap((event) => expand(event, from, to) ?? [])
    .flatMap((instance) => shiftOf(instance, reading))
    .filter((shift) => shift.from < to && shift.to > from && shift.from < shift.to)
    .toSorted((a, b) => a.from - b.from);
}

function shiftOf(instance: EventInstance, { nameOf, timezone }: Reading): readonly Shift[] {
  const { event } = instance;
  const person = event.status === 'CANCELLED' ? null : nameOf(event);
  return person === null ? [] : [{ ...spanOf(instance, timezone), person }];
}

/**
 * node-ical gives whole days, and times without a zone, in the zone of the process; and the end of a recurring event so many
 * milliseconds after its start. A shift that ends at 9 ends at 9, though, also in the week when the clocks change.
 */
function spanOf(
  { start, end, isFullDay, isRecurring, event }: EventInstance,
  timezone: string,
): { readonly from: number; readonly to: number } {
  const zone = zoneOf(event.start) ?? zoneOf(start);
  if (isFullDay || zone === null) return { from: momentOf(processWall(start), timezone), to: momentOf(processWall(end), timezone) };
  const from = start.getTime();
  if (!isRecurring || event.end === undefined) return { from, to: end.getTime() };
  const lengthOnTheWall = wallTime(event.end.getTime(), zone) - wallTime(event.start.getTime(), zone);
  return { from, to: momentOf(wallTime(from, zone) + lengthOnTheWall, zone) };
}

/** What the clocks of the process show, as a wall time. */
function processWall(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds());
}

/** The zone that a time names, if it is one that this machine knows. */
function zoneOf({ tz }: DateWithTimeZone): string | null {
  if (tz === undefined) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: tz }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
