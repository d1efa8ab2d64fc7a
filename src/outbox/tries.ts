import type { Outbox } from '#ports/store.ts';

/** What may have been said though the store knows of no post: a try that was cut off, or whose answer was lost. It is looked for before it is said again. */
export interface Tries {
  /** From now on it may have been said. @returns whether it may have been before */
  begin(key: string): Promise<boolean>;
  /** The store knows its post. */
  known(key: string): void;
}

/**
 * A try isn't written down by itself: what is to be said is in the store before anything is said, so that all that waited there when vigie started may have been on its way when it ended.
 * That costs a look at the server for each of them once, and saves a write to the disk before each post.
 */
export function createTries(outbox: Pick<Outbox, 'unsaid'>): Tries {
  let reading: Promise<Set<string>> | null = null;
  // Whoever begins a try learns that it could not be read, and the next one reads again.
  const tried = (): Promise<Set<string>> => {
    reading ??= outbox.unsaid().then(
      (keys) => new Set(keys),
      (error: unknown) => {
        reading = null;
        throw error;
      },
    );
    return reading;
  };
  tried().catch(() => undefined);
  return {
    async begin(key) {
      const keys = await tried();
      const again = keys.has(key);
      keys.add(key);
      return again;
    },
    known: (key) =>
      void tried().then(
        (keys) => keys.delete(key),
        () => undefined,
      ),
  };
}
