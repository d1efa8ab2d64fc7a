import { Worker } from 'node:worker_threads';
import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import type { Charts, Drawing } from '#ports/charts.ts';
import type { Answer } from './worker.ts';

export interface ChartsOptions {
  /** The machine's own, in tests too: the thread keeps no other time. */
  readonly clock: Clock;
  /** How long the thread stays without work, in milliseconds: it holds some 160 MB. */
  readonly idleMs?: number;
  /** From asking to having, the wait for others included. */
  readonly timeoutMs?: number;
  /** What the thread runs. */
  readonly program?: URL;
}

/** @param running false when its thread is gone */
export interface DrawingThread extends Charts {
  readonly running: boolean;
}

const IDLE_MS = 60_000;
const TIMEOUT_MS = 10_000;
/** More than this waiting is a storm: whoever asks next goes without a picture. */
const MOST_WAITING = 20;
const PROGRAM = new URL('worker.ts', import.meta.url);

interface Job {
  readonly id: number;
  readonly drawing: Drawing;
  readonly done: (png: Uint8Array) => void;
  readonly failed: (reason: string) => void;
}

/**
 * Draws in a thread of its own, which begins with the first chart and is let go when none is asked for. A thread that
 * dies takes the chart with it that it was drawing, and no other.
 */
export function createCharts({ clock, idleMs = IDLE_MS, timeoutMs = TIMEOUT_MS, program = PROGRAM }: ChartsOptions): DrawingThread {
  const waiting: Job[] = [];
  let current: Job | null = null;
  let worker: Worker | null = null;
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
  const letGo = async (): Promise<void> => {
    busy.abort();
    const gone = worker;
    worker = null;
    await gone?.terminate();
  };
  const next = (): void => {
    busy.abort();
    current = waiting.shift() ?? null;
    if (current === null) {
      busy = after(idleMs, () => void letGo());
      return;
    }
    worker ??= begin();
    worker.postMessage({ id: current.id, drawing: current.drawing });
  };
  const fail = (reason: string): void => {
    current?.failed(reason);
    next();
  };
  const begin = (): Worker => {
    const started = new Worker(program);
    started.unref();
    const isOurs = (): boolean => worker === started;
    const lost = (reason: string): void => {
      if (!isOurs()) return;
      worker = null;
      void started.terminate();
      if (current !== null) fail(reason);
    };
    started.on('message', (answer: Answer) => {
      if (!isOurs() || answer.id !== current?.id) return;
      if ('png' in answer) current.done(answer.png);
      else current.failed(answer.reason);
      next();
    });
    started.on('error', (error) => lost(reasonOf(error)));
    started.on('exit', (code) => lost(`the thread ended with ${code}`));
    return started;
  };
  /** Too late: one that waits is forgotten, one that is being drawn costs the thread. */
  const giveUp = (id: number): void => {
    const place = waiting.findIndex((job) => job.id === id);
    if (place !== -1) waiting.splice(place, 1)[0]?.failed(`not in time: ${timeoutMs} ms`);
    else if (current?.id === id) {
      void letGo();
      fail(`not in time: ${timeoutMs} ms`);
    }
  };

  return {
    get running() {
      return worker !== null;
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
      await letGo();
    },
  };
}

function notDrawn(reason: string): VigieError {
  return new VigieError('chart_not_drawn', { reason });
}
