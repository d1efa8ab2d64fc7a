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
  let count = 0;
  let last = query.since;
  let end: CommandEnd | null = null;
  try {
    const ends = signal === undefined ? late : AbortSignal.any([signal, late]);
    const { stdout, ended } = await machine.remote.execStream(inEnglish(commandFor(query, tail)), {}, ends);
    for await (const text of linesOf(stdout, BOUNDS.journalLine.most)) {
      const line = journalLine(text, last);
      if (line === null) continue;
      count += 1;
      last = line.at;
      collector.add(`${line.unit ?? ''} ${line.process ?? ''}`, line);
    }
    end = await ended;
  } catch (error) {
    signal?.throwIfAborted();
    // What came until then is good.
    if (!late.aborted) throw error;
  }
  if (end !== null) judge(machine, end, count);
  const { lines, levelless, dropped } = collector.take();
  const full = tail !== null && tail > 0 && count >= tail;
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
    ...(tail === null ? [] : [`--lines=${tail}`]),
  ];
}

/** A journal that shows a part of itself is not taken for all of it. */
function judge(machine: Machine, end: CommandEnd, count: number): void {
  if (FORBIDDEN.test(end.stderr)) throw new VigieError('journal_forbidden', { host: machine.name, account: machine.remote.host });
  if (end.code === 127 || MISSING.test(end.stderr)) throw new VigieError('journal_missing', { host: machine.name });
  if (end.code !== 0 && !(count === 0 && NONE.test(end.stderr))) throw refused(machine, ['journalctl'], complaintOf(end));
}
