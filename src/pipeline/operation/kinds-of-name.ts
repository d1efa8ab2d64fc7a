import { deadline } from '#kernel/abort.ts';
import { VigieError } from '#kernel/errors.ts';
import { fold } from '#kernel/fold.ts';
import type { ReadClients } from '#ports/clients.ts';
import { namesOfMachine } from '#ports/power.ts';

/** `machine`: what a management controller answers for; `host`: a hypervisor; `node`: of the Swarm. */
export type Kind = 'service' | 'guest' | 'database' | 'machine' | 'host' | 'node';

/** How long a suggestion may take: the refusal waits for it. */
const LOOK_MS = 2_000;

/** What bears a name, in every system that is there; one that doesn't answer in time knows nothing. */
export async function kindsOf(
  { swarm, hypervisor, databases, power }: Pick<ReadClients, 'swarm' | 'hypervisor' | 'databases' | 'power'>,
  name: string,
): Promise<readonly { readonly kind: Kind; readonly name: string }[]> {
  const signal = deadline(LOOK_MS, () => new VigieError('too_slow', { action: 'suggest', limit: LOOK_MS }));
  const named = async (kind: Kind, names: () => Promise<readonly string[]>) => {
    const found = (await names().catch(() => [])).find((each) => fold(each) === fold(name));
    return found === undefined ? [] : [{ kind, name: found }];
  };
  const all = await Promise.all([
    named('service', async () => (await swarm.services(signal)).map((each) => each.name)),
    named('guest', async () => (await hypervisor.guests(signal)).map((each) => each.name)),
    named('database', async () => databases.list().map((each) => each.name)),
    named('machine', async () => power.machines().flatMap(namesOfMachine)),
    named('host', async () => (await hypervisor.cluster(signal)).nodes.map((each) => each.name)),
    named('node', async () => (await swarm.nodes(signal)).map((each) => each.hostname)),
  ]);
  return all.flat();
}

type Meant = Readonly<Partial<Record<Kind, (name: string) => string>>>;

const rebooted: Meant = {
  service: (name) => `restart ${name}`,
  guest: (name) => `reboot ${name}`,
  machine: (name) => `power-cycle ${name}`,
};
const off: Meant = {
  service: (name) => `scale ${name} 0`,
  guest: (name) => `stop ${name}`,
  machine: (name) => `power-off ${name}`,
};
const on: Meant = {
  service: (name) => `scale ${name} 1`,
  guest: (name) => `start ${name}`,
  machine: (name) => `power-on ${name}`,
};
const known = (name: string): string => `status ${name}`;
const told: Meant = { service: known, guest: known, database: known, machine: known, host: known, node: known };

/** What people mean by a verb when they name a thing of another kind than it is for: the same, and never something else. */
const MEANT: Readonly<Record<string, Meant>> = {
  cancel: off,
  stop: off,
  'power-off': off,
  start: on,
  'power-on': on,
  restart: rebooted,
  reboot: rebooted,
  'power-cycle': rebooted,
  reset: rebooted,
  snapshot: { database: (name) => `backup ${name}` },
  revert: { service: (name) => `rollback ${name}`, database: (name) => `restore ${name}` },
  rollback: { guest: (name) => `revert ${name}`, database: (name) => `restore ${name}` },
  restore: { service: (name) => `rollback ${name}`, guest: (name) => `restore-vm ${name}` },
  releases: { guest: (name) => `snapshots ${name}`, database: (name) => `backups ${name}` },
  snapshots: { service: (name) => `releases ${name}`, database: (name) => `backups ${name}` },
  drain: { host: (name) => `evacuate ${name}` },
  evacuate: { node: (name) => `drain ${name}` },
  machine: told,
  show: told,
};

/** The command that goes with a thing of this kind, in the place of an action; null where there is none. */
export function meantFor(action: string, kind: Kind): ((name: string) => string) | null {
  return (Object.hasOwn(MEANT, action) ? MEANT[action]?.[kind] : undefined) ?? null;
}
