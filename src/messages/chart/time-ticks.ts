import type { TimeAxis } from '#ports/charts.ts';
import type { Language } from '../templates.ts';
import { clockOf } from '../moment-words.ts';
import { wallClock, type WallTime } from './zone.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** What people count in, in minutes. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1_440, 2_880, 5_760, 10_080] as const;
/** As many labels as a phone's width can take: days are shorter than times. */
const MOST_TIMES = 6;
const MOST_DAYS = 8;
/** Every zone's offset is a multiple of it. */
const QUARTER_MINUTES = 15;

/**
 * Ticks at round times of the zone's clocks, over the days when these change too. Times have their day below them at the
 * first and wherever it changes; days have their month.
 */
export function timeTicks(from: number, to: number, timezone: string, language: Language): TimeAxis['ticks'] {
  const step = STEPS.find((minutes) => (to - from) / (minutes * MINUTE_MS) <= mostTicks(minutes)) ?? DAY_MINUTES * 7;
  const words = wordsOf(step, language, timezone);
  let before = '';
  return roundTimes(from, to, step, timezone).map(({ at }) => {
    const under = words.under(at);
    const tick = { at, label: words.label(at), under: under === before ? '' : under };
    before = under;
    return tick;
  });
}

function mostTicks(step: number): number {
  return step < DAY_MINUTES ? MOST_TIMES : MOST_DAYS;
}

interface RoundTime {
  readonly at: number;
  readonly wall: WallTime;
}

function roundTimes(from: number, to: number, step: number, timezone: string): readonly RoundTime[] {
  const clock = wallClock(timezone);
  const grain = Math.min(step, QUARTER_MINUTES) * MINUTE_MS;
  const found: RoundTime[] = [];
  let yesterday = clock(from - grain).day;
  for (let at = Math.ceil(from / grain) * grain; at <= to; at += grain) {
    const wall = clock(at);
    // A day may lack its midnight: it begins with its first moment.
    const begins = wall.day !== yesterday;
    yesterday = wall.day;
    if (!isRound(wall, step, begins)) continue;
    // 02:00 comes twice when clocks go back.
    if (at - (found.at(-1)?.at ?? Number.NEGATIVE_INFINITY) >= (step * MINUTE_MS) / 1.5) found.push({ at, wall });
  }
  return found;
}

function isRound(wall: WallTime, step: number, begins: boolean): boolean {
  if (step < DAY_MINUTES) return wall.minute % step === 0;
  return begins && Math.floor(Date.parse(wall.day) / MINUTE_MS / DAY_MINUTES) % (step / DAY_MINUTES) === 0;
}

function wordsOf(step: number, language: Language, timezone: string) {
  const format = (options: Intl.DateTimeFormatOptions): ((at: number) => string) => {
    const made = new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', { ...options, timeZone: timezone });
    return (at) => made.format(at);
  };
  return step < DAY_MINUTES
    ? {
        label: (at: number) => clockOf(at, { language, timezone }),
        under: format({ day: 'numeric', month: 'short' }),
      }
    : { label: format({ day: 'numeric' }), under: format({ month: 'short' }) };
}
