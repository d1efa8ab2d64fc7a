interface Column {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly words: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const COLUMNS: readonly Column[] = [
  { name: 'minute', from: 0, to: 59, words: [] },
  { name: 'hour', from: 0, to: 23, words: [] },
  { name: 'day', from: 1, to: 31, words: [] },
  { name: 'month', from: 1, to: 12, words: MONTHS },
  { name: 'weekday', from: 0, to: 7, words: WEEKDAYS },
];

/** What is wrong with a cron line of five columns; null when nothing is. */
export function cronProblem(line: string): string | null {
  const parts = line.trim().split(/\s+/u);
  if (parts.length !== COLUMNS.length) return 'must be a cron line of five columns: minute, hour, day, month, weekday';
  const wrong = COLUMNS.find((column, index) => !(parts[index] ?? '').split(',').every((part) => isPart(part, column)));
  return wrong === undefined ? null : `has no good ${wrong.name}: ${parts[COLUMNS.indexOf(wrong)] ?? ''}`;
}

/** One of `*`, `5`, `1-5`, each with `/2` if it likes, also by name. */
function isPart(part: string, column: Column): boolean {
  const [, begin = '', end, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/u.exec(part) ?? [];
  if (step !== undefined && Number(step) === 0) return false;
  if (begin === '*') return end === undefined;
  const first = valueOf(begin, column);
  const last = end === undefined ? first : valueOf(end, column);
  return first !== null && last !== null && first <= last;
}

function valueOf(text: string, { from, to, words }: Column): number | null {
  const named = words.indexOf(text.toLowerCase());
  if (named >= 0) return named + from;
  const value = /^\d+$/u.test(text) ? Number(text) : Number.NaN;
  return value >= from && value <= to ? value : null;
}
