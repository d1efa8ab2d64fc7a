import type { Clock } from './clock.ts';

export interface Loop {
  /** Ends the rest that is under way, or the next one: cheap to call often. */
  wake(): void;
  /** No further turn begins; resolves when the present one is over. */
  stop(): Promise<void>;
}

/**
 * Takes turn after turn until it is stopped, resting in between.
 * @param turn does what is to be done and returns how long to rest, in milliseconds; it must not reject
 */
export function startLoop(clock: Clock, turn: (stopping: AbortSignal) => Promise<number>): Loop {
  const stopping = new AbortController();
  let again = Promise.withResolvers<void>();
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // Made before the turn: what happens during it isn't slept through.
      again = Promise.withResolvers<void>();
      const restMs = await turn(stopping.signal);
      if (restMs > 0) await rest(clock, restMs, again.promise, stopping.signal);
    }
  };
  const running = run();
  return {
    wake: () => again.resolve(),
    async stop() {
      stopping.abort();
      again.resolve();
      await running;
    },
  };
}

async function rest(clock: Clock, ms: number, woken: Promise<void>, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  await Promise.race([woken, clock.sleep(ms, AbortSignal.any([over.signal, signal]))]);
  over.abort();
}
