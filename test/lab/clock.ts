import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#kernel/clock.ts';

interface Sleeper {
  at: number;
  readonly wake: () => void;
}

/** Rounds of the event loop granted to whoever woke up, before time goes on. */
const TURNS = 3;

/** A clock that only moves by hand. Whoever sleeps on it wakes in order of time, one after the other. */
export class ManualClock implements Clock {
  /** Whether somebody waits for the world: time doesn't go on meanwhile. */
  isBusy: () => boolean = () => false;
  #now: number;
  #sleepers: Sleeper[] = [];

  /** @param startsAt milliseconds since the epoch; by default Monday 2 November 2026, 12:00 UTC */
  constructor(startsAt = Date.UTC(2026, 10, 2, 12)) {
    this.#now = startsAt;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const sleeper: Sleeper = {
        at: this.#now + Math.max(0, ms),
        wake: () => {
          this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      signal?.addEventListener('abort', sleeper.wake);
      this.#sleepers.push(sleeper);
    });
  }

  /** Moves on by `ms`; resolves once everything that was due has run. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await this.#settle();
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#now = next.at;
      next.wake();
      await this.#settle();
    }
    this.#now = until;
  }

  /** Sets the time: whoever sleeps goes on sleeping for as long as before. */
  step(ms: number): void {
    this.#now += ms;
    for (const sleeper of this.#sleepers) sleeper.at += ms;
  }

  /** How many sleep: for the leak check at the end of a test. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  #next(until: number): Sleeper | undefined {
    const due = this.#sleepers.filter(({ at }) => at <= until);
    return due.reduce<Sleeper | undefined>((first, other) => (first && first.at <= other.at ? first : other), undefined);
  }

  async #settle(): Promise<void> {
    do {
      if (this.isBusy()) await sleep(1);
      for (let round = 0; round < TURNS; round += 1) await turn();
    } while (this.isBusy());
  }
}
