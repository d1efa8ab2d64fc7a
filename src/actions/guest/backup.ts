import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Backup } from '#domain/backup/backup.ts';
import { backupNotes, copyPath, dumpPath } from '#domain/backup/guest-backup.ts';
import type { Clients } from '#ports/clients.ts';
import type { FileOptions } from '#ports/guest-files.ts';
import type { GuestBackupView } from '#ports/hypervisor.ts';
import type { RunContext, StepFinding } from '../definition.ts';
import { awaitTask, findTask, followTask, leftNothing, taskFailed, withDetails, type TaskContext, type TaskSuccess } from './task.ts';
import { LEDGER, type VmBackupBasis, type VmCopy, type VmPruned } from './backup-plan.ts';

type VmBackupUses = 'hypervisor' | 'backups' | 'guestFiles' | 'self';
export type VmBackupRun = Pick<
  RunContext<never, VmBackupUses, VmBackupBasis>,
  'basis' | 'operation' | 'signal' | 'pause' | 'progress' | 'step'
> & {
  readonly clients: Pick<Clients, VmBackupUses>;
  /** Whether a job asked for it. */
  readonly scheduled: boolean;
};

/** vzdump's file as the steps hand it on. */
type Dump = { readonly id: string; readonly bytes: number; readonly at: number };

/**
 * Backs a guest up: vzdump, its checksum, the ledger, a copy on the other machine, and only then what is too old goes.
 * @returns `guest`, `storage`, `bytes`, `sha256` (null without SSH), `copied` (a node or null), `warnings` and `log` of the task, `pruned` (ids), `freed` (bytes)
 * @throws task_failed, guest_backup_missing, copy_failed, …; their details say with `backed_up` whether the backup itself is whole
 */
export async function runVmBackup(context: VmBackupRun): Promise<JsonObject> {
  const { basis, clients, step } = context;
  const follow: TaskContext = { ...context, hypervisor: clients.hypervisor };
  const task = await step('vzdump', 'once', (signal) =>
    clients.hypervisor.backup(basis.vmid, basis.storage, backupNotes(context.operation), signal),
  );
  const ended = await step('follow', 'repeatable', () => followTask(follow, task, { doing: 'vzdump', stoppable: true }));
  const dump = await step('find', 'repeatable', async (signal) => {
    const { id, bytes, takenAt: at } = await dumpOf(context, signal);
    return { id, bytes, at };
  });
  const sha256 = await step('digest', 'repeatable', (signal) => digestOf(context, dump, signal));
  const backup = backupOf(context, dump, sha256);
  await step('record', 'repeatable', async () => await recorded(context, backup));
  try {
    return await copyAndPrune(context, backup, ended);
  } catch (error) {
    throw withDetails(error, { backed_up: true, bytes: backup.bytes, storage: basis.storage });
  }
}

async function copyAndPrune(context: VmBackupRun, backup: Backup, ended: TaskSuccess): Promise<JsonObject> {
  const { basis, step } = context;
  const { copy } = basis;
  if (copy !== null && backup.sha256 !== '') await step('copy', 'repeatable', (signal) => copied(context, backup, copy, signal));
  const pruned: VmPruned[] = [];
  for (const old of basis.prune) {
    await step(`prune ${old.id}`, 'repeatable', (signal) => prune(context, old, signal));
    pruned.push(old);
  }
  return {
    guest: basis.guest,
    storage: basis.storage,
    bytes: backup.bytes,
    sha256: backup.sha256 === '' ? null : backup.sha256,
    copied: copy !== null && backup.sha256 !== '' ? copy.node : null,
    ...ended,
    pruned: pruned.map(({ id }) => id),
    freed: pruned.reduce((total, { bytes }) => total + bytes, 0),
  };
}

/** The file of this operation, by its notes. @throws guest_backup_missing, storage_unknown */
async function dumpOf({ basis, clients, operation }: VmBackupRun, signal: AbortSignal): Promise<GuestBackupView> {
  const { files, unknown } = await clients.hypervisor.backups(basis.vmid, signal);
  const file = ownFile(files, operation);
  if (file !== undefined) return file;
  const [silent] = unknown.filter(({ name, node }) => name === basis.storage && node === basis.node);
  if (silent !== undefined) throw new VigieError('storage_unknown', { storage: silent.name, node: silent.node, reason: silent.reason });
  throw new VigieError('guest_backup_missing', { guest: basis.guest });
}

