import type { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import type { GuestBackups, GuestBackupView, StorageView, UnknownStorage } from '#ports/hypervisor.ts';
import { CONTENT, STORAGE_CONFIGS, STORAGES } from './answers.ts';
import type { Client } from './client.ts';
import { believeEmpty, onlineNodes } from './cluster-view.ts';

type StorageConfig = z.output<typeof STORAGE_CONFIGS>[number];

/** What one part of a cluster comes to when it doesn't answer, or answers with an error: the others are asked all the same. */
const PARTLY: ReadonlySet<string> = new Set(['hypervisor_unreachable', 'hypervisor_refused', 'node_offline']);

/**
 * Those of all nodes that are online. Of a node that doesn't answer for its storages the configuration's are told, as unknown.
 * @throws hypervisor_forbidden for an empty list that isn't to be believed
 */
export async function storageViews(client: Client, signal?: AbortSignal): Promise<readonly StorageView[]> {
  const nodes = await onlineNodes(client, signal);
  const configs = await client.read(STORAGE_CONFIGS, { path: ['storage'] }, signal);
  const lists = await Promise.all(
    nodes.map(async (node) => {
      const found = await answerOr(signal, () => storagesOf(client, node, configs, signal));
      return typeof found === 'string' ? unknownOf(node, configs, found) : found;
    }),
  );
  if (lists.flat().length === 0) await believeEmpty(client, ['Datastore.Audit'], signal);
  return lists.flat();
}

/** @returns why not, in words of Proxmox or of the way there, where a part doesn't answer */
async function answerOr<T extends object>(signal: AbortSignal | undefined, ask: () => Promise<T>): Promise<T | string> {
  try {
    return await ask();
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof VigieError) || !PARTLY.has(error.code)) throw error;
    const { reason } = error.params;
    return typeof reason === 'string' ? reason : error.code;
  }
}

async function storagesOf(
  client: Client,
  node: string,
  configs: readonly StorageConfig[],
  signal?: AbortSignal,
): Promise<readonly StorageView[]> {
  const found = await client.read(STORAGES, { path: ['nodes', node, 'storage'], params: { enabled: 1 } }, signal, { node });
  return found.map(({ storage: name, type, content, total, used, active, shared }) => ({
    name,
    node,
    kind: type,
    content: listOf(content),
    sizeBytes: total,
    usedBytes: used,
    active,
    shared,
    ...placeOf(configs.find(({ storage }) => storage === name)),
    unknown: null,
  }));
}

function unknownOf(node: string, configs: readonly StorageConfig[], reason: string): readonly StorageView[] {
  return configs
    .filter(({ nodes, disable }) => !disable && (nodes === undefined || listOf(nodes).includes(node)))
    .map(({ storage: name, type: kind, content, shared, ...config }) => ({
      name,
      node,
      kind,
      content: listOf(content),
      sizeBytes: 0,
      usedBytes: 0,
      active: false,
      shared,
      ...placeOf({ type: kind, ...config }),
      unknown: reason,
    }));
}

const ZFS = 'zfspool';

function placeOf(config: Pick<StorageConfig, 'path' | 'pool' | 'type'> | undefined): Pick<StorageView, 'path' | 'pool'> {
  return { path: config?.path ?? null, pool: config?.type === ZFS ? (config.pool ?? null) : null };
}

function listOf(words: string): readonly string[] {
  return words.split(',').filter((each) => each !== '');
}

/**
 * Oldest first.
 * @param vmid null for those of all guests
 * @throws hypervisor_forbidden for an empty list that isn't to be believed
 */
export async function backupViews(client: Client, vmid: number | null, signal?: AbortSignal): Promise<GuestBackups> {
  const storages = (await storageViews(client, signal)).filter(({ content }) => content.includes('backup'));
  const active = storages.filter((each) => each.active);
  const once = active.filter(({ name, shared }, index) => !shared || active.findIndex((each) => each.name === name) === index);
  const lists = await Promise.all(once.map(async (storage) => backupsIn(client, storage, active, { vmid, signal })));
  const unknown = storages.flatMap((each) =>
    isAnswered(each, active) ? [] : [{ node: each.node, name: each.name, reason: each.unknown ?? '' }],
  );
  const files = lists.flatMap((each) => each.files).toSorted((one, other) => one.takenAt - other.takenAt);
  const all = { files, unknown: [...unknown, ...lists.flatMap((each) => each.unknown)] };
  if (files.length === 0 && all.unknown.length === 0)
    await believeEmpty(client, ['Datastore.Audit', 'Datastore.AllocateSpace', 'VM.Backup'], signal);
  return all;
}

/** A shared storage is answered for by any node. One that is merely switched off has nothing to tell. */
function isAnswered({ name, shared, unknown }: StorageView, active: readonly StorageView[]): boolean {
  return unknown === null || (shared && active.some((each) => each.name === name));
}

interface Asked {
  readonly vmid: number | null;
  readonly signal: AbortSignal | undefined;
}

/** Of a shared storage every node that has it is asked until one answers. */
async function backupsIn(client: Client, storage: StorageView, active: readonly StorageView[], asked: Asked): Promise<GuestBackups> {
  const places = storage.shared ? active.filter(({ name }) => name === storage.name) : [storage];
  const unknown: UnknownStorage[] = [];
  for (const { name, node } of places) {
    const found = await answerOr(asked.signal, () => backupsOn(client, { name, node }, asked));
    if (typeof found !== 'string') return { files: found, unknown: [] };
    unknown.push({ name, node, reason: found });
  }
  return { files: [], unknown: unknown.slice(0, 1) };
}

async function backupsOn(
  client: Client,
  { name, node }: Pick<StorageView, 'name' | 'node'>,
  { vmid, signal }: Asked,
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
