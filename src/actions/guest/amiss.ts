import { VigieError } from '#kernel/errors.ts';
import type { Backup } from '#domain/backup/backup.ts';
import type { Amiss } from '#ports/backups.ts';
import type { ReadClients } from '#ports/clients.ts';

type Clients = Pick<ReadClients, 'hypervisor' | 'guestFiles'>;

/** Backups of guests whose file, or whose copy on another machine, isn't as long as what vzdump wrote, or isn't there any more. Of what can't be asked nothing is said. */
export async function guestsAmiss(clients: Clients, backups: readonly Backup[], signal: AbortSignal): Promise<readonly Amiss[]> {
  const nodes = new Set(backups.flatMap(({ copies }) => copies.map(({ place }) => place)));
  const found = await Promise.all([
    asked(filesAmiss(clients.hypervisor, backups, signal), signal),
    ...[...nodes].map((node) => asked(copiesAmiss(clients.guestFiles, { node, backups }, signal), signal)),
  ]);
  return found.flat();
}

async function asked(found: Promise<readonly Amiss[]>, signal: AbortSignal): Promise<readonly Amiss[]> {
  try {
    return await found;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof VigieError) return [];
    throw error;
  }
}

async function filesAmiss(hypervisor: Clients['hypervisor'], backups: readonly Backup[], signal: AbortSignal): Promise<readonly Amiss[]> {
  const there = backups.filter(({ path }) => path !== '');
  if (there.length === 0) return [];
  const { files, unknown } = await hypervisor.backups(null, signal);
  const lengths = new Map(files.map(({ id, bytes }) => [id, bytes]));
  return there.flatMap(({ id, path, bytes }) => {
    const found = lengths.get(path) ?? null;
    return found === bytes || (found === null && unknown.length > 0) ? [] : [{ id, place: null, found }];
  });
}

async function copiesAmiss(
  guestFiles: Clients['guestFiles'],
  { node, backups }: { readonly node: string; readonly backups: readonly Backup[] },
  signal: AbortSignal,
): Promise<readonly Amiss[]> {
  const written = backups.flatMap(({ id, copies }) => copies.filter(({ place }) => place === node).map((copy) => ({ ...copy, id })));
  const sizes = await guestFiles.sizes(node, written.map(({ path }) => path), signal); // prettier-ignore
  return written.flatMap(({ id, path, bytes }) => {
    const found = sizes.get(path) ?? null;
    return found === bytes ? [] : [{ id, place: node, found }];
  });
}
