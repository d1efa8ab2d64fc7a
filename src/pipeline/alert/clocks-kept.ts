import { z } from 'zod';
import type { Log } from '#ports/log.ts';
import type { Cursors } from '#ports/store.ts';

const FACT = 'clocks';
const factSchema = z.record(z.string(), z.object({ aheadMs: z.number(), since: z.number(), seenAt: z.number(), coming: z.boolean() }));
const KEPT_EVERY_MS = 600_000;

/** A wrong clock, as it is written down. */
export type KeptClock = z.output<typeof factSchema>[string];

/** By host. */
export async function rememberedClocks(facts: Pick<Cursors, 'fact'>, log: Log): Promise<ReadonlyMap<string, KeptClock>> {
  try {
    const text = await facts.fact(FACT);
    return new Map(text === null || text === '' ? [] : Object.entries(factSchema.parse(JSON.parse(text))));
  } catch (error) {
    log.warn({ error }, 'whose clock was wrong could not be read');
    return new Map();
  }
}

/** @returns what writes them down: at once where there are others, or they say something else; when they were last seen, now and then */
export function keepClocks(
  facts: Pick<Cursors, 'remember'>,
  log: Log,
): (clocks: ReadonlyMap<string, KeptClock>, now: number) => Promise<void> {
  let said = '[]';
  let keptAt = Number.NEGATIVE_INFINITY;
  return async (clocks, now) => {
    const says = JSON.stringify([...clocks].map(([host, { aheadMs, coming }]) => [host, aheadMs, coming]));
    if (says === said && (clocks.size === 0 || now - keptAt < KEPT_EVERY_MS)) return;
    [said, keptAt] = [says, now];
    await facts
      .remember(FACT, JSON.stringify(Object.fromEntries(clocks)))
      .catch((error: unknown) => log.warn({ error }, 'whose clock is wrong could not be written down'));
  };
}
