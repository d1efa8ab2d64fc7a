import { momentOf, wallTime } from '#kernel/zoned-time.ts';
import type { Schedule } from './schedule.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

type Daily = Extract<Schedule, { kind: 'at' }>;

/** The first moment after `now` at which the job is due. */
export function next(schedule: Schedule, now: number): number {
  if (schedule.kind === 'every') return (slot(schedule, now) + 1) * schedule.ms + schedule.offsetMs;
  for (let day = today(schedule, now) - DAY_MS; ; day += DAY_MS) {
    const at = momentOn(schedule, day);
    if (at !== null && at > now) return at;
  }
}

/** The last moment, `now` included, at which the job was due. */
export function latest(schedule: Schedule, now: number): number {
  if (schedule.kind === 'every') return slot(schedule, now) * schedule.ms + schedule.offsetMs;
  for (let day = today(schedule, now) + DAY_MS; ; day -= DAY_MS) {
    const at = momentOn(schedule, day);
    if (at !== null && at <= now) return at;
  }
}

function slot({ ms, offsetMs }: Extract<Schedule, { kind: 'every' }>, at: number): number {
  return Math.floor((at - offsetMs) / ms);
}

/** The day that the wall shows, as its midnight. Clocks may go back over midnight: the days beside it are looked at too. */
function today({ timezone }: Daily, now: number): number {
  return Math.floor(wallTime(now, timezone) / DAY_MS) * DAY_MS;
}

/** When the job is due on a day of the wall's; null on a day that isn't one of its. */
function momentOn({ minute, weekdays, timezone }: Daily, day: number): number | null {
  if (weekdays.length > 0 && !weekdays.includes(new Date(day).getUTCDay())) return null;
  return shownAt(day + minute * MINUTE_MS, timezone);
}

/** Shown twice, it is the first of the two; never shown, it is the first moment after what was skipped. */
function shownAt(wall: number, timezone: string): number {
  const at = momentOf(wall, timezone);
  return wallTime(at, timezone) === wall ? at : afterGap(at, timezone);
}

/** The moment at which the clocks went forward, a day at most before `at`; clocks change at whole minutes. */
function afterGap(at: number, timezone: string): number {
  const offset = (moment: number): number => wallTime(moment, timezone) - moment;
  const changed = offset(at);
  let [before, after] = [Math.floor(at / MINUTE_MS) - DAY_MS / MINUTE_MS, Math.floor(at / MINUTE_MS)];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offset(middle * MINUTE_MS) === changed) after = middle;
    else before = middle;
  }
  return after * MINUTE_MS;
}
