import { VigieError } from '#kernel/errors.ts';
import type { GuestView, RestoreOrder, SetupChange } from '#ports/hypervisor.ts';
import type { Client } from './client.ts';
import { cardsWith, withoutAddress } from './guest-setup.ts';
import { configInBackup, guestConfig } from './setups.ts';
import { beginTask } from './begin-task.ts';
import { backupViews } from './storages.ts';
import type { Request } from './way.ts';

type Params = NonNullable<Request['params']>;

/**
 * A new guest of a backup. Proxmox takes its cards, its name and its notes in the place of those that the backup holds (from Proxmox 7.2 on), so that there is no moment at which two
 * machines hold one address.
 * @throws guest_backup_gone, guest_number_taken
 */
export async function restoreOn(client: Client, order: RestoreOrder, signal?: AbortSignal): Promise<string> {
  const { backup, node, vmid, name, notes, unique } = order;
  const { files } = await backupViews(client, null, signal);
  if (!files.some(({ id, node: place }) => id === backup.id && place === backup.node))
    throw new VigieError('guest_backup_gone', { backup: backup.id, node: backup.node });
  const cards = Object.entries(cardsWith(await configInBackup(client, backup, signal), []));
  const params = {
    vmid,
    archive: backup.id,
    name,
    description: notes,
    onboot: 0,
    ...(unique ? { unique: 1 } : {}),
    ...Object.fromEntries(cards.map(([key, card]) => [key, unique ? withoutAddress(card) : card])),
  };
  return await beginTask(client, { method: 'POST', path: ['nodes', node, 'qemu'], params }, { guest: name, node }, signal);
}

/** As Proxmox is told it. */
export async function changeOf(client: Client, guest: GuestView, change: SetupChange, signal?: AbortSignal): Promise<Params> {
  const { name, onBoot, linked } = change;
  return {
    ...(name === undefined ? {} : { name }),
    ...(onBoot === undefined ? {} : { onboot: onBoot ? 1 : 0 }),
    ...(linked === undefined ? {} : cardsWith(await guestConfig(client, guest, signal), linked)),
  };
}
