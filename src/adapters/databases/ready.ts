import type { Clock } from '#kernel/clock.ts';
import type { VigieError } from '#kernel/errors.ts';

/** For initialising a data folder on a slow disk. */
const LIMIT_MS = 300_000;
const POLL_MS = 500;

/**
 * Waits until a server answers.
 * @param look whether it does; what it throws while it can't be reached is looked past, and told at the end
 * @throws what `look` threw last
 */
export async function untilReady(clock: Clock, look: () => Promise<boolean>, late: () => VigieError, signal?: AbortSignal): Promise<void> {
  const end = clock.now() + LIMIT_MS;
  let last: unknown;
  while (clock.now() < end) {
    signal?.throwIfAborted();
    try {
      if (await look()) return;
    } catch (error) {
      signal?.throwIfAborted();
      last = error;
    }
    await clock.sleep(POLL_MS, signal);
  }
  throw last instanceof Error ? last : late();
}
