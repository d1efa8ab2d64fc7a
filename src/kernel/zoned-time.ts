/**
 * Wall clocks of time zones. A *wall time* is what a clock on the wall there shows, written as if it were UTC
 * (milliseconds): adding 24 h to it is the same time tomorrow, whatever daylight saving does in between.
 */

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of a zone show at a moment. @throws RangeError when there is no such zone */
export function wallTime(at: number, timezone: string): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(timezone).formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1_000) + 1_000) % 1_000);
}

/**
 * The moment at which the clocks of a zone show a wall time: the first one where they show it twice; where they skip it, as
 * much later as was skipped.
 */
export function momentOf(wall: number, timezone: string): number {
  const offset = (near: number): number => wallTime(near, timezone) - near;
  const [before, after] = [wall - offset(wall - DAY_MS), wall - offset(wall + DAY_MS)];
  const shown = [Math.min(before, after), Math.max(before, after)].find((at) => wallTime(at, timezone) === wall);
  return shown ?? before;
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(timezone, format);
  return format;
}
