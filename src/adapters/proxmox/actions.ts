import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import { isSnapshotName } from '#domain/hypervisor/snapshot-name.ts';
import type { GuestView, Hypervisor, HypervisorReader } from '#ports/hypervisor.ts';
import type { Client } from './client.ts';
import { requireOnline } from './cluster-view.ts';
import { currentView, guestOf, pathOf } from './guests.ts';
import { snapshotViews } from './snapshots.ts';
import { backupViews } from './storages.ts';
import { replicateNow } from './replications.ts';
import { changeOf, restoreOn } from './restores.ts';
import { beginTask } from './begin-task.ts';
import { taskPath, upidOf } from './tasks.ts';
import type { Request } from './way.ts';

type Actions = Omit<Hypervisor, keyof HypervisorReader>;
type Params = NonNullable<Request['params']>;

/**
 * What starts a task. Proxmox itself finds much of what is wrong only in the task, so it is looked at here right before: the guest's
 * node, its lock, the names of its snapshots.
 */
export function actionsOn(client: Client): Actions {
  async function post(guest: GuestView, below: readonly string[], params: Params, signal?: AbortSignal): Promise<string> {
    return await beginTask(
      client,
      { method: 'POST', path: pathOf(guest, ...below), params },
      { guest: guest.name, node: guest.node },
      signal,
    );
  }

  async function change(vmid: number, action: string, params: Params, signal?: AbortSignal): Promise<string> {
    return await post(await free(client, vmid, [], signal), ['status', action], params, signal);
  }

  return {
    async snapshot(vmid, name, description, signal) {
      if (!isSnapshotName(name)) throw new VigieError('snapshot_name', { name });
      const guest = await free(client, vmid, [], signal);
      const taken = await snapshotViews(client, guest, signal);
      if (taken.some((each) => each.name === name)) throw new VigieError('snapshot_exists', { guest: guest.name, snapshot: name });
      const memory = guest.kind === 'qemu' ? { vmstate: 0 } : {};
      return await post(guest, ['snapshot'], { snapname: name, description, ...memory }, signal);
    },
    async revert(vmid, snapshot, signal) {
      const guest = await withSnapshot(client, vmid, snapshot, signal);
      return await post(guest, ['snapshot', snapshot, 'rollback'], {}, signal);
    },
    async deleteSnapshot(vmid, snapshot, signal) {
      const guest = await withSnapshot(client, vmid, snapshot, signal);
      return await beginTask(
        client,
        { method: 'DELETE', path: pathOf(guest, 'snapshot', snapshot) },
        { guest: guest.name, node: guest.node },
        signal,
      );
    },
    async start(vmid, signal) {
      // One that was put to sleep on disk is woken by a start.
      return await post(await free(client, vmid, ['suspended'], signal), ['status', 'start'], {}, signal);
    },
    shutdown: (vmid, timeoutMs, signal) => change(vmid, 'shutdown', { timeout: Math.ceil(timeoutMs / 1000), forceStop: 0 }, signal),
    reboot: (vmid, timeoutMs, signal) => change(vmid, 'reboot', { timeout: Math.ceil(timeoutMs / 1000) }, signal),
    stop: (vmid, signal) => change(vmid, 'stop', {}, signal),
    async migrate(vmid, node, signal) {
      await requireOnline(client, node, signal);
      const guest = await free(client, vmid, [], signal);
      return await post(guest, ['migrate'], { target: node, ...liveOf(guest) }, signal);
    },
    replicate: (vmid, id, signal) => replicateNow(client, vmid, id, signal),
    async backup(vmid, storage, notes, signal) {
      const guest = await free(client, vmid, [], signal);
      // What is old is vigie's to remove, not vzdump's.
      const params = { vmid, storage, mode: 'snapshot', compress: 'zstd', remove: 0, 'notes-template': notesOf(notes) };
      return await beginTask(
        client,
        { method: 'POST', path: ['nodes', guest.node, 'vzdump'], params },
        { guest: guest.name, node: guest.node },
        signal,
      );
    },
    restore: (order, signal) => restoreOn(client, order, signal),
    reconfigure: async (vmid, change, signal) => {
      const guest = await free(client, vmid, [], signal);
      return await post(guest, ['config'], await changeOf(client, guest, change, signal), signal);
    },
    async destroy(vmid, signal) {
      const guest = await free(client, vmid, [], signal);
      if (guest.state !== 'stopped') throw new VigieError('guest_runs', { guest: guest.name });
      return await beginTask(client, { method: 'DELETE', path: pathOf(guest) }, { guest: guest.name, node: guest.node }, signal);
    },
    async deleteBackup(id, signal) {
      const { files, unknown } = await backupViews(client, null, signal);
      const found = files.find((backup) => backup.id === id);
      // What nobody can see isn't gone.
      const [silent] = found === undefined ? unknown.filter(({ name }) => id.startsWith(`${name}:`)) : [];
      if (silent !== undefined) throw new VigieError('storage_unknown', { storage: silent.name, node: silent.node, reason: silent.reason });
      if (found === undefined) return null;
      const path = ['nodes', found.node, 'storage', found.storage, 'content', id];
      return await client.write({ method: 'DELETE', path }, signal, { node: found.node });
    },
    async stopTask(id, signal) {
      await client.write({ method: 'DELETE', path: taskPath(id) }, signal, { node: upidOf(id).node, task: id });
    },
  };
}

/** The guest as it is now, with nobody busy with it. @throws guest_unknown, guest_busy, node_offline */
async function free(client: Client, vmid: number, harmless: readonly string[], signal?: AbortSignal): Promise<GuestView> {
  const guest = await currentView(client, await guestOf(client, vmid, signal), signal);
  if (guest.lock === null || harmless.includes(guest.lock)) return guest;
  throw new VigieError('guest_busy', { guest: guest.name, lock: guest.lock });
}

async function withSnapshot(client: Client, vmid: number, snapshot: string, signal?: AbortSignal): Promise<GuestView> {
  const guest = await free(client, vmid, [], signal);
  const names = (await snapshotViews(client, guest, signal)).map(({ name }) => name);
  if (names.includes(snapshot)) return guest;
  throw new VigieError('snapshot_unknown', { guest: guest.name, snapshot, nearest: nearest(snapshot, names) });
}

/** A container can't move while it runs: it is stopped, moved and started. */
function liveOf({ kind, state }: GuestView): Params {
  if (state === 'stopped') return {};
  return kind === 'qemu' ? { online: 1, 'with-local-disks': 1 } : { restart: 1 };
}

const NOTES_MAX = BOUNDS.guestNotes.most;

/** One line, in which `{{` would be a variable and a backslash the beginning of something. */
function notesOf(notes: string): string {
  return notes.replaceAll('{{', '{ {').replaceAll('\\', '\\\\').replaceAll('\n', '\\n').slice(0, NOTES_MAX);
}
