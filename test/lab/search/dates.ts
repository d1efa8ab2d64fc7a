import { parsePattern } from './date-patterns.ts';
import { Refusal } from './refusal.ts';
import { roundDown, unitOf, shift } from './calendar.ts';

/** How a date in a query is read. */
export interface DateReading {
  /** Formats as Elasticsearch names them, separated by `||`. */
  readonly format?: string;
  /** For dates that don't say their own. */
  readonly timeZone?: string;
  /** What isn't said is the latest possible and not the earliest: for `lte` and `gt`. */
  readonly roundUp?: boolean;
  /** Milliseconds since the epoch: what `now` means. */
  readonly now: number;
}

const DEFAULT_FORMAT = 'strict_date_optional_time||epoch_millis';
const MATH = /^(?:[+-]\d*[yMwdhHms]|\/[yMwdhHms])+$/u;
const STEP = /([+-])(\d*)([yMwdhHms])|\/([yMwdhHms])/gu;

/** A date of a document: ISO, or milliseconds since the epoch. */
export function dateOf(text: string): number {
  return readDate(text, { now: 0 });
}

/**
 * A date of a query, with date arithmetic: `2026-11-02||-1d/d`, `now-5m`.
 * @returns milliseconds since the epoch
 */
export function readDate(value: string | number, reading: DateReading): number {
  const text = String(value);
  const [base, math] = split(text);
  const start = base === 'now' ? reading.now : readFormats(base, reading, math !== '');
  return math === '' ? start : calculate(start, math, reading);
}

function split(text: string): readonly [base: string, math: string] {
  if (text.startsWith('now')) return ['now', checkedMath(text.slice(3))];
  const at = text.indexOf('||');
  return at === -1 ? [text, ''] : [text.slice(0, at), checkedMath(text.slice(at + 2))];
}

function checkedMath(math: string): string {
  if (math !== '' && !MATH.test(math)) throw new Refusal(`operator not supported for date math [${math}]`);
  return math;
}

function calculate(start: number, math: string, { timeZone = 'UTC', roundUp = false }: DateReading): number {
  let time = start;
  for (const [, sign, amount, unit, rounding] of math.matchAll(STEP)) {
    if (rounding !== undefined) {
      const bottom = roundDown(time, unitOf(rounding), timeZone);
      time = roundUp ? shift(bottom, 1, unitOf(rounding), timeZone) - 1 : bottom;
    } else {
      const steps = amount === '' ? 1 : Number(amount);
      time = shift(time, sign === '-' ? -steps : steps, unitOf(unit ?? ''), timeZone);
    }
  }
  return time;
}

/** Before date arithmetic nothing is rounded up: the arithmetic does it. */
function readFormats(
  text: string,
  { format = DEFAULT_FORMAT, timeZone = 'UTC', roundUp = false }: DateReading,
  beforeMath: boolean,
): number {
  for (const name of format.split('||')) {
    const time = parsePattern(text, name, timeZone, roundUp && !beforeMath);
    if (time !== null) return time;
  }
  throw new Refusal(`failed to parse date field [${text}] with format [${format}]`);
}
