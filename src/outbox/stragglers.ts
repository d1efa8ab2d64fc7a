import type { Clock } from '#kernel/clock.ts';

/** What goes out one after the other, by one way or by several: channels, pagers. */
export interface Lane {
  readonly ways: readonly string[];
  /** @param late whether the others went on: it ends after what it is at, and what is left is due again */
  run(late: () => boolean): Promise<void>;
}

/** Ways on which something is for long: the others don't wait for them. */
export interface Stragglers {
  ways(): readonly string[];
  /** Runs them side by side. @returns whether all were over in time @throws what one of them did in time */
  run(lanes: readonly Lane[]): Promise<boolean>;
  /** Resolves when none is under way. */
  over(): Promise<void>;
}

/** A post takes some milliseconds, a page some hundred. */
const LATE_MS = 1_000;

/** @param ended called when a straggler is there; with what went wrong, if something did */
export function createStragglers(clock: Clock, ended: (error: unknown) => void): Stragglers {
  const behind = new Map<string, Promise<void>>();
  const leave = ({ ways }: Lane, running: Promise<void>): void => {
    const end = (error: unknown): void => {
      for (const way of ways) behind.delete(way);
      ended(error);
    };
    const whole = running.then(() => end(null), end);
    for (const way of ways) behind.set(way, whole);
  };
  return {
    ways: () => [...behind.keys()],
    async run(lanes) {
      let late = false;
      const running = new Map<Lane, Promise<void>>();
      for (const lane of lanes)
        running.set(
          lane,
          lane.run(() => late).finally(() => running.delete(lane)),
        );
      const enough = new AbortController();
      try {
        await Promise.race([Promise.all(running.values()), clock.sleep(LATE_MS, enough.signal)]);
      } finally {
        enough.abort();
        late = true;
        for (const [lane, under] of running) leave(lane, under);
      }
      return running.size === 0;
    },
    async over() {
      await Promise.all(behind.values());
    },
  };
}
