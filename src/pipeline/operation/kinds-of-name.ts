import { deadline } from '#kernel/abort.ts';
import { VigieError } from '#kernel/errors.ts';
import { fold } from '#kernel/fold.ts';
import type { ReadClients } from '#ports/clients.ts';

export type Kind = 'service' | 'guest' | 'database';

/** How long a suggestion may take: the refusal waits for it. */
const LOOK_MS = 2_000;

/** What bears a name, in every system that is there; one that doesn't answer in time knows nothing. */
export async function kindsOf(
  { swarm, hypervisor, databases }: Pick<ReadClients, 'swarm' | 'hypervisor' | 'databases'>,
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
  ]);
  return all.flat();
}

type Meant = Readonly<Partial<Record<Kind, (name: string) => string>>>;

/** What people mean by a verb when they name a thing of another kind than it is for. */
const MEANT: Readonly<Record<string, Meant>> = {
  cancel: { service: (name) => `scale ${name} 0`, guest: (name) => `stop ${name}` },
  stop: { service: (name) => `scale ${name} 0` },
  start: { service: (name) => `scale ${name} 1` },
  restart: { guest: (name) => `reboot ${name}` },
  reboot: { service: (name) => `restart ${name}` },
  snapshot: { database: (name) => `backup ${name}` },
  revert: { service: (name) => `rollback ${name}`, database: (name) => `restore ${name}` },
  rollback: { guest: (name) => `revert ${name}`, database: (name) => `restore ${name}` },
  restore: { service: (name) => `rollback ${name}`, guest: (name) => `restore-vm ${name}` },
  migrate: { service: (name) => `restart ${name}` },
  releases: { guest: (name) => `snapshots ${name}`, database: (name) => `backups ${name}` },
  snapshots: { service: (name) => `releases ${name}`, database: (name) => `backups ${name}` },
  show: { service: (name) => `releases ${name}`, guest: () => 'vms', database: (name) => `backups ${name}` },
};

/** The command that goes with a thing of this kind, in the place of an action; null where there is none. */
export function meantFor(action: string, kind: Kind): ((name: string) => string) | null {
  return (Object.hasOwn(MEANT, action) ? MEANT[action]?.[kind] : undefined) ?? null;
}
