import { VigieError } from '#kernel/errors.ts';
import type { Clients, ReadClients } from '#ports/clients.ts';
import type { RunContext } from '../definition.ts';

/** A database that is dumped before the image of a service changes, so that there is a way back for its data too. */
export type DumpBefore = { readonly database: string; readonly server: string };

/** Databases that a service writes to, as the configuration says; none where vigie keeps no backups. */
export async function databasesBehind(
  { databases, backups }: Pick<ReadClients, 'databases' | 'backups'>,
  service: string,
): Promise<readonly DumpBefore[]> {
  const used = databases.list().filter(({ usedBy }) => usedBy.includes(service));
  try {
    if (used.length > 0) await backups.list({ target: null, limit: 1 });
  } catch (error) {
    if (error instanceof VigieError && error.code === 'backups_not_configured') return [];
    throw error;
  }
  return used.map(({ name, server }) => ({ database: name, server: server.name }));
}

/** What has to stand still while they are dumped. */
export function dumpLocks(dumps: readonly DumpBefore[]): readonly string[] {
  return dumps.map(({ database, server }) => `database:${server}/${database}`);
}

/** Dumps them, one step each; any failure ends the operation before it has changed anything. */
export async function takeDumps(
  {
    clients,
    step,
    operation,
  }: Pick<RunContext<never, 'backups', never>, 'step' | 'operation'> & { readonly clients: Pick<Clients, 'backups'> },
  dumps: readonly DumpBefore[],
): Promise<void> {
  for (const { database } of dumps)
    await step(`dump:${database}`, 'repeatable', async (signal) => {
      const { id, bytes } = await clients.backups.take(database, { operation, scheduled: false, signal, progress: () => undefined });
      return { id, bytes };
    });
}

/** A dump that was taken right before a release: what going back before that release may need. */
export type DumpOfRelease = { readonly database: string; readonly backup: string; readonly at: number };

/** @param operation the one that brought the release which is gone back from, or null where nobody knows it */
export async function dumpsTakenBefore(
  clients: Pick<ReadClients, 'databases' | 'backups'>,
  service: string,
  operation: string | null,
): Promise<readonly DumpOfRelease[]> {
  if (operation === null) return [];
  const found: DumpOfRelease[] = [];
  for (const { database } of await databasesBehind(clients, service)) {
    const dumps = await clients.backups.list({ target: database, limit: 1_000 });
    const dump = dumps.find(({ id, state }) => id === operation && state !== 'bad');
    if (dump !== undefined) found.push({ database, backup: dump.id, at: dump.at });
  }
  return found;
}
