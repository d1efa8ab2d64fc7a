import { VigieError } from '#kernel/errors.ts';
import type { GuestBackupView, GuestSetup, GuestView } from '#ports/hypervisor.ts';
import { CONFIG, CONFIG_TEXT } from './answers.ts';
import type { Client } from './client.ts';
import type { GuestConfig } from './guest-config.ts';
import { configOf, setupFrom, withoutOmitted } from './guest-setup.ts';
import { pathOf } from './guests.ts';

/** How a guest is made up now. */
export async function setupOf(client: Client, guest: GuestView, signal?: AbortSignal): Promise<GuestSetup> {
  return setupFrom(await guestConfig(client, guest, signal));
}

/** A guest's configuration, with what waits for its next start. */
export async function guestConfig(client: Client, guest: GuestView, signal?: AbortSignal): Promise<GuestConfig> {
  return await client.read(CONFIG, { path: pathOf(guest, 'config') }, signal, { guest: guest.name, node: guest.node });
}

/** How a guest was made up when it was backed up. @throws guest_backup_gone */
export async function setupInBackup(
  client: Client,
  backup: Pick<GuestBackupView, 'id' | 'node'>,
  signal?: AbortSignal,
): Promise<GuestSetup> {
  return withoutOmitted(setupFrom(await configInBackup(client, backup, signal)));
}

/** What Proxmox says where the file isn't there. */
const GONE = /(?:no such (?:volume|file)|does not exist|unable to find|not found)/iu;

/** @throws guest_backup_gone */
export async function configInBackup(
  client: Client,
  { id, node }: Pick<GuestBackupView, 'id' | 'node'>,
  signal?: AbortSignal,
): Promise<GuestConfig> {
  try {
    const path = ['nodes', node, 'vzdump', 'extractconfig'];
    return configOf(await client.read(CONFIG_TEXT, { path, params: { volume: id } }, signal, { node }));
  } catch (error) {
    if (error instanceof VigieError && error.code === 'hypervisor_refused' && GONE.test(String(error.params['reason'])))
      throw new VigieError('guest_backup_gone', { backup: id, node }, error);
    throw error;
  }
}
