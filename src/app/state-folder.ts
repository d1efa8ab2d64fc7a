import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '#config/schema.ts';

const [OTHERS, WRITABLE_BY_OTHERS] = [0o077, 0o022];

/**
 * Makes the folder of the store, for vigie's account alone; one that is there already is tightened. Where the socket lies in it, others
 * may pass through to that, and see nothing.
 * @throws Error in words, when somebody else could put files there
 */
export function makeStateFolder(state: string, socket: string): void {
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const { mode, uid } = statSync(state);
  const me = process.getuid?.();
  if (uid !== me && me !== 0 && (mode & WRITABLE_BY_OTHERS) !== 0)
    throw new Error(
      `${state} belongs to another account, and others may write there: chown it to the account that runs vigie, and chmod 700 it`,
    );
  const wanted = socket.startsWith(`${state}/`) ? 0o711 : 0o700;
  if (uid === me && (mode & OTHERS & ~wanted) !== 0) chmodSync(state, wanted);
}

/** Where the store is, below the configured folder. */
export function storeFile({ state }: Pick<Config, 'state'>): string {
  return join(state, 'vigie.db');
}
