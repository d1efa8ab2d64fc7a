import { BOUNDS } from '#kernel/bounds.ts';
import { parseDuration } from '#kernel/duration.ts';
import { fold } from '#kernel/fold.ts';
import { momentOf, wallTime } from '#kernel/zoned-time.ts';
import { isDate, weekdayOf } from '../alert/days.ts';

/** A moment of the past as a person says it, before anybody knows which one it is. */
export type Moment =
  /** So long ago, ms. */
  | { readonly kind: 'ago'; readonly ms: number }
  /** A time of a day, in minutes after midnight. */
  | { readonly kind: 'clock'; readonly day: Day; readonly minutes: number };

type Day =
  /** 0 is today, 1 yesterday. */
  | { readonly kind: 'back'; readonly days: number }
  /** The last one of the week that isn't in the future; 0 is Sunday. */
  | { readonly kind: 'weekday'; readonly weekday: number }
  /** `2026-11-27`. */
  | { readonly kind: 'date'; readonly date: string }
  /** The last 27/11 that isn't in the future. */
  | { readonly kind: 'yearless'; readonly month: number; readonly day: number };

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const BACK: Readonly<Record<string, number>> = {
  today: 0,
  "aujourd'hui": 0,
  yesterday: 1,
  hier: 1,
  'day before yesterday': 2,
  'the day before yesterday': 2,
  'avant-hier': 2,
};
const CLOCKS: Readonly<Record<string, number>> = {
  midnight: 0,
  minuit: 0,
  noon: 720,
  midi: 720,
  // Parts of a day, by when they have begun for most people: the plan shows what was taken.
  morning: 480,
  matin: 480,
  afternoon: 840,
  'après-midi': 840,
  evening: 1_200,
  soir: 1_200,
};
const MONTHS: readonly (readonly string[])[] = [
  ['jan', 'january', 'janv', 'janvier'],
  ['feb', 'february', 'fev', 'fevr', 'fevrier'],
  ['mar', 'march', 'mars'],
  ['apr', 'april', 'avr', 'avril'],
  ['may', 'mai'],
  ['jun', 'june', 'juin'],
  ['jul', 'july', 'juil', 'juillet'],
  ['aug', 'august', 'aout'],
  ['sep', 'sept', 'september', 'septembre'],
  ['oct', 'october', 'octobre'],
  ['nov', 'november', 'novembre'],
  ['dec', 'december', 'decembre'],
];
/** What stands before or between day and time and says nothing: `hier à 14h`, `on monday at 3:00`. */
const FILLERS = /(?:^|\s)(?:at|à|a|on|le|vers|last|dernier|the|of|this|ce|cet|cette)(?=\s|$)|,/gu;
/** Longer names of the units that a duration has. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/(\d)\s*(?:minutes?|mins?)(?![a-z])/gu, '$1min'],
  [/(\d)\s*(?:hours?|heures?|hrs?)(?![a-z])/gu, '$1h'],
  [/(\d)\s*(?:days?|jours?)(?![a-z])/gu, '$1d'],
  [/(\d)\s*(?:weeks?|semaines?)(?![a-z])/gu, '$1w'],
];

/**
 * Reads `14:05`, `3h`, `14h30`, `yesterday 14:00`, `hier à 14h`, `monday 3:00`, `lundi 3h`, `27/11 14h`, `2026-11-27 14:00`, `2 h ago`, `il y a 2 h`; a day alone is its beginning.
 * @returns null for anything else
 */
export function parseMoment(text: string): Moment | null {
  if (text.length > BOUNDS.moment.most) return null;
  const words = text.toLowerCase().replaceAll('’', "'").replaceAll(/\s+/gu, ' ').trim();
  const ago = /^(?:il y a (.+)|(.+) ago)$/u.exec(words);
  if (ago !== null) return parseAgo(ago[1] ?? ago[2] ?? '');
  return parseDayAndClock(
    words
      .replace(/^(\d{4}-\d{2}-\d{2})t(?=\d)/u, '$1 ')
      .replaceAll(FILLERS, ' ')
      .replaceAll(/\s+/gu, ' ')
      .trim(),
  );
}

/** `1h30` is an hour and a half in French. */
function parseAgo(words: string): Moment | null {
  const joined = UNITS.reduce((rest, [long, short]) => rest.replaceAll(long, short), words)
    .replaceAll(/(\d) (?=[a-z])|([a-z]) (?=\d)/gu, '$1$2')
    .replace(/(h\d{1,2})$/u, '$1min');
  const ms = parseDuration(joined);
  return ms === null ? null : { kind: 'ago', ms };
}

