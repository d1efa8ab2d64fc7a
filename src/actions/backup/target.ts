import { byName } from '#kernel/by-name.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import type { ReadClients } from '#ports/clients.ts';

/** What a word such as `pad` or `vm:pad` names. */
export interface BackupTarget {
  readonly kind: 'database' | 'vm';
  readonly name: string;
}

/**
 * A database of the configuration or a guest of the cluster; a guest only where there is a cluster.
 * @param word `pad`, `db:pad`, `vm:pad`
 * @throws target_ambiguous, target_unknown with the nearest name
 */
export async function targetOf(
  clients: Pick<ReadClients, 'databases' | 'hypervisor'>,
  word: string,
  signal: AbortSignal,
): Promise<BackupTarget> {
  const [, prefix, name = word] = /^(db|vm):(.+)$/u.exec(word) ?? [];
  const databases = prefix === 'vm' ? [] : clients.databases.list().map((each) => each.name);
  const database = byName(databases, name, (each) => [each]);
  // A database that is known by its prefix needs no cluster that answers.
  const guests = prefix === 'db' ? [] : await guestNames(clients, database !== undefined, signal);
  const guest = byName(guests, name, (each) => [each]);
  if (database !== undefined && guest !== undefined) throw new VigieError('target_ambiguous', { word: name });
  if (database !== undefined) return { kind: 'database', name: database };
  if (guest !== undefined) return { kind: 'vm', name: guest };
  throw new VigieError('target_unknown', { word: name, nearest: nearest(name, [...databases, ...guests]) });
}

async function guestNames(
  { hypervisor }: Pick<ReadClients, 'hypervisor'>,
  known: boolean,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    return (await hypervisor.guests(signal)).map((guest) => guest.name);
  } catch (error) {
    if (!(error instanceof VigieError)) throw error;
    // Without a cluster there are no VMs; and one that is away mustn't keep people from their databases.
    if (error.code === 'hypervisor_not_configured' || known) return [];
    throw error;
  }
}
