import { beforeAbort } from '#kernel/abort.ts';

/** One at a time, in the order in which they came. */
export interface Turns {
  /** @throws what the work throws; the signal's reason where its turn never came */
  take<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T>;
}

/** A controller answers one question at a time, and none that changes something while its console is looked at. */
export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    async take(signal, work) {
      const before = last;
      const mine = Promise.withResolvers<void>();
      last = before.then(() => mine.promise);
      try {
        await beforeAbort(signal, before);
        return await work();
      } finally {
        mine.resolve();
      }
    },
  };
}
