import { beforeAbort, deadline } from '#kernel/abort.ts';
import { problemOf, VigieError } from '#kernel/errors.ts';
import type { Inventory } from '#ports/inventory.ts';
import type { House, StatusAbout, StatusSource, SystemStatus } from '#ports/status.ts';

/** Whoever asks stands there with a phone. */
const LIMIT_MS = 3_000;

/** Asks all systems at once; one that is slow or away is unknown, and holds up no other. */
export function houseOf(sources: readonly StatusSource[], inventory: () => Inventory): House {
  return {
    async status(names, signal) {
      const about: StatusAbout = { names, inventory: inventory() };
      return await Promise.all(sources.map((source) => standing(source, about, signal)));
    },
  };
}

async function standing(source: StatusSource, about: StatusAbout, signal: AbortSignal): Promise<SystemStatus> {
  const { system } = source;
  const late = deadline(LIMIT_MS, () => new VigieError('status_too_slow', { system, limit: LIMIT_MS }));
  const either = AbortSignal.any([signal, late]);
  try {
    return { system, lines: await beforeAbort(either, source.ask(about, either)), problem: null };
  } catch (error) {
    signal.throwIfAborted();
    return { system, lines: [], problem: problemOf(error) };
  }
}
