import { z } from 'zod';
import type { KnownSource } from '#domain/alert/source.ts';
import type { Log } from '#ports/log.ts';
import type { Cursors } from '#ports/store.ts';
import type { LostSource } from './polling.ts';

const KNOWN = 'sources';
const LOST = 'sources-lost';
const knownSchema = z.record(
  z.string(),
  z.object({ shards: z.number(), filled: z.string().optional(), indices: z.record(z.string(), z.number().nullable()) }),
);
const blindness = z.discriminatedUnion('how', [
  z.object({ how: z.literal('indices'), losses: z.array(z.object({ name: z.string(), how: z.enum(['closed', 'gone', 'red']) })) }),
  z.object({ how: z.literal('none') }),
  z.object({ how: z.literal('skipped'), clusters: z.string() }),
]);
const lostSchema = z.record(
  z.string(),
  z.object({ cluster: z.string(), index: z.string(), since: z.number(), blindness, wasThere: z.boolean() }),
);

/** What stood behind the patterns, and what was missing of it, over a restart: what is old by then may have been lost when it was new. */
export interface KeptSources {
  readonly sources: Readonly<Record<string, KnownSource>>;
  readonly losses: Readonly<Record<string, LostSource>>;
  readonly keepSources: (sources: ReadonlyMap<string, KnownSource>) => Promise<void>;
  /** Writes only what is new. */
  readonly keepLosses: (losses: ReadonlyMap<string, LostSource>) => Promise<void>;
}

export async function keptSources(facts: Pick<Cursors, 'fact' | 'remember'>, log: Log): Promise<KeptSources> {
  const read = async <T>(name: string, schema: z.ZodType<Record<string, T>>): Promise<Record<string, T>> => {
    try {
      const text = await facts.fact(name);
      return text === null || text === '' ? {} : schema.parse(JSON.parse(text));
    } catch (error) {
      log.warn({ error }, 'what stood behind the patterns could not be read');
      return {};
    }
  };
  const write = async (name: string, text: string): Promise<void> => {
    await facts
      .remember(name, text)
      .catch((error: unknown) => log.warn({ error }, 'what stands behind the patterns could not be written down'));
  };
  const losses = await read(LOST, lostSchema);
  let said = JSON.stringify(losses);
  return {
    sources: await read(KNOWN, knownSchema),
    losses,
    keepSources: (sources) => write(KNOWN, JSON.stringify(Object.fromEntries(sources))),
    async keepLosses(now) {
      const says = JSON.stringify(Object.fromEntries(now));
      if (says === said) return;
      said = says;
      await write(LOST, says);
    },
  };
}
