import { NOW_RUNNING } from '#domain/hypervisor/snapshot-name.ts';
import type { GuestView, SnapshotView } from '#ports/hypervisor.ts';
import { SNAPSHOTS } from './answers.ts';
import type { Client } from './client.ts';
import { pathOf } from './guests.ts';

/** Oldest first. One that is half made has no time yet, and comes last. */
export async function snapshotViews(client: Client, guest: GuestView, signal?: AbortSignal): Promise<readonly SnapshotView[]> {
  const about = { guest: guest.name, node: guest.node };
  const found = await client.read(SNAPSHOTS, { path: pathOf(guest, 'snapshot') }, signal, about);
  const order = (at: number | undefined): number => at ?? Number.MAX_SAFE_INTEGER;
  return found
    .filter(({ name }) => name !== NOW_RUNNING)
    .toSorted((one, other) => order(one.snaptime) - order(other.snaptime))
    .map(({ name, description, snaptime, parent, vmstate }) => ({
      name,
      description: description.trimEnd(),
      takenAt: (snaptime ?? 0) * 1000,
      parent: parent ?? null,
      withMemory: vmstate,
    }));
}
