import { z } from 'zod';
import type { Server } from '../dialect.ts';
import { type Command, run } from './mongosh.ts';
import { BOUNDS } from '#kernel/bounds.ts';

/** How all collections begin that vigie makes inside of a database: no dump has them, nobody counts them. */
export const OWN = '_vigie_';
/**
 * A database is there while it has a collection: this one is in all that vigie makes.
 */
export const PLACEHOLDER = `${OWN}notes`;
/** More than a server could bear. */
const MOST = BOUNDS.collections.most;

const listed = z.object({
  name: z.string(),
  type: z.string().default('collection'),
  options: z.record(z.string(), z.json()).default({}),
});

/** `type` is `collection`, `view` or `timeseries`; options are in extended JSON. */
export type Collection = Readonly<z.infer<typeof listed>>;

export const listCollections = (db: string): Command => ({ db, command: { listCollections: 1, cursor: { batchSize: MOST } } });

const page = z.object({ cursor: z.object({ firstBatch: z.array(listed) }) });

/** All of a database, the server's own and vigie's included; none where it isn't there. */
export async function collectionsOf(server: Server, db: string, signal?: AbortSignal): Promise<readonly Collection[]> {
  const [answer] = await run(server, [listCollections(db)], signal);
  return collectionsIn(answer);
}

/** In an answer to `listCollections`. */
export function collectionsIn(answer: unknown): readonly Collection[] {
  return page.parse(answer).cursor.firstBatch;
}

/** What people keep there: neither views, nor what is the server's own or vigie's. */
export function isStored({ name, type }: Collection): boolean {
  return type !== 'view' && !name.startsWith('system.') && !name.startsWith(OWN);
}

export function isView({ type }: Collection): boolean {
  return type === 'view';
}
