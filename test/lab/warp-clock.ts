import type { Clock } from '#kernel/clock.ts';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

const DAY_MS = 86_400_000;

/** How far the last midday in UTC lies behind: a story that begins then crosses no midnight within half a day, whenever it is played. */
export function sinceMidday(): number {
  return (Date.now() + DAY_MS / 2) % DAY_MS;
}

/**
 * A clock for tests whose servers are real sockets: it runs by itself, faster than the world, and can be moved on. One
 * is shared by vigie, the chat server and the Swarm of a test.
 */
export class WarpClock implements Clock {
  readonly #start = Date.now();
  readonly #speed: number;
  readonly #sleepers = new Set<Sleeper>();
  #offset = 0;

  /**
   * @param speed how many of its seconds pass in one of the world's
   * @param behindMs how far in the past it starts
   */
  constructor(speed = 1, behindMs = 0) {
    this.#speed = speed;
    this.#offset = -behindMs;
  }

  now(): number {
    return Math.round(this.#start + (Date.now() - this.#start) * this.#speed + this.#offset);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const sleeper: Sleeper = {
        until: this.now() + ms,
        wake: () => {
          clearTimeout(timer);
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      const timer = setTimeout(sleeper.wake, ms / this.#speed);
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', sleeper.wake);
    });
  }

  /** Jumps ahead; whoever sleeps until then wakes. */
  warp(ms: number): void {
    this.#offset += ms;
    for (const sleeper of [...this.#sleepers].toSorted((a, b) => a.until - b.until)) if (sleeper.until <= this.now()) sleeper.wake();
  }
}
