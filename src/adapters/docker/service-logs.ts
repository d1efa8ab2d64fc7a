import { z } from 'zod';
import type { LogLine, LogQuery } from '#ports/swarm.ts';
import type { Daemon } from './daemon.ts';
import { type LogFrame, logFrames } from './log-frames.ts';
import { findService } from './services.ts';
import { hostnames } from './tasks.ts';

const bytes = z.instanceof(Buffer);

/** `2026-11-23T19:05:53.636438007Z com.docker.swarm.node.id=…,com.docker.swarm.task.id=… text` */
const LINE = /^(\S+) (\S*) ?(.*)$/s;
const DETAIL = /com\.docker\.swarm\.(node|task)\.id=([^,]*)/g;
const STDOUT = 1;
const STDERR = 2;

/** The newest lines of all the tasks together, oldest first. Docker's `tail` counts for each task. */
export async function serviceLogs(
  daemon: Daemon,
  service: string,
  { since, tail }: LogQuery,
  signal?: AbortSignal,
): Promise<readonly LogLine[]> {
  const { ID: id, Spec: spec } = await findService(daemon, service, signal);
  const names = await hostnames(daemon, signal);
  const query = { stdout: true, stderr: true, timestamps: true, details: true, tail, since: since / 1000 };
  const log = await daemon.ask(bytes, signal, (call) => {
    const options = { ...query, abortSignal: call.signal };
    return call.docker.getService(id).logs(options);
  });
  const terminal = spec.TaskTemplate.ContainerSpec['TTY'] === true;
  const lines = (terminal ? terminalFrames(log) : logFrames(log)).map((frame) => lineOf(frame, names));
  const newest = lines.toSorted((a, b) => a.at - b.at);
  return tail === 0 ? [] : newest.slice(-tail);
}

/** The log of a container with a terminal has no frames. */
function terminalFrames(log: Buffer): readonly LogFrame[] {
  const lines = log.toString('utf8').split('\n');
  return lines.filter((text) => text !== '').map((text) => ({ stream: STDOUT, text }));
}

/** Docker's own word ("incomplete log stream …") has neither time nor task: it comes first, as stderr of no task. */
function lineOf({ stream, text }: LogFrame, names: ReadonlyMap<string, string>): LogLine {
  const whole = text.replace(/\r?\n$/, '');
  const [, time = '', details = '', said = ''] = LINE.exec(whole) ?? [];
  const at = Date.parse(time);
  if (stream > STDERR || Number.isNaN(at)) return { at: 0, stream: 'stderr', task: '', node: null, text: whole };
  const ids = new Map([...details.matchAll(DETAIL)].map(([, kind, id = '']) => [kind, id]));
  const node = ids.get('node');
  const hostname = node === undefined ? null : (names.get(node) ?? node);
  return {
    at,
    stream: stream === STDERR ? 'stderr' : 'stdout',
    task: ids.get('task') ?? '',
    node: hostname,
    text: said,
  };
}
