import { complaintOf } from '#ports/commands.ts';
import type { GuestPlace } from '#ports/hosts.ts';
import { refused, run, type Machine } from './machine.ts';

/** Proxmox's own folder, the same on every machine of a cluster. Source: the manual of pmxcfs. */
const ROOT = '/etc/pve/nodes';
const FOLDERS = { qemu: 'qemu-server', lxc: 'lxc' } as const;

function pathOf({ node, kind, vmid }: GuestPlace): string {
  return `${ROOT}/${node}/${FOLDERS[kind]}/${vmid}.conf`;
}

function asRoot({ remote }: Machine, ...command: readonly string[]): readonly string[] {
  return [...(remote.host.startsWith('root@') ? [] : ['sudo', '-n']), ...command];
}

/** What a guest is made of, as the cluster has it; null where it is nobody's there. @throws host_refused */
export async function guestSettings(machine: Machine, place: GuestPlace, signal?: AbortSignal): Promise<string | null> {
  const command = asRoot(machine, 'cat', pathOf(place));
  const read = await run(machine, command, signal);
  if (read.code === 0) return read.stdout;
  if (/No such file or directory$/mu.test(read.stderr)) return null;
  throw refused(machine, command, complaintOf(read));
}

/** The file decides whose a guest is: it is moved, never copied, and over nothing. @throws host_refused */
export async function takeGuest(machine: Machine, place: GuestPlace, to: string, signal?: AbortSignal): Promise<void> {
  const there = { ...place, node: to };
  if ((await guestSettings(machine, there, signal)) === null) {
    const command = asRoot(machine, 'mv', '-n', pathOf(place), pathOf(there));
    const moved = await run(machine, command, signal);
    if (moved.code !== 0) throw refused(machine, command, complaintOf(moved));
  }
  const [left, found] = [await guestSettings(machine, place, signal), await guestSettings(machine, there, signal)];
  if (left !== null || found === null) throw refused(machine, ['mv', pathOf(place)], 'it stands where it was');
}
