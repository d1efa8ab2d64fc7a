import { byName } from '#kernel/by-name.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import type { Cleaned, DockerSpace, Hosts, Removable, Space } from '#ports/hosts.ts';
import { guestSettings, takeGuest } from './guest-settings.ts';
import { fileSystemsOf } from './file-systems.ts';
import { powerOff } from './power-off.ts';
import { removeImage, unusedImagesOf } from './images.ts';
import { journalOf } from './journal.ts';
import { emptyLog, oversizedLogsOf } from './logs.ts';
import type { Machine } from './machine.ts';
import { partialsOf, removePartial } from './partials.ts';
import { zfsSnapshots } from './zfs-snapshots.ts';

/** Machines that are looked at and cleaned with their own commands. */
export function createHosts(machines: readonly Machine[]): Hosts {
  return {
    list: () => machines.map(({ name }) => name),
    fileSystems: async (host, signal) => await fileSystemsOf(machineOf(machines, host), signal),
    space: async (host, signal) => await spaceOf(machineOf(machines, host), signal),
    journal: async (host, query, signal) => await journalOf(machineOf(machines, host), query, signal),
    clean: async (host, what, signal) => await clean(machineOf(machines, host), what, signal),
    guestSettings: async (host, place, signal) => await guestSettings(machineOf(machines, host), place, signal),
    zfsSnapshots: async (host, datasets, signal) => await zfsSnapshots(machineOf(machines, host), datasets, signal),
    takeGuest: async (host, place, node, signal) => await takeGuest(machineOf(machines, host), place, node, signal),
    powerOff: async (host, signal) => await powerOff(machineOf(machines, host), signal),
  };
}

/** @throws host_unknown */
function machineOf(machines: readonly Machine[], word: string): Machine {
  const found = byName(machines, word, ({ name, aliases }) => [name, ...aliases]);
  if (found !== undefined) return found;
  const names = machines.flatMap(({ name, aliases }) => [name, ...aliases]);
  throw new VigieError('host_unknown', { host: word, nearest: nearest(word, names), known: machines.map(({ name }) => name) });
}

async function spaceOf(machine: Machine, signal?: AbortSignal): Promise<Space> {
  const [fileSystems, docker, partials] = await Promise.all([
    fileSystemsOf(machine, signal),
    dockerOf(machine, signal),
    partialsOf(machine, signal),
  ]);
  return { host: machine.name, fileSystems, docker, partials };
}

async function dockerOf(machine: Machine, signal?: AbortSignal): Promise<DockerSpace> {
  const found = await unusedImagesOf(machine, signal);
  if (found.images === null) return { answers: false, reason: found.reason };
  return { answers: true, images: found.images, logs: await oversizedLogsOf(machine, signal) };
}

async function clean(machine: Machine, what: Removable, signal?: AbortSignal): Promise<Cleaned> {
  switch (what.kind) {
    case 'image':
      return await removeImage(machine, what.id, signal);
    case 'log':
      return await emptyLog(machine, what.path, signal);
    case 'partial':
      return await removePartial(machine, what.path, signal);
    default:
      return what satisfies never;
  }
}