function ownFile(files: readonly GuestBackupView[], operation: string): GuestBackupView | undefined {
  return files.find(({ notes }) => notes === backupNotes(operation));
}

/** Empty where vigie can't reach the file. @throws guest_backup_missing */
async function digestOf({ basis, clients, progress }: VmBackupRun, dump: Dump, signal: AbortSignal): Promise<string> {
  const path = dumpPath(basis.folder, dump.id);
  if (path === null) return '';
  await progress({ doing: 'digest', percent: null });
  const found = await clients.guestFiles.digest({ node: basis.node, path }, signal);
  if (found === null || found.bytes !== dump.bytes) throw new VigieError('guest_backup_missing', { guest: basis.guest });
  return found.sha256;
}

function backupOf({ basis, operation, scheduled }: VmBackupRun, dump: Dump, sha256: string): Backup {
  return {
    id: operation,
    kind: 'vm',
    target: basis.guest,
    at: dump.at,
    state: 'good',
    reason: null,
    path: dump.id,
    bytes: dump.bytes,
    sha256,
    origin: basis.guest_kind,
    tables: [],
    drilledAt: null,
    copies: [],
    prunedAt: null,
    scheduled,
    purpose: 'routine',
  };
}

async function recorded({ clients }: VmBackupRun, backup: Backup): Promise<null> {
  await clients.backups.record(backup);
  return null;
}

/** Copies it to the other machine, and notes that. @throws copy_failed */
async function copied(context: VmBackupRun, backup: Backup, copy: VmCopy, signal: AbortSignal): Promise<null> {
  const { basis, clients } = context;
  const { bytes, sha256 } = backup;
  const [from, to] = [dumpPath(basis.folder, backup.path), copyPath(copy.folder, backup.path)];
  if (from === null || to === null) throw new VigieError('guest_backup_missing', { guest: basis.guest });
  const options: FileOptions = { signal, progress: percentOf(context, bytes) };
  await context.progress({ doing: 'copy', percent: 0 });
  await clients.guestFiles.copy({ node: basis.node, path: from }, { node: copy.node, path: to }, { bytes, sha256 }, options);
  return await recorded(context, {
    ...backup,
    copies: [{ place: copy.node, path: to, at: clients.self.now(), bytes, sha256, sealed: false }],
  });
}

/** Shows each percent once; a post that can't be changed now doesn't hold up the copy. */
function percentOf({ progress }: VmBackupRun, bytes: number): (done: number) => void {
  let shown = 0;
  return (done) => {
    const percent = Math.min(100, Math.floor((done / Math.max(1, bytes)) * 100));
    if (percent <= shown) return;
    shown = percent;
    void progress({ doing: 'copy', percent }).catch(() => undefined);
  };
}

/** Removes an old backup with its copies, and notes it. What is gone already is fine, and what isn't gone afterwards is a failure, whatever the task says. */
async function prune(context: VmBackupRun, old: VmPruned, signal: AbortSignal): Promise<null> {
  const { basis, clients } = context;
  const { hypervisor, guestFiles } = clients;
  const [backup] = (await clients.backups.list({ target: basis.guest, limit: LEDGER })).filter(
    ({ id, kind }) => kind === 'vm' && id === old.id,
  );
  if (backup === undefined) return null;
  const task = await hypervisor.deleteBackup(old.path, signal);
  const ended = task === null ? null : await awaitTask({ ...context, hypervisor }, task, { doing: 'backup-delete' });
  const { files: left } = await hypervisor.backups(basis.vmid, signal);
  if (task !== null && left.some(({ id }) => id === old.path)) throw taskFailed(task, ended, 'backup-delete');
  for (const { place, path } of backup.copies) await guestFiles.remove({ node: place, path }, signal);
  return await recorded(context, { ...backup, prunedAt: clients.self.now() });
}

/** Whether vzdump was begun by a step whose answer was lost; everything after it may be done again. */
export async function verifyVmBackup(context: {
  readonly step: string;
  readonly startedAt: number;
  readonly operation: string;
  readonly basis: VmBackupBasis;
  readonly clients: Pick<Clients, VmBackupUses>;
}): Promise<StepFinding> {
  const { basis, clients, operation, startedAt, step } = context;
  if (step !== 'vzdump') return { state: 'not-done' };
  if (ownFile((await clients.hypervisor.backups(basis.vmid)).files, operation) !== undefined) return { state: 'done', result: null };
  return await findTask(clients.hypervisor, { vmid: basis.vmid, kinds: ['vzdump'], startedAt }, leftNothing);
}
