import { VigieError } from '#kernel/errors.ts';
import { backupNotes } from '#domain/backup/guest-backup.ts';
import type { Effect, Operation } from '#domain/operation/operation.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { GuestSetup, GuestView, HypervisorReader } from '#ports/hypervisor.ts';
import { isJsonObject } from '#kernel/json.ts';
import { guestToChange } from './guest.ts';
import type { RestoreVmBasis } from './restore-vm-plan.ts';
import { SHUTDOWN_MS } from './shut-down.ts';

/** What going back from a VM's restore starts from. */
export type UndoVmBasis = {
  readonly operation: string;
  /** Whose name it is about. */
  readonly guest: string;
  readonly restored_at: number;
  /** `remove`: what was restored goes, with its disks. `swap`: the one that was there before takes its place again. `none`: there is nothing of it. */
  readonly mode: 'remove' | 'swap' | 'none';
  /** What was restored. */
  readonly number: number;
  readonly name: string;
  readonly node: string;
  readonly running: boolean;
  readonly digest: string;
  readonly bytes: number;
  /** Whether it is on the network: somebody uses it. */
  readonly linked: boolean;
  /** The one that was there before. */
  readonly back: Back | null;
  readonly patience: number;
};

type Back = {
  readonly vmid: number;
  readonly kept: string;
  /** What the one that was restored is called then. */
  readonly restored: string;
  readonly node: string;
  readonly on_boot: boolean;
  readonly linked: readonly string[];
  readonly start: boolean;
};

type UndoClients = Pick<ReadClients, 'hypervisor' | 'operations' | 'self'>;

/**
 * Plans to go back from a VM's restore: only what vigie itself made is ever removed, and it is known by its notes.
 * @throws restore_vm_not_undoable, restore_vm_strange, restore_vm_kept_gone, guest_runs, and as `guestToChange`
 */
export async function planUndoVm(
  clients: UndoClients,
  undone: string,
  signal: AbortSignal,
): Promise<{ basis: UndoVmBasis; effects: Effect[] }> {
  const operation = await clients.operations.get(undone);
  const restore = basisOf(operation);
  const { hypervisor } = clients;
  const guests = await hypervisor.guests(signal);
  const about = {
    operation: operation.id,
    guest: restore.guest,
    restored_at: operation.endedAt ?? operation.createdAt,
    patience: SHUTDOWN_MS,
  };
  const made = await madeBy(hypervisor, operation, guests, signal);
  if (made === null) return { basis: { ...about, ...NOTHING }, effects: [] };
  const { state, digest, node, name, disks } = await guestToChange(clients, String(made.vmid), signal);
  const { cards } = await hypervisor.setup(made.vmid, signal);
  const back = backOf(restore, guests, operation.id);
  const seen = {
    number: made.vmid,
    name,
    node,
    running: state !== 'stopped',
    digest,
    bytes: disks.reduce((total, disk) => total + disk.bytes, 0),
    linked: cards.some(({ linked }) => linked),
  };
  if (back !== null) {
    await guestToChange(clients, String(back.vmid), signal);
    const start = back.start ? [{ kind: 'start', name: restore.guest }] : [];
    return {
      basis: { ...about, ...seen, mode: 'swap', back },
      effects: [
        ...(seen.running ? [{ kind: 'shutdown', name }] : []),
        { kind: 'vm-swap', name: restore.guest, to: restore.name },
        ...start,
      ],
    };
  }
  if (seen.running) throw new VigieError('guest_runs', { guest: name });
  return { basis: { ...about, ...seen, mode: 'remove', back: null }, effects: [{ kind: 'vm-remove', name, bytes: seen.bytes }] };
}

const NOTHING = { mode: 'none', number: 0, name: '', node: '', running: false, digest: '', bytes: 0, linked: false, back: null } as const;

/** The plan of a VM's restore that came to an end. */
function basisOf({ id, action, state, plan, dryRun }: Operation): RestoreVmBasis {
  const ended = ['succeeded', 'failed', 'cancelled'].includes(state);
  if (action !== 'restore-vm' || !ended || plan === null || dryRun)
    throw new VigieError('restore_vm_not_undoable', { operation: id, action, state });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the plan of a VM's restore stored it
  return plan.basis as RestoreVmBasis;
}

/**
 * What a restore made, by its number in the operation's own record.
 * @returns null where there is nothing of it (any more)
 * @throws restore_vm_strange when something else stands under its number
 */
async function madeBy(
  hypervisor: HypervisorReader,
  operation: Operation,
  guests: readonly GuestView[],
  signal: AbortSignal,
): Promise<GuestView | null> {
  const number = numberOf(operation);
  // Whoever was out of time told no number: by its name then.
  const there = guests.find(({ vmid, name }) => (number === null ? name === basisOf(operation).name : vmid === number));
  if (there === undefined) return null;
  if (isMadeBy(operation.id, await hypervisor.setup(there.vmid, signal))) return there;
  if (number === null) return null;
  throw new VigieError('restore_vm_strange', { name: there.name, vmid: number, operation: operation.id });
}

/** By its notes; a restore that failed leaves neither notes nor name, and not one disk. */
export function isMadeBy(operation: string, { notes, name, disks }: GuestSetup): boolean {
  return notes === backupNotes(operation) || (notes === '' && name === '' && disks.length === 0);
}

function numberOf({ result, problem }: Operation): number | null {
  const told = isJsonObject(result) ? result : (problem?.params['details'] ?? null);
  const number = isJsonObject(told) ? told['number'] : null;
  return typeof number === 'number' ? number : null;
}

/** The guest that gave up its place, and gets it back; null where none did, or it has it already. @throws restore_vm_kept_gone */
function backOf({ vmid, guest, name, in_place: place }: RestoreVmBasis, guests: readonly GuestView[], id: string): Back | null {
  if (place === null) return null;
  const kept = guests.find((each) => each.vmid === vmid);
  if (kept?.name === guest) return null;
  if (kept?.name !== place.kept) throw new VigieError('restore_vm_kept_gone', { guest, vmid, operation: id });
  return { vmid, kept: place.kept, restored: name, node: kept.node, on_boot: place.on_boot, linked: place.linked, start: place.running };
}
