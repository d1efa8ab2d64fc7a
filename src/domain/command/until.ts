import { parseDuration } from '#kernel/duration.ts';
import { momentOf, wallTime } from '#kernel/zoned-time.ts';
import { parseDays, spanOfDays, type Days } from '../alert/days.ts';
import { parseClock } from './moment.ts';

/** A moment to come as a person says it, before anybody knows which one it is. */
export type Until =
  /** In so long, ms. */
  | { readonly kind: 'for'; readonly ms: number }
  /** The next time that clocks show this, in minutes after midnight; on a day, if one was said. */
  | { readonly kind: 'clock'; readonly day: Days | null; readonly minutes: number }
  /** The end of a day: until Monday is Monday included. */
  | { readonly kind: 'day'; readonly day: Days };

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** What stands before a moment and says nothing. */
const LEAD = /^(?:until|till|to|for|jusqu'(?:à|au|a)|jusque|pendant|pour)\s+/iu;
const FILLERS = /(?:^|\s)(?:at|à|a|on|le|au|next|prochain)(?=\s|$)|,/gu;
/** `tomorrow at 18 h 30` has five words. */
const MOST_WORDS = 6;

/** Reads `2h`, `3d`, `18:00`, `18h`, `tomorrow 18:00`, `demain à 18h`, `monday`, `2026-12-24 12:00`. @returns null for anything else */
export function parseUntil(text: string): Until | null {
  const words = text.toLowerCase().replaceAll('’', "'").replaceAll(FILLERS, ' ').replaceAll(/\s+/gu, ' ').trim();
  const clock = parseClock(words);
  // `18h` is a time of the day, as everywhere that a moment is meant; `2h` too, where nobody means two in the morning.
  const ms = parseDuration(words);
  if (ms !== null && (clock === null || clock < 7 * 60)) return { kind: 'for', ms };
  if (clock !== null) return { kind: 'clock', day: null, minutes: clock };
  const day = parseDays(words);
  if (day !== null) return { kind: 'day', day };
  for (const space of [...words.matchAll(/ /gu)].map(({ index }) => index)) {
    const [before, after] = [parseDays(words.slice(0, space)), parseClock(words.slice(space + 1))];
    if (before !== null && before.kind !== 'for' && after !== null) return { kind: 'clock', day: before, minutes: after };
  }
  return null;
}

/**
 * Tells a moment from the reason behind it, `until` in front or not: `until tomorrow 18:00 the general meeting`.
 * @returns null without a moment, or without a reason
 */
export function splitUntil(text: string): { readonly until: Until; readonly reason: string } | null {
  const words = text.trim().replaceAll('’', "'").replace(LEAD, '').split(/\s+/u);
  // The longest moment is meant: `monday 9:00 …` is no Monday with a reason that begins with a time.
  for (let count = Math.min(MOST_WORDS, words.length - 1); count > 0; count -= 1) {
    const until = parseUntil(words.slice(0, count).join(' '));
    if (until !== null) return { until, reason: words.slice(count).join(' ') };
  }
  return null;
}

/** The moment that was meant (ms), after `now` unless a day was said that is over. */
export function resolveUntil(until: Until, now: number, timezone: string): number {
  const wall = wallTime(now, timezone);
  switch (until.kind) {
    case 'for':
      // Three days on is the same time of the day; three hours on are three hours.
      return until.ms % DAY_MS === 0 ? momentOf(wall + until.ms, timezone) : now + until.ms;
    case 'day':
      return spanOfDays(until.day, now, timezone).to;
    case 'clock': {
      const ms = until.minutes * MINUTE_MS;
      if (until.day !== null) return momentOf(wallTime(spanOfDays(until.day, now, timezone).from, timezone) + ms, timezone);
      const today = wall - (wall % DAY_MS) + ms;
      return momentOf(today > wall ? today : today + DAY_MS, timezone);
    }
    default:
      return until satisfies never;
  }
}
