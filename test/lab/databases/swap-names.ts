import { VigieError } from '#kernel/errors.ts';
import type { MemoryServer } from './memory-server.ts';

export interface SwapNames {
  readonly live: string;
  readonly fresh: string;
  readonly kept: string;
  /** `live` is a new name. */
  readonly into: boolean;
}

/**
 * The two renamings of a swap, as far as they aren't done yet. A live database that is gone has an empty one kept in its place.
 * @param half only the first of them
 */
export function swapNames(server: MemoryServer, { live, fresh, kept, into }: SwapNames, half: boolean): void {
  const { databases } = server;
  if (!databases.has(fresh) && databases.has(live) && databases.has(kept)) return;
  const coming = databases.get(fresh);
  if (coming === undefined) throw new VigieError('database_missing', { database: fresh, server: server.name });
  if (databases.has(live) && (into || databases.has(kept)))
    throw new VigieError('database_exists', { database: into ? live : kept, server: server.name });
  if (!databases.has(kept)) {
    databases.set(kept, databases.get(live) ?? { owner: coming.owner, tables: new Map() });
    databases.delete(live);
  }
  if (half) return;
  databases.set(live, coming);
  databases.delete(fresh);
}
