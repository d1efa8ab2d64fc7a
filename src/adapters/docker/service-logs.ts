import { Readable } from 'node:stream';
import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import { Collector, isSearch, joinedExcerpts, type LogQuery } from '#domain/logs/collector.ts';
import type { LogExcerpt, LogLine } from '#ports/swarm.ts';
import type { Daemon } from './daemon.ts';
import { type LogFrame, logFrames, terminalFrames } from './log-frames.ts';
import { type Patience, PatientStream } from './patient-stream.ts';
import { findService } from './services.ts';
import { hostnames } from './tasks.ts';

/** Of a line such as `2026-11-23T19:05:53.636438007Z com.docker.swarm.node.id=…,com.docker.swarm.task.id=… text`. */
const DETAIL = /com\.docker\.swarm\.(node|task)\.id=([^,]*)/g;
const STDERR = 2;

/** Docker's own words that are kept. */
const NOTES = 5;
/** Tasks whose words about themselves are kept. */
const WRITERS = 1_000;
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
 * The newest entries of all the tasks together, oldest first, read as a stream of which only these are kept. Docker's `tail` counts for each task,
 * from its end, and it knows no end of a span; a search looks through all since the moment that is asked for.
 */
export async function serviceLogs(daemon: Daemon, service: string, query: LogQuery, signal?: AbortSignal): Promise<LogExcerpt> {
  const { ID: id, Spec: spec } = await findService(daemon, service, signal);
  const source = { daemon, id, terminal: spec.TaskTemplate.ContainerSpec['TTY'] === true, names: await hostnames(daemon, signal) };
  if (!isSearch(query) && query.until === undefined)
    return await read(source, query, { tail: query.tail, patience: TAIL_PATIENCE }, signal);
  // First the newest lines of each task, so that those are had however long the rest takes.
  const newest = await read(source, query, { tail: BOUNDS.logLines.most, patience: TAIL_PATIENCE }, signal);
  if (!newest.older) return newest;
  const all = await read(source, query, { tail: null, patience: ALL_PATIENCE }, signal);
  return all.whole ? all : joinedExcerpts(all, newest, query.tail);
}

interface Reading {
  /** Of each task; null: all. */
  readonly tail: number | null;
  readonly patience: Patience;
}

async function read(source: Source, query: LogQuery, reading: Reading, signal?: AbortSignal): Promise<LogExcerpt> {
  const collector = new Collector<LogLine>(query);
  const notes: string[] = [];
  const perTask = new Map<string, number>();
  const writers = new Map<string, Writer>();
  const stream = await open(source, query, reading, signal);
  if (stream === null) return { lines: [], notes, older: false, whole: false, levelless: 0 };
  const frames = (source.terminal ? terminalFrames : logFrames)(stream.chunks(signal), BOUNDS.logFrame.most);
  for await (const frame of frames) {
    const line = lineOf(frame, source.names, writers);
    if (typeof line === 'string') {
      if (notes.length < NOTES) notes.push(line);
      continue;
    }
    perTask.set(line.task, (perTask.get(line.task) ?? 0) + 1);
    collector.add(`${line.task} ${line.stream}`, line);
  }
  const { lines, levelless, dropped } = collector.take();
  const { tail } = reading;
  const full = tail !== null && tail > 0 && [...perTask.values()].some((count) => count >= tail);
  return { lines, notes, older: dropped || full, whole: stream.whole, levelless };
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

/** Who wrote a line. */
type Writer = Pick<LogLine, 'task' | 'node'>;

/**
 * Docker's own word ("incomplete log stream …") has neither time nor task: it is given as text alone.
 * @param writers those that were read of before, by what Docker says of them: it says the same at each line
 */
function lineOf({ stream, text, cutBytes }: LogFrame, names: Source['names'], writers: Map<string, Writer>): LogLine | string {
  const whole = text.replace(/\r?\n$/, '');
  const [first, second] = [whole.indexOf(' '), whole.indexOf(' ', whole.indexOf(' ') + 1)];
  const at = first === -1 ? Number.NaN : Date.parse(whole.slice(0, first));
  if (stream > STDERR || Number.isNaN(at)) return whole;
  const details = whole.slice(first + 1, second === -1 ? undefined : second);
  const writer = writers.get(details) ?? writerOf(details, names);
  if (!writers.has(details) && writers.size < WRITERS) writers.set(details, writer);
  const said = second === -1 ? '' : whole.slice(second + 1);
  return { at, stream: stream === STDERR ? 'stderr' : 'stdout', ...writer, text: said, cut: cutBytes };
}

function writerOf(details: string, names: Source['names']): Writer {
  const ids = new Map([...details.matchAll(DETAIL)].map(([, kind, id = '']) => [kind, id]));
  const node = ids.get('node');
  return { task: ids.get('task') ?? '', node: node === undefined ? null : (names.get(node) ?? node) };
}
