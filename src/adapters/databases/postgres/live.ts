import { VigieError } from '#kernel/errors.ts';
import type { Server } from '../dialect.ts';
import { existing } from './look.ts';

/**
 * What the live database says, for another one beside it. One that is gone, or is so damaged (or so set by its owner) that it lets nobody in, is no reason not to bring it back: whoever approves
 * was told.
 * @param beside the other one
 * @param none for a live database that says nothing
 */
export async function askLive<T, N>(
  server: Server,
  { beside, none }: { readonly beside: string; readonly none: N },
  ask: (live: string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T | N> {
  const live = server.facts.database;
  if (live === beside || !(await existing(server, [live], signal)).has(live)) return none;
  try {
    return await ask(live);
  } catch (error) {
    if (error instanceof VigieError && error.code === 'database_refused') return none;
    throw error;
  }
}
