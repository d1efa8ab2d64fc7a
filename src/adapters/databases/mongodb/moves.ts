import type { Server } from '../dialect.ts';
import { collectionsOf } from './collections.ts';
import { attempt, type Command } from './mongosh.ts';
import { stagedIn } from './staged.ts';

const TRIES = 5;

/**
 * From one database into another: the server copies it under a temporary name, gives it its new one, and only then drops the old one. While the source is there it is the truth, whatever stands at
 * the target already.
 */
export function moveAcross(from: string, to: string): Command {
  return { db: 'admin', command: { renameCollection: from, to, dropTarget: true } };
}

/**
 * Moves all that `listed` finds, and looks again until nothing is left: a server goes on with a move whose client is gone.
 * @throws what the server says of one that it refuses
 */
export async function moveAll(server: Server, listed: () => Promise<readonly Command[]>, signal?: AbortSignal): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const moves = await listed();
    if (moves.length === 0) return;
    const { refused } = await attempt(server, moves, signal);
    if (refused !== null && (refused.codeName !== 'NamespaceNotFound' || tries === TRIES)) throw refused.error;
  }
}

/** Takes home what stands in a database and belongs to another one. */
export async function takeHome(server: Server, database: string, home: string, signal?: AbortSignal): Promise<void> {
  await moveAll(
    server,
    async () => {
      const staged = stagedIn(server, await collectionsOf(server, database, signal)).filter((each) => each.home === home);
      return staged.map((each) => moveAcross(`${database}.${each.name}`, `${home}.${each.collection}`));
    },
    signal,
  );
}