function parseDayAndClock(words: string): Moment | null {
  const whole = parseDay(words);
  if (whole !== null) return { kind: 'clock', day: whole, minutes: 0 };
  const alone = parseClock(words);
  if (alone !== null) return { kind: 'clock', day: { kind: 'back', days: 0 }, minutes: alone };
  // Either order: `yesterday 14:00`, `14h hier`.
  for (const space of [...words.matchAll(/ /gu)].map(({ index }) => index)) {
    const [before, after] = [words.slice(0, space), words.slice(space + 1)];
    const day = parseDay(before) ?? parseDay(after);
    const minutes = parseClock(parseDay(before) === null ? before : after);
    if (day !== null && minutes !== null) return { kind: 'clock', day, minutes };
  }
  return null;
}

function parseDay(words: string): Day | null {
  const back = Object.hasOwn(BACK, words) ? BACK[words] : undefined;
  if (back !== undefined) return { kind: 'back', days: back };
  const weekday = weekdayOf(words);
  if (weekday !== null) return { kind: 'weekday', weekday };
  if (/^\d{4}-\d{2}-\d{2}$/u.test(words)) return isDate(words) ? { kind: 'date', date: words } : null;
  const [, day, month, year] = /^(\d{1,2})\/(\d{1,2})(?:\/(\d{4}))?$/u.exec(words) ?? spelt(words);
  if (day === undefined || month === undefined) return null;
  // A leap year stands for whichever year it will be.
  const date = `${year ?? '2024'}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (!isDate(date)) return null;
  return year === undefined ? { kind: 'yearless', month: Number(month), day: Number(day) } : { kind: 'date', date };
}

/** `28 novembre`, `1er décembre 2026`, `november 28th`: as the match of `28/11`. */
function spelt(words: string): readonly (string | undefined)[] {
  const [, before, name = '', after, year] =
    /^(?:(\d{1,2})(?:er|st|nd|rd|th)? )?(\p{L}+)\.?(?: (\d{1,2})(?:st|nd|rd|th)?)?(?: (\d{4}))?$/u.exec(words) ?? [];
  const month = MONTHS.findIndex((names) => names.includes(fold(name)));
  const day = before ?? after;
  return month === -1 || day === undefined || (before !== undefined && after !== undefined) ? [] : [words, day, String(month + 1), year];
}

/** Minutes after midnight, of `14:05`, `14h05`, `14h`, `3pm`, `noon`. */
export function parseClock(words: string): number | null {
  const named = Object.hasOwn(CLOCKS, words) ? CLOCKS[words] : undefined;
  if (named !== undefined) return named;
  const [, hours, minutes = '0', half] = /^(\d{1,2})(?:(?::| ?h ?)(\d{2})| ?h| ?(?=[ap]m$))? ?([ap]m)?$/u.exec(words) ?? [];
  // A number alone is no time: `14` may be a day as well.
  if (hours === undefined || /^\d+$/u.test(words) || Number(minutes) > 59) return null;
  const hour = half === undefined ? Number(hours) : twelve(Number(hours), half);
  return hour === null || hour > 23 ? null : hour * 60 + Number(minutes);
}

function twelve(hour: number, half: string): number | null {
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}

/**
 * The moment that was meant, in ms: by the clocks of the zone, so that yesterday 14:00 is 14:00 whatever daylight saving did since. Where the clocks show it twice, the first one.
 * It may lie in the future where the words say so (`23:00` in the morning): whoever asks refuses that.
 */
export function resolveMoment(moment: Moment, now: number, timezone: string): number {
  const wall = wallTime(now, timezone);
  // Three days ago is the same time of the day; three hours ago are three hours.
  if (moment.kind === 'ago') return moment.ms % DAY_MS === 0 ? momentOf(wall - moment.ms, timezone) : now - moment.ms;
  return momentOf(dayOf(moment.day, wall, moment.minutes * MINUTE_MS) + moment.minutes * MINUTE_MS, timezone);
}

/** Midnight of the day, as a wall time. */
function dayOf(day: Day, wall: number, clockMs: number): number {
  const today = wall - (wall % DAY_MS);
  switch (day.kind) {
    case 'back':
      return today - day.days * DAY_MS;
    case 'weekday': {
      const last = today - ((new Date(today).getUTCDay() - day.weekday + 7) % 7) * DAY_MS;
      return last + clockMs > wall ? last - 7 * DAY_MS : last;
    }
    case 'date':
      return Date.parse(`${day.date}T00:00:00Z`);
    case 'yearless':
      return lastOf(day, wall, clockMs);
    default:
      return day satisfies never;
  }
}

/** Seven years back there is a 29 February, whatever century it is, or eight. */
function lastOf({ month, day }: { readonly month: number; readonly day: number }, wall: number, clockMs: number): number {
  const year = new Date(wall).getUTCFullYear();
  for (let back = 0; back <= 8; back += 1) {
    const at = Date.UTC(year - back, month - 1, day);
    if (new Date(at).getUTCDate() === day && at + clockMs <= wall) return at;
  }
  return Date.UTC(year, month - 1, day);
}
