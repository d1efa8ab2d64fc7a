import { BOUNDS } from '#kernel/bounds.ts';
import { Joiner, type Said } from './joiner.ts';
import { NewestLines } from './newest-lines.ts';
import { severityOf, type Severity } from './severity.ts';

/** What is looked for. */
export interface LogQuery {
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Nothing after it; left out: up to now. */
  readonly until?: number;
  /** At most so many of the newest entries. */
  readonly tail: number;
  /** Only entries with this text in them, in lower case; they may be written in any. */
  readonly grep?: string;
  /** Only entries that are at least so grave, the gravest being 0. */
  readonly level?: Severity;
}

/** What was found of it. */
export interface Excerpt<L extends Said> {
  /** Entries, oldest first: a line, or several that are one, such as a stack trace. */
  readonly lines: readonly L[];
  /** The source's own words about logs that it couldn't get (a node is down). */
  readonly notes: readonly string[];
  /** There are older entries since the moment asked for, which were left out or not looked at. */
  readonly older: boolean;
  /** False: the source didn't send all of it in time. */
  readonly whole: boolean;
  /** Entries that say no level, and were left out for that. */
  readonly levelless: number;
}

/** Whether a query looks for something within the entries, so that the newest ones don't do. */
export function isSearch({ grep, level }: LogQuery): boolean {
  return grep !== undefined || level !== undefined;
}

/** Reads a source's lines as they come: puts those together that are one entry, keeps what is asked for, and of that the newest. */
export class Collector<L extends Said> {
  readonly #kept: NewestLines<L>;
  readonly #joiner: Joiner<L>;
  readonly #query: LogQuery;
  #levelless = 0;

  /** @param levelOf how grave an entry is, where the source knows it beside its text */
  constructor(query: LogQuery, levelOf: (entry: L) => Severity | null = ({ text }) => severityOf(text)) {
    this.#query = query;
    this.#kept = new NewestLines({ lines: query.tail, characters: BOUNDS.logText.most });
    this.#joiner = new Joiner((entry, nth) => this.#judge({ entry, nth }, levelOf));
  }

  /** @param source whose lines belong together */
  add(source: string, line: L): void {
    const { since, until } = this.#query;
    if (line.at < since || (until !== undefined && line.at > until)) return;
    this.#joiner.add(source, line);
  }

  take(): Pick<Excerpt<L>, 'lines' | 'levelless'> & { readonly dropped: boolean } {
    this.#joiner.end();
    return { lines: this.#kept.take(), levelless: this.#levelless, dropped: this.#kept.dropped };
  }

  #judge({ entry, nth }: { readonly entry: L; readonly nth: number }, levelOf: (entry: L) => Severity | null): void {
    const { grep, level } = this.#query;
    if (grep !== undefined && !entry.text.toLowerCase().includes(grep)) return;
    if (level !== undefined) {
      const severity = levelOf(entry);
      if (severity === null) this.#levelless += 1;
      if (severity === null || severity > level) return;
    }
    this.#kept.add(shortened(entry), nth);
  }
}

function shortened<L extends Said>(entry: L): L {
  const most = entry.text.includes('\n') ? BOUNDS.logEntry.most : BOUNDS.logLine.most;
  if (entry.text.length <= most) return entry;
  // Copied: a part of a string keeps the whole of it.
  return { ...entry, text: Buffer.from(entry.text.slice(0, most)).toString('utf8'), cut: entry.cut + entry.text.length - most };
}

/** What a long look had when it was given up, and the newest entries, which it may not have come to. */
export function joinedExcerpts<L extends Said>(all: Excerpt<L>, newest: Excerpt<L>, most: number): Excerpt<L> {
  const kept = new NewestLines<L>({ lines: most, characters: BOUNDS.logText.most });
  const from = newest.lines[0]?.at ?? Infinity;
  for (const line of [...all.lines.filter(({ at }) => at < from), ...newest.lines]) kept.add(line);
  return { lines: kept.take(), notes: newest.notes, older: true, whole: false, levelless: Math.max(all.levelless, newest.levelless) };
}
