import { knownWithin } from '#actions/unknown.ts';
import type { House, StatusAbout, StatusSource } from '#ports/status.ts';

/** Whoever asks stands there with a phone. */
const PATIENCE_MS = 3_000;

/** Asks all systems at once; one that is slow or away is unknown, and holds up no other. */
export function houseOf(sources: readonly StatusSource[], about: () => Pick<StatusAbout, 'inventory' | 'around'>): House {
  return {
    async status(subject, signal) {
      const asked: StatusAbout = { ...about(), names: subject?.names ?? null, seen: subject?.seen ?? null };
      return await Promise.all(
        sources.map(async ({ system, ask }) => {
          const { known, problem } = await knownWithin(PATIENCE_MS, signal, (either) => ask(asked, either));
          return { system, lines: known ?? [], problem };
        }),
      );
    },
  };
}
