import { Readable } from 'node:stream';
import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import type { LogExcerpt, LogLine, LogQuery } from '#ports/swarm.ts';
import type { Daemon } from './daemon.ts';
import { type LogFrame, logFrames, terminalFrames } from './log-frames.ts';
import { type Most, NewestLines } from './newest-lines.ts';
import { type Patience, PatientStream } from './patient-stream.ts';
import { findService } from './services.ts';
import { hostnames } from './tasks.ts';

/** `2026-11-23T19:05:53.636438007Z com.docker.swarm.node.id=…,com.docker.swarm.task.id=… text` */
const LINE = /^(\S+) (\S*) ?(.*)$/s;
const DETAIL = /com\.docker\.swarm\.(node|task)\.id=([^,]*)/g;
const STDERR = 2;

/** Docker's own words that are kept. */
const NOTES = 5;
/** Both looks end before a person's question has had its time. */
const TAIL_PATIENCE: Patience = { stallMs: 3_000, wholeMs: 10_000 };
const ALL_PATIENCE: Patience = { stallMs: 3_000, wholeMs: 12_000 };

/** A service's log, and how Docker is asked for it. */
interface Source {
  readonly daemon: Daemon;
  readonly id: string;
  readonly terminal: boolean;
  readonly names: ReadonlyMap<string, string>;
}

/**
 * The newest lines of all the tasks together, oldest first, read as a stream of which only these are kept. Docker's `tail` counts for each task,
 * from its end; a search looks through all since the moment that is asked for.
 */
export async function serviceLogs(daemon: Daemon, service: string, query: LogQuery, signal?: AbortSignal): Promise<LogExcerpt> {
  const { ID: id, Spec: spec } = await findService(daemon, service, signal);
  const source = { daemon, id, terminal: spec.TaskTemplate.ContainerSpec['TTY'] === true, names: await hostnames(daemon, signal) };
  if (query.grep === undefined) return await read(source, query, { tail: query.tail, patience: TAIL_PATIENCE }, signal);
  // First the newest lines of each task, so that those are had however long the rest takes.
  const newest = await read(source, query, { tail: BOUNDS.logLines.most, patience: TAIL_PATIENCE }, signal);
  if (!newest.older) return newest;
  const all = await read(source, query, { tail: null, patience: ALL_PATIENCE }, signal);
  return all.whole ? all : joined(all, newest, query.tail);
}

/** What the long look had when it was given up, and the newest lines, which it may not have come to. */
function joined(all: LogExcerpt, newest: LogExcerpt, most: number): LogExcerpt {
  const kept = new NewestLines(mostOf(most));
  const from = newest.lines[0]?.at ?? Infinity;
  for (const line of [...all.lines.filter(({ at }) => at < from), ...newest.lines]) kept.add(line);
  return { lines: kept.take(), notes: newest.notes, older: true, whole: false };
}

function mostOf(lines: number): Most {
  return { lines, characters: BOUNDS.logText.most };
}

interface Reading {
  /** Of each task; null: all. */
  readonly tail: number | null;
  readonly patience: Patience;
}

async function read(source: Source, query: LogQuery, reading: Reading, signal?: AbortSignal): Promise<LogExcerpt> {
  const kept = new NewestLines(mostOf(query.tail));
  const notes: string[] = [];
  const perTask = new Map<string, number>();
  const { grep } = query;
  const isWanted = (text: string): boolean => grep === undefined || text.toLowerCase().includes(grep);
  const stream = await open(source, query, reading, signal);
  if (stream === null) return { lines: [], notes, older: false, whole: false };
  const frames = (source.terminal ? terminalFrames : logFrames)(stream.chunks(signal), BOUNDS.logFrame.most);
  for await (const frame of frames) {
    // Most lines of a search are none of it: they are let go before anything is made of them.
    if (reading.tail === null && frame.stream <= STDERR && !isWanted(frame.text)) continue;
    const line = lineOf(frame, source.names);
    if (typeof line === 'string') {
      if (notes.length < NOTES) notes.push(line);
      continue;
    }
    perTask.set(line.task, (perTask.get(line.task) ?? 0) + 1);
    if (isWanted(line.text)) kept.add(cut(line));
  }
  const lines = kept.take();
  const { tail } = reading;
  const full = tail !== null && tail > 0 && [...perTask.values()].some((count) => count >= tail);
  return { lines, notes, older: kept.dropped || full, whole: stream.whole };
}

/** @returns null when Docker doesn't even begin to answer */
async function open(
  { daemon, id }: Source,
  { since }: LogQuery,
  { tail, patience }: Reading,
  signal?: AbortSignal,
): Promise<PatientStream | null> {
  const query = { stdout: true, stderr: true, timestamps: true, details: true, tail: tail ?? 'all', since: since / 1000 };
  const late = AbortSignal.timeout(patience.stallMs);
  const either = signal === undefined ? late : AbortSignal.any([signal, late]);
  try {
    const answer: unknown = await daemon.send(either, async ({ docker }) => {
      // Docker is asked not to follow; dockerode gives a stream only where it is told that it does. It isn't given the signal, which would
      // end the stream at the deadline of its beginning.
      const opened: unknown = await docker.getService(id).logs({ follow: true, ...{ _query: query } });
      if (either.aborted && opened instanceof Readable) opened.destroy();
      return opened;
    });
    if (answer instanceof Readable) return new PatientStream(answer, patience);
    throw new VigieError('swarm_refused', { host: daemon.host, reason: 'unexpected answer to a question for logs' });
  } catch (error) {
    signal?.throwIfAborted();
    if (late.aborted) return null;
    throw error;
  }
}

/** Docker's own word ("incomplete log stream …") has neither time nor task: it is given as text alone. */
function lineOf({ stream, text, cutBytes }: LogFrame, names: ReadonlyMap<string, string>): LogLine | string {
  const whole = text.replace(/\r?\n$/, '');
  const [, time = '', details = '', said = ''] = LINE.exec(whole) ?? [];
  const at = Date.parse(time);
  if (stream > STDERR || Number.isNaN(at)) return whole;
  const ids = new Map([...details.matchAll(DETAIL)].map(([, kind, id = '']) => [kind, id]));
  const node = ids.get('node');
  return {
    at,
    stream: stream === STDERR ? 'stderr' : 'stdout',
    task: ids.get('task') ?? '',
    node: node === undefined ? null : (names.get(node) ?? node),
    text: said,
    cut: cutBytes,
  };
}

function cut(line: LogLine): LogLine {
  const { most } = BOUNDS.logLine;
  if (line.text.length <= most) return line;
  // Copied: a part of a string keeps the whole of it.
  return { ...line, text: Buffer.from(line.text.slice(0, most)).toString('utf8'), cut: line.cut + line.text.length - most };
}
