import { VigieError } from '#kernel/errors.ts';
import { complaintOf } from '#ports/commands.ts';
import { addressesOf } from './addresses.ts';
import { refused, run, type NetworkMachine } from './machine.ts';

interface Place {
  readonly address: string;
  readonly interface: string;
}

const VERSION = ['arping', '-V'];
const KEEPER = ['pgrep', '-x', 'keepalived'];

/** Whether keepalived runs there: it gives addresses where they are to be, and takes them back. @throws network_refused */
export async function movesByItself(machine: NetworkMachine, signal?: AbortSignal): Promise<boolean> {
  const found = await run(machine, KEEPER, false, signal);
  // 1: it ran, and found nothing.
  if (found.code !== 0 && found.code !== 1) throw refused(machine, KEEPER, complaintOf(found));
  return found.code === 0;
}

/** Whether it answers within two seconds. @throws network_refused where nobody can ask */
export async function pingsFrom(machine: NetworkMachine, address: string, signal?: AbortSignal): Promise<boolean> {
  const command = ['ping', '-n', '-q', '-c', '1', '-W', '2', '--', address];
  const asked = await run(machine, command, false, signal);
  // 1: nobody answered.
  if (asked.code !== 0 && asked.code !== 1) throw refused(machine, command, complaintOf(asked));
  return asked.code === 0;
}

/** Asks the link, takes the address, and tells everybody on it. @throws network_taken, network_refused */
export async function takeAddress(machine: NetworkMachine, place: Place, signal?: AbortSignal): Promise<void> {
  const { held } = await addressesOf(machine, signal);
  if (!held.some(({ address }) => address === place.address)) {
    await refuseWhereTaken(machine, place, signal);
    await must(machine, ['ip', 'addr', 'add', `${place.address}/32`, 'dev', place.interface], signal);
  }
  // Its exit code is 1 though it told: nobody answers to an announcement.
  await run(
    machine,
    ['arping', '-q', '-U', '-c', '2', '-w', '2', '-I', place.interface, '-s', place.address, place.address],
    machine.sudo,
    signal,
  );
}

/** Who is off looks free; who is cut off, too. @throws network_taken, network_refused where nobody can ask */
async function refuseWhereTaken(machine: NetworkMachine, { address, interface: name }: Place, signal?: AbortSignal): Promise<void> {
  const version = await run(machine, VERSION, false, signal);
  // Another program of this name means other things by the same letters.
  if (!version.stdout.includes('iputils')) throw refused(machine, VERSION, 'iputils-arping is not installed');
  const command = ['arping', '-D', '-c', '2', '-w', '3', '-I', name, address];
  const asked = await run(machine, command, machine.sudo, signal);
  if (asked.code === 0) return;
  const mac = /\[(?<mac>[0-9A-Fa-f:]{17})\]/u.exec(asked.stdout)?.groups?.['mac'];
  if (asked.code !== 1 || mac === undefined) throw refused(machine, command, complaintOf(asked));
  throw new VigieError('network_taken', { address, mac: mac.toLowerCase() });
}

/** Takes the address off each interface that has it. @throws network_refused */
export async function dropAddress(machine: NetworkMachine, address: string, signal?: AbortSignal): Promise<void> {
  const { held } = await addressesOf(machine, signal);
  for (const each of held.filter((one) => one.address === address))
    await must(machine, ['ip', 'addr', 'del', `${address}/${each.prefix}`, 'dev', each.interface], signal);
}

async function must(machine: NetworkMachine, command: readonly string[], signal?: AbortSignal): Promise<void> {
  const done = await run(machine, command, machine.sudo, signal);
  if (done.code !== 0) throw refused(machine, command, complaintOf(done));
}
