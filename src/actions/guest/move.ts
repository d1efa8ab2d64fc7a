import { VigieError } from '#kernel/errors.ts';
import type { GuestDetail, HypervisorNode, StorageView } from '#ports/hypervisor.ts';
import { requireRoom, storageOn } from './guest.ts';

/** @throws node_memory; a machine that is online and doesn't say counts as full */
export function requireMemory({ name, memoryBytes, memoryUsedBytes }: HypervisorNode, needed: number): void {
  const free = Math.max(0, (memoryBytes ?? 0) - (memoryUsedBytes ?? 0));
  if (free < needed) throw new VigieError('node_memory', { node: name, needed, free });
}

/** @returns how many bytes of a guest's disks go to another machine with it @throws storage_away, storage_unknown, storage_full */
export function copiedTo(node: string, { disks }: GuestDetail, storages: readonly StorageView[], local: readonly StorageView[]): number {
  return local.reduce((total, { name }) => {
    const bytes = disks.filter(({ storage }) => storage === name).reduce((sum, disk) => sum + disk.bytes, 0);
    requireRoom(storageOn(storages, node, name), bytes);
    return total + bytes;
  }, 0);
}
