import { VigieError } from '#kernel/errors.ts';
import type { Server } from '../dialect.ts';

const SAYS_NOTHING: readonly string[] = ['database_missing', 'database_refused'];

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
): Promise<T | N> {
  const live = server.facts.database;
  if (live === beside) return none;
  try {
    return await ask(live);
  } catch (error) {
    if (error instanceof VigieError && SAYS_NOTHING.includes(error.code)) return none;
    throw error;
  }
}
