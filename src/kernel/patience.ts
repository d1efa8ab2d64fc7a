import type { Clock } from './clock.ts';

/**
 * What was asked, if it is answered in time.
 * @param ms how long it is waited for, in milliseconds
 * @returns null when it takes longer: it goes on, and nobody waits for it. @throws what the answer throws in time
 */
export async function inTime<T>(asked: Promise<T>, ms: number, clock: Clock): Promise<{ readonly value: T } | null> {
  const over = new AbortController();
  // Whoever stopped waiting has no use for what it throws.
  asked.catch(() => undefined);
  try {
    return await Promise.race([asked.then((value) => ({ value })), clock.sleep(ms, over.signal).then(() => null)]);
  } finally {
    over.abort();
  }
}
