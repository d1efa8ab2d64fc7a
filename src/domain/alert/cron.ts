import { wallTime } from '#kernel/zoned-time.ts';

const NAMES = [
  [],
  [],
  [],
  ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
] as const;

/**
 * Whether a cron line names the minute of a moment, in a zone. A day and a weekday that both are restricted mean either, as cron has it
 * (https://man7.org/linux/man-pages/man5/crontab.5.html).
 * @param line five columns, already checked
 */
export function cronMatches(line: string, at: number, timezone: string): boolean {
  const columns = line.trim().split(/\s+/u);
  const wall = new Date(wallTime(at, timezone));
  const weekday = wall.getUTCDay();
  const fits = (index: number, value: number): boolean =>
    (columns[index] ?? '*').split(',').some((part) => covers(part, value, NAMES[index] ?? [], index === 3 ? 1 : 0));
  const free = (index: number): boolean => (columns[index] ?? '*').startsWith('*');
  const onWeekday = fits(4, weekday) || (weekday === 0 && fits(4, 7));
  const onDay = fits(2, wall.getUTCDate());
  const days = free(2) || free(4) ? onDay && onWeekday : onDay || onWeekday;
  return fits(0, wall.getUTCMinutes()) && fits(1, wall.getUTCHours()) && fits(3, wall.getUTCMonth() + 1) && days;
}

function covers(part: string, value: number, names: readonly string[], base: number): boolean {
  const [range = '', step = '1'] = part.split('/');
  const number = (text: string): number => {
    const named = names.indexOf(text.toLowerCase());
    return named < 0 ? Number(text) : named + base;
  };
  const [begin = '', end] = range.split('-');
  const from = begin === '*' ? base : number(begin);
  // `5/10` goes on to the end, `5` is that value alone.
  const open = begin === '*' || (end === undefined && part.includes('/'));
  const to = end === undefined ? (open ? Number.POSITIVE_INFINITY : from) : number(end);
  return value >= from && value <= to && (value - from) % Number(step) === 0;
}
