import type { Schedule } from '#domain/schedule/schedule.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MINUTES = 1_440;

/** The cron line of a schedule. What none can say, such as every seven hours, wakes each minute. */
export function cronLine(schedule: Schedule): string {
  if (schedule.kind === 'at') {
    const { minute, weekdays } = schedule;
    return `${minute % 60} ${Math.floor(minute / 60)} * * ${weekdays.length === 0 ? '*' : weekdays.toSorted((one, other) => one - other).join(',')}`;
  }
  const { ms, offsetMs } = schedule;
  const [every, offset] = [ms / MINUTE_MS, offsetMs / MINUTE_MS];
  if (!Number.isInteger(offset) || DAY_MINUTES % every !== 0) return '* * * * *';
  if (ms < HOUR_MS && 60 % every === 0) return `${times(offset % every, every, 60)} * * * *`;
  if (ms % HOUR_MS !== 0) return '* * * * *';
  const hours = every / 60;
  return `${offset % 60} ${times(Math.floor(offset / 60) % hours, hours, 24)} * * *`;
}

function times(first: number, step: number, end: number): string {
  return Array.from({ length: end / step }, (_, index) => first + index * step).join(',');
}
