import { siblingName } from '#domain/backup/sibling.ts';
import { VigieError } from '#kernel/errors.ts';
import type { Server, SwapNames } from '../dialect.ts';
import { type Collection, isStored } from './collections.ts';
import { run } from './mongosh.ts';
import { stagedName } from './staged.ts';
import { z } from 'zod';

/** Of `database.collection`. */
export const LONGEST_BYTES = 255;
const hello = z.object({ msg: z.string().optional() });

/** @throws database_refused for what a server can't give another name: it is asked before anything is touched */
export async function requireMovable(
  server: Server,
  { live, fresh, kept }: SwapNames,
  { before, coming }: { readonly before: readonly Collection[]; readonly coming: readonly Collection[] },
  signal?: AbortSignal,
): Promise<void> {
  if (await isSharded(server, signal)) throw refused(server, 'it is sharded: collections of it may not change places');
  const all = [...before.map((each) => [live, kept, each] as const), ...coming.map((each) => [fresh, fresh, each] as const)];
  for (const [from, home, collection] of all) {
    if (!isStored(collection)) continue;
    const reason = unmovable(collection, longestName(live, home, collection.name));
    if (reason !== null) throw refused(server, `${from}.${collection.name} ${reason}`);
  }
}

export async function isSharded(server: Server, signal?: AbortSignal): Promise<boolean> {
  const [answer] = await run(server, [{ db: 'admin', command: { hello: 1 } }], signal);
  return hello.parse(answer).msg === 'isdbgrid';
}

/** The longest name that a collection of the live database gets on its way, in a restore by this operation. */
export function swappedName(live: string, operation: string, collection: string): string {
  return longestName(live, siblingName(live, { role: 'undone', operation }), collection);
}

function longestName(live: string, home: string, collection: string): string {
  return `${live}.${stagedName(home, collection)}.meanwhile`;
}

function unmovable({ type, options }: Collection, name: string): string | null {
  if (type !== 'collection') return `is of the kind ${type}, which can't be renamed`;
  if (options['encryptedFields'] !== undefined) return "is encrypted by its clients, and can't be renamed";
  return Buffer.byteLength(name) > LONGEST_BYTES ? 'has a name that is too long to change places' : null;
}

function refused(server: Server, reason: string): VigieError {
  return new VigieError('database_refused', { database: server.facts.name, server: server.facts.server.name, reason });
}
