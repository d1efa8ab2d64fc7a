import { fromLocal, offsetAt } from './calendar.ts';
import { literally } from './patterns.ts';
import { LabLimit } from './refusal.ts';

const ISO_ANY =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(?:(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?)?$/u;
const NAMED: Readonly<Record<string, string>> = {
  strict_date: 'yyyy-MM-dd',
  date: 'yyyy-MM-dd',
  strict_date_hour_minute_second: "yyyy-MM-dd'T'HH:mm:ss",
  date_hour_minute_second: "yyyy-MM-dd'T'HH:mm:ss",
  basic_date: 'yyyyMMdd',
};
const ISO_NAMES: readonly string[] = [
  'strict_date_optional_time',
  'date_optional_time',
  'strict_date_optional_time_nanos',
  'strict_date_time',
  'date_time',
  'iso8601',
];
const LETTERS = /'([^']*)'|([yMdHmsSZXxu])\2*|[^A-Za-z']+|[A-Za-z]/gu;

/** Year to millisecond, as far as they are said. */
type Parts = readonly (number | undefined)[];

/** @returns milliseconds since the epoch, or null when the text isn't of this format */
export function parsePattern(text: string, format: string, timeZone: string, roundUp: boolean): number | null {
  if (format === 'epoch_millis') return /^-?\d+(?:\.\d+)?$/u.test(text) ? Math.floor(Number(text)) : null;
  if (format === 'epoch_second')
    return /^-?\d+(?:\.\d+)?$/u.test(text) ? Math.floor(Number(text) * 1_000) + (roundUp && !text.includes('.') ? 999 : 0) : null;
  if (ISO_NAMES.includes(format)) return parseIso(text, timeZone, roundUp);
  return parseLetters(text, NAMED[format] ?? format, timeZone, roundUp);
}

function parseIso(text: string, timeZone: string, roundUp: boolean): number | null {
  const match = ISO_ANY.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => (part === undefined ? undefined : Number(part)));
  const fraction = match[7] === undefined ? undefined : Number(match[7].padEnd(3, '0').slice(0, 3));
  return assemble([year, month, day, hour, minute, second, fraction], match[8] ?? timeZone, roundUp);
}

const PARTS: Readonly<Record<string, number>> = { y: 0, u: 0, M: 1, d: 2, H: 3, m: 4, s: 5, S: 6 };

function parseLetters(text: string, pattern: string, timeZone: string, roundUp: boolean): number | null {
  const places: (number | 'zone')[] = [];
  let expression = '';
  for (const [token, quoted, letter] of pattern.matchAll(LETTERS)) {
    if (quoted !== undefined || letter === undefined) expression += literally(quoted ?? literal(token, pattern));
    else if ('ZXx'.includes(letter)) {
      places.push('zone');
      expression += '(Z|[+-]\\d{2}:?\\d{2})';
    } else {
      places.push(PARTS[letter] ?? 0);
      expression += `(\\d{${token.length}})`;
    }
  }
  const match = new RegExp(`^${expression}$`, 'u').exec(text);
  if (match === null) return null;
  const parts: (number | undefined)[] = Array.from({ length: 7 });
  let zone = timeZone;
  for (const [at, place] of places.entries()) {
    const found = match[at + 1] ?? '';
    if (place === 'zone') zone = found;
    else parts[place] = place === 6 ? Number(found.padEnd(3, '0').slice(0, 3)) : Number(found);
  }
  return assemble(parts, zone, roundUp);
}

function literal(token: string, pattern: string): string {
  if (/[A-Za-z]/u.test(token)) throw new LabLimit(`the date format ${pattern}`);
  return token;
}

/** Rounded up it is the last moment of the day: a month without a day is its first one, as Elasticsearch has it. */
function assemble([year = 1970, month = 1, day = 1, hour, minute, second, ms]: Parts, zone: string, roundUp: boolean): number | null {
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const [hourIs, minuteIs, secondIs, msIs] = roundUp
    ? [hour ?? 23, minute ?? 59, second ?? 59, ms ?? 999]
    : [hour ?? 0, minute ?? 0, second ?? 0, ms ?? 0];
  if (month < 1 || month > 12 || day < 1 || day > lastDay || hourIs > 23 || minuteIs > 59 || secondIs > 59) return null;
  const local = Date.UTC(year, month - 1, day, hourIs, minuteIs, secondIs, msIs);
  const timeZone = /^[+-]\d{2}$/u.test(zone) ? `${zone}:00` : zone;
  return fromLocal(local, timeZone, local);
}

/** A date as an answer shows it: ISO in its zone, or as `format` says. */
export function printDate(time: number, format = 'strict_date_optional_time', timeZone = 'UTC'): string {
  const [first = ''] = format.split('||');
  if (first === 'epoch_millis') return String(time);
  if (first === 'epoch_second') return String(time / 1_000);
  const offset = offsetAt(time, timeZone);
  const local = new Date(time + offset).toISOString();
  if (ISO_NAMES.includes(first)) return local.replace('Z', printOffset(offset, 'X'));
  return (NAMED[first] ?? first).replaceAll(LETTERS, (token: string, quoted: string | undefined, letter: string | undefined) => {
    if (quoted !== undefined) return quoted;
    if (letter === undefined) return literal(token, format);
    return 'ZXx'.includes(letter) ? printOffset(offset, letter) : printPart(local, letter, token.length);
  });
}

function printPart(local: string, letter: string, length: number): string {
  const [, ...parts] = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})\.(\d{3})/u.exec(local) ?? [];
  const part = parts[PARTS[letter] ?? 0] ?? '';
  if (letter === 'S') return part.padEnd(length, '0').slice(0, length);
  if (letter === 'y' || letter === 'u') return length === 2 ? part.slice(2) : part;
  return length === 1 ? String(Number(part)) : part;
}

function printOffset(offset: number, letter: string): string {
  if (offset === 0 && letter === 'X') return 'Z';
  const minutes = Math.abs(offset) / 60_000;
  const two = (number: number): string => String(Math.floor(number)).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(minutes / 60)}${letter === 'Z' ? '' : ':'}${two(minutes % 60)}`;
}
