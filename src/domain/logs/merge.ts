import { gistOf, type LogEntry } from './entry.ts';

/** Clocks of one machine: a time that was written down twice was cut to whole milliseconds once. */
const SAME_MS = 1;
/** A shipper that doesn't read a line's own time gives it that of its reading. */
const READ_LATER_MS = 10_000;

/**
 * Entries of several witnesses by time, each once: what the second tells as well is the first's. One entry of the one stands for one of the other, so that what a
 * program says again and again is shown as often as it said it.
 * @param first the nearer witness @param second the one that heard of it
 */
export function merged(first: readonly LogEntry[], second: readonly LogEntry[]): readonly LogEntry[] {
  const known = new Map<string, LogEntry[]>();
  for (const entry of first) {
    const gist = gistOf(entry);
    const same = known.get(gist);
    if (same === undefined) known.set(gist, [entry]);
    else same.push(entry);
  }
  const take = (entry: LogEntry, apartMs: number): boolean => {
    const same = known.get(gistOf(entry)) ?? [];
    const at = nearestOf(same, entry, apartMs);
    if (at !== -1) same.splice(at, 1);
    return at !== -1;
  };
  // Those that are sure first: nobody else's twin is taken from them.
  const unsure = second.filter((entry) => !take(entry, SAME_MS));
  const others = unsure.filter((entry) => !take(entry, READ_LATER_MS));
  return [...first, ...others].toSorted((one, other) => one.at - other.at);
}

function nearestOf(same: readonly LogEntry[], entry: LogEntry, apartMs: number): number {
  let best = -1;
  let least = apartMs;
  for (const [index, each] of same.entries()) {
    const apart = Math.abs(each.at - entry.at);
    if (apart > least || !mayBe(each, entry)) continue;
    best = index;
    least = apart;
  }
  return best;
}

/** Whoever both know has to be the same. */
function mayBe(one: LogEntry, other: LogEntry): boolean {
  const agree = (a: string | null, b: string | null): boolean => a === null || b === null || a === b;
  return agree(one.task, other.task) && agree(one.stream, other.stream);
}
