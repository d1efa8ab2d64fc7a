import type { GuestBackupView, StorageView } from '#ports/hypervisor.ts';
import { CONTENT, STORAGE_CONFIGS, STORAGES } from './answers.ts';
import type { Client } from './client.ts';
import { believeEmpty, onlineNodes } from './cluster-view.ts';

/** Those of all nodes that are online. @throws hypervisor_forbidden for an empty list that isn't to be believed */
export async function storageViews(client: Client, signal?: AbortSignal): Promise<readonly StorageView[]> {
  const nodes = await onlineNodes(client, signal);
  const configs = await client.read(STORAGE_CONFIGS, { path: ['storage'] }, signal);
  const paths = new Map(configs.map(({ storage, path }) => [storage, path ?? null]));
  const lists = await Promise.all(nodes.map((node) => storagesOf(client, node, paths, signal)));
  if (lists.flat().length === 0) await believeEmpty(client, ['Datastore.Audit'], signal);
  return lists.flat();
}

async function storagesOf(
  client: Client,
  node: string,
  paths: ReadonlyMap<string, string | null>,
  signal?: AbortSignal,
): Promise<readonly StorageView[]> {
  const found = await client.read(STORAGES, { path: ['nodes', node, 'storage'], params: { enabled: 1 } }, signal, { node });
  return found.map(({ storage: name, type, content, total, used, active, shared }) => ({
    name,
    node,
    kind: type,
    content: content.split(',').filter((each) => each !== ''),
    sizeBytes: total,
    usedBytes: used,
    active,
    shared,
    path: paths.get(name) ?? null,
  }));
}

/**
 * Oldest first.
 * @param vmid null for those of all guests
 * @throws hypervisor_forbidden for an empty list that isn't to be believed
 */
export async function backupViews(client: Client, vmid: number | null, signal?: AbortSignal): Promise<readonly GuestBackupView[]> {
  const storages = (await storageViews(client, signal)).filter(({ active, content }) => active && content.includes('backup'));
  const once = storages.filter(({ name, shared }, index) => !shared || storages.findIndex((each) => each.name === name) === index);
  const lists = await Promise.all(once.map((storage) => backupsOn(client, storage, vmid, signal)));
  const found = lists.flat().toSorted((one, other) => one.takenAt - other.takenAt);
  if (found.length === 0) await believeEmpty(client, ['Datastore.Audit', 'Datastore.AllocateSpace', 'VM.Backup'], signal);
  return found;
}

async function backupsOn(
  client: Client,
  { name, node }: StorageView,
  vmid: number | null,
  signal?: AbortSignal,
): Promise<readonly GuestBackupView[]> {
  const params = { content: 'backup', ...(vmid === null ? {} : { vmid }) };
  const content = await client.read(CONTENT, { path: ['nodes', node, 'storage', name, 'content'], params }, signal, { node });
  return content.flatMap(({ volid: id, vmid: owner = ownerOf(id), ctime = 0, size, notes, protected: kept }) => {
    if (owner === null || (vmid !== null && owner !== vmid)) return [];
    return [{ id, storage: name, node, vmid: owner, takenAt: ctime * 1000, bytes: size, notes, protected: kept }];
  });
}

/** `local:backup/vzdump-qemu-101-2026_11_28-03_00_00.vma.zst`; Proxmox Backup Server says `pbs:backup/vm/101/…`. */
function ownerOf(id: string): number | null {
  const digits = /\bvzdump-(?:qemu|lxc|openvz)-(\d+)-|\/(?:vm|ct)\/(\d+)\//u.exec(id);
  return digits === null ? null : Number(digits[1] ?? digits[2]);
}
