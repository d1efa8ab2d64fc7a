import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import type { Charts, Drawing } from '#ports/charts.ts';
import type { Answer } from './painter.ts';

export interface ChartsOptions {
  /** The machine's own, in tests too: what draws keeps no other time. */
  readonly clock: Clock;
  /** How long the process stays without work, in milliseconds: it holds some 180 MB. */
  readonly idleMs?: number;
  /** From asking to having, the wait for others included. */
  readonly timeoutMs?: number;
  /** What the process runs. */
  readonly program?: URL;
}

export interface DrawingProcess extends Charts {
  /** Null while none runs. */
  readonly pid: number | null;
}

const IDLE_MS = 60_000;
const TIMEOUT_MS = 10_000;
/** More than this waiting is a storm: whoever asks next goes without a picture. */
const MOST_WAITING = 20;
const PROGRAM = new URL(`painter${extname(import.meta.filename)}`, import.meta.url);

interface Job {
  readonly id: number;
  readonly drawing: Drawing;
  readonly done: (png: Uint8Array) => void;
  readonly failed: (reason: string) => void;
}

/**
 * Draws in a process of its own, which begins with the first chart and is let go when none is asked for. One that dies
 * takes the chart with it that it was drawing, and no other. A thread would not do: the memory that it took stays with
 * vigie after its end, and what is native in it could take vigie with it.
 */
export function createCharts({ clock, idleMs = IDLE_MS, timeoutMs = TIMEOUT_MS, program = PROGRAM }: ChartsOptions): DrawingProcess {
  const waiting: Job[] = [];
  let current: Job | null = null;
  let painter: ChildProcess | null = null;
  let busy = new AbortController();
  let ids = 0;
  let closed = false;

  /** @returns what calls it off */
  const after = (ms: number, act: () => void): AbortController => {
    const off = new AbortController();
    void clock.sleep(ms, off.signal).then(() => {
      if (!off.signal.aborted) act();
    });
    return off;
  };
  const letGo = (): void => {
    busy.abort();
    const gone = painter;
    painter = null;
    gone?.kill('SIGKILL');
  };
  const next = (): void => {
    busy.abort();
    current = waiting.shift() ?? null;
    if (current === null) {
      busy = after(idleMs, letGo);
      return;
    }
    try {
      painter ??= begin();
      // What can't be sent shows in `error` or `exit`.
      painter.send({ id: current.id, drawing: current.drawing }, () => undefined);
    } catch (error) {
      // The machine has no process left to give, or the drawing can't be sent.
      fail(reasonOf(error));
    }
  };
  const fail = (reason: string): void => {
    current?.failed(reason);
    next();
  };
  const begin = (): ChildProcess => {
    // Nothing of vigie's environment: secrets may stand there.
    const started = fork(fileURLToPath(program), {
      serialization: 'advanced',
      execArgv: [],
      env: {},
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    started.unref();
    started.channel?.unref();
    const isOurs = (): boolean => painter === started;
    const lost = (reason: string): void => {
      if (!isOurs()) return;
      painter = null;
      started.kill('SIGKILL');
      if (current !== null) fail(reason);
    };
    started.on('message', (answer: Answer) => {
      if (!isOurs() || answer.id !== current?.id) return;
      if ('png' in answer) current.done(answer.png);
      else current.failed(answer.reason);
      next();
    });
    started.on('error', (error) => lost(reasonOf(error)));
    started.on('exit', (code, signal) => lost(`the process ended with ${signal ?? code}`));
    return started;
  };
  /** Too late: one that waits is forgotten, one that is being drawn costs the process. */
  const giveUp = (id: number): void => {
    const place = waiting.findIndex((job) => job.id === id);
    if (place !== -1) waiting.splice(place, 1)[0]?.failed(`not in time: ${timeoutMs} ms`);
    else if (current?.id === id) {
      letGo();
      fail(`not in time: ${timeoutMs} ms`);
    }
  };

  return {
    get pid() {
      return painter?.pid ?? null;
    },
    async draw(drawing) {
      if (closed) throw notDrawn('vigie stops');
      if (waiting.length >= MOST_WAITING) throw notDrawn('too many charts at once');
      ids += 1;
      const id = ids;
      const late = after(timeoutMs, () => giveUp(id));
      try {
        return await new Promise<Uint8Array>((resolve, reject) => {
          waiting.push({ id, drawing, done: resolve, failed: (reason) => reject(notDrawn(reason)) });
          if (current === null) next();
        });
      } finally {
        late.abort();
      }
    },
    async close() {
      closed = true;
      for (const job of waiting.splice(0)) job.failed('vigie stops');
      current?.failed('vigie stops');
      current = null;
      letGo();
    },
  };
}

function notDrawn(reason: string): VigieError {
  return new VigieError('chart_not_drawn', { reason });
}
