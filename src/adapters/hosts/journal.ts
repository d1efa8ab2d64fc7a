import { Buffer } from 'node:buffer';
import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import { Collector, isSearch, joinedExcerpts, type LogQuery } from '#domain/logs/collector.ts';
import { journalSeverity } from '#domain/logs/severity.ts';
import { complaintOf, inEnglish } from '#ports/commands.ts';
import type { JournalExcerpt, JournalLine } from '#ports/hosts.ts';
import type { CommandEnd } from '#ports/remote.ts';
import { FIELDS, journalLine } from './journal-line.ts';
import { linesOf } from './lines.ts';
import { refused, type Machine } from './machine.ts';

/** Both looks end before a person's question has had its time. */
const TAIL_MS = 10_000;
const ALL_MS = 12_000;
const MISSING = /journalctl.{0,5}: (?:No such file or directory|not found)|command not found/u;
/** What it says of an account that isn't in one of the groups; where it may see its own lines, it succeeds with them. */
const FORBIDDEN = /insufficient permissions|not seeing messages from other users|Permission denied/u;
/** The machine keeps none, or none of that time. */
const NONE = /^No journal files were found/mu;

/**
 * The newest entries of a machine's journal. A search looks through all since the moment that is asked for.
 * @throws journal_forbidden, journal_missing, host_refused
 */
export async function journalOf(machine: Machine, query: LogQuery, signal?: AbortSignal): Promise<JournalExcerpt> {
  if (!isSearch(query)) return await read(machine, query, { tail: query.tail, wholeMs: TAIL_MS }, signal);
  const newest = await read(machine, query, { tail: BOUNDS.logLines.most, wholeMs: TAIL_MS }, signal);
  if (!newest.older) return newest;
  const all = await read(machine, query, { tail: null, wholeMs: ALL_MS }, signal);
  return all.whole ? all : joinedExcerpts(all, newest, query.tail);
}

interface Reading {
  /** Null: all. */
  readonly tail: number | null;
  readonly wholeMs: number;
}

async function read(machine: Machine, query: LogQuery, { tail, wholeMs }: Reading, signal?: AbortSignal): Promise<JournalExcerpt> {
  const late = AbortSignal.timeout(wholeMs);
  const collector = new Collector<JournalLine>(query, ({ priority, text }) => journalSeverity(priority, text));
  const add = (line: JournalLine): void => collector.add(`${line.unit ?? ''} ${line.process ?? ''}`, line);
  const backwards = new Backwards();
  let count = 0;
  let last = query.since;
  let end: CommandEnd | null = null;
  try {
    const ends = signal === undefined ? late : AbortSignal.any([signal, late]);
    const { stdout, ended } = await machine.remote.execStream(inEnglish(commandFor(query, tail)), {}, ends);
    // Told by `stdout` as well, which may be left early.
    ended.catch(() => undefined);
    for await (const text of linesOf(stdout, BOUNDS.journalLine.most)) {
      const line = journalLine(text, last);
      if (line === null) continue;
      count += 1;
      last = line.at;
      if (tail === null) add(line);
      else if (!backwards.add(line)) break;
    }
    end = backwards.full ? ENOUGH : await ended;
  } catch (error) {
    signal?.throwIfAborted();
    // What came until then is good.
    if (!late.aborted) throw error;
  }
  if (end !== null) judge(machine, end, count);
  for (const line of backwards.take()) add(line);
  const { lines, levelless, dropped } = collector.take();
  const full = backwards.full || (tail !== null && tail > 0 && count >= tail);
  return { lines, notes: [], older: dropped || full, whole: end !== null, levelless };
}

/** Whole seconds, since older versions take no parts of them: what is beyond is left out while reading. */
function commandFor({ since, until }: LogQuery, tail: number | null): readonly string[] {
  return [
    'journalctl',
    '--no-pager',
    '--output=json',
    '--all',
    `--output-fields=${FIELDS.join(',')}`,
    `--since=@${Math.floor(since / 1_000)}`,
    ...(until === undefined ? [] : [`--until=@${Math.ceil(until / 1_000)}`]),
    // With a beginning it would give the first ones.
    ...(tail === null ? [] : ['--reverse', `--lines=${tail}`]),
  ];
}

/** Nobody reads on. */
const ENOUGH: CommandEnd = { code: 0, stderr: '' };

/** Lines that come newest first, as many as are held. */
class Backwards {
  readonly #lines: JournalLine[] = [];
  #characters = 0;

  /** Whether there were more than are held. */
  get full(): boolean {
    return this.#characters > BOUNDS.logText.most;
  }

  /** @returns false where it was the last one that is wanted */
  add(line: JournalLine): boolean {
    const text = line.text.slice(0, BOUNDS.logEntry.most);
    this.#characters += text.length;
    // Copied: a part of a string keeps the whole of it.
    this.#lines.push(
      text === line.text ? line : { ...line, text: Buffer.from(text).toString('utf8'), cut: line.text.length - text.length },
    );
    return !this.full;
  }

  /** Oldest first. */
  take(): readonly JournalLine[] {
    return this.#lines.toReversed();
  }
}

/** A journal that shows a part of itself is not taken for all of it. */
function judge(machine: Machine, end: CommandEnd, count: number): void {
  if (FORBIDDEN.test(end.stderr)) throw new VigieError('journal_forbidden', { host: machine.name, account: machine.remote.host });
  if (end.code === 127 || MISSING.test(end.stderr)) throw new VigieError('journal_missing', { host: machine.name });
  if (end.code !== 0 && !(count === 0 && NONE.test(end.stderr))) throw refused(machine, ['journalctl'], complaintOf(end));
}
