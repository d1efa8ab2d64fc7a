import type { SystemClients } from '#ports/clients.ts';
import type { SystemWalks } from '#ports/prober.ts';
import type { StatusAbout, StatusLine, StatusSource } from '#ports/status.ts';
import type { Config } from '#config/schema.ts';
import { bad, type Finding } from './finding.ts';
import { foundWithin, PATIENCE_MS } from './within.ts';
import { backups } from './systems/backups.ts';
import type { Connections, Resources, SystemName } from './systems/connections.ts';
import { containers } from './systems/containers.ts';
import { databases } from './systems/databases.ts';
import { disks } from './systems/disks.ts';
import { guestFiles } from './systems/guest-files.ts';
import { hosts } from './systems/hosts.ts';
import { hypervisor } from './systems/hypervisor.ts';
import { network } from './systems/network.ts';
import { names } from './systems/names.ts';
import { oncall } from './systems/oncall.ts';
import { pagers } from './systems/pagers.ts';
import { power } from './systems/power.ts';
import { routes } from './systems/routes.ts';
import { search } from './systems/search.ts';
import { swarm } from './systems/swarm.ts';
import { volumes } from './systems/volumes.ts';
import type { Examination, Needs, Opened, System } from './systems/system.ts';

type ClientTable = { readonly [N in keyof SystemClients]: System<SystemClients[N], SystemClients[N]> };
export type SystemTable = ClientTable & { readonly [N in keyof Resources]: System<Resources[N], null> };
type Asked<Client> = { status(client: Client, about: StatusAbout, signal: AbortSignal): Promise<readonly StatusLine[]> };
type AnyTable = { readonly [N in SystemName]: System<Connections[N], object | null> };

/** Everything that vigie can be connected to, in the order in which it is; one that is forgotten here doesn't compile. */
const TABLE: SystemTable = {
  swarm,
  hypervisor,
  routes,
  names,
  guestFiles,
  search,
  hosts,
  power,
  volumes,
  network,
  disks,
  backups,
  containers,
  databases,
  oncall,
  pagers,
};

const CLIENTS: ClientTable = TABLE;
const SYSTEMS: AnyTable = TABLE;
const STANDING: { readonly [N in SystemName]: Asked<Connections[N]> } = TABLE;

const isSystem = (name: string): name is SystemName => Object.hasOwn(SYSTEMS, name);
const NAMES: readonly SystemName[] = Object.keys(SYSTEMS).filter(isSystem);

/** What is connected, as the configuration says. */
export interface Systems {
  /** Null where it isn't configured. */
  get<N extends SystemName>(name: N): Connections[N] | null;
  /** Those that handlers use, of what is configured. */
  readonly clients: Partial<SystemClients>;
  /** How probes ask what is configured. */
  probes(): Promise<SystemWalks>;
  /** What is well, and what isn't, of each in its order. What one throws is a finding of it. */
  doctor(about: Examination): Promise<readonly Finding[]>;
  /** Lets go of all, the last first, whatever one of them says to it. */
  close(): Promise<void>;
}

/** @throws whatever a system throws that can't be connected, after those before it were let go of */
export async function connectSystems(config: Config, needs: Omit<Needs, 'get'>): Promise<Systems> {
  await using owned = new AsyncDisposableStack();
  const connected: { [N in SystemName]?: Connections[N] } = {};
  const opened = new Map<SystemName, Opened<unknown>>();
  const get: Systems['get'] = (name) => connected[name] ?? null;
  const open = async <N extends SystemName>(name: N): Promise<void> => {
    const system: Opened<Connections[N]> = await SYSTEMS[name].open(config, { ...needs, get });
    opened.set(name, system);
    owned.defer(() => system.close());
    if (system.client !== null) connected[name] = system.client;
  };
  for (const name of NAMES) await open(name);
  const held = owned.move();
  return {
    get,
    clients: clientsIn(get),
    async probes() {
      const walks: SystemWalks[] = await Promise.all([...opened.values()].map((system) => system.probes()));
      return walks.reduce((found, more) => ({ ...found, ...more }), {});
    },
    async doctor(about) {
      const looks = [...opened].map(([name, system]) => foundWithin(PATIENCE_MS, name, examined(name, system, about)));
      return (await Promise.all(looks)).flat();
    },
    close: () => held.disposeAsync(),
  };
}

async function examined(name: SystemName, system: Opened<unknown>, about: Examination): Promise<readonly Finding[]> {
  try {
    return await system.doctor(about);
  } catch (error) {
    return [bad(name, about.words(error))];
  }
}

type Picked = { [N in keyof SystemClients]?: SystemClients[N] };

const isClient = (name: SystemName): name is keyof SystemClients => SYSTEMS[name].missing !== null;
const isComplete = (clients: Picked): clients is SystemClients => NAMES.every((name) => !isClient(name) || clients[name] !== undefined);

function clientsIn(get: Systems['get']): Partial<SystemClients> {
  const found: Picked = {};
  const take = <N extends keyof SystemClients>(name: N): void => {
    const client: SystemClients[N] | null = get(name);
    if (client !== null) found[name] = client;
  };
  for (const name of NAMES) if (isClient(name)) take(name);
  return found;
}

/** Those of what is connected that say how they stand, in their order. */
export function statusSources(connected: Partial<Connections>): readonly StatusSource[] {
  const of = <N extends SystemName>(name: N): readonly StatusSource[] => {
    const client: Connections[N] | undefined = connected[name];
    const system: Asked<Connections[N]> = STANDING[name];
    return client === undefined ? [] : [{ system: name, ask: (about, signal) => system.status(client, about, signal) }];
  };
  return NAMES.flatMap((name) => of(name));
}

/** What handlers use: those given, and in the place of the others what says that they aren't configured. */
export function withMissing(given: Partial<SystemClients>): SystemClients {
  const clients: Picked = {};
  const take = <N extends keyof SystemClients>(name: N): void => {
    clients[name] = given[name] ?? CLIENTS[name].missing;
  };
  for (const name of NAMES) if (isClient(name)) take(name);
  if (!isComplete(clients)) throw new TypeError('a system has no client');
  return clients;
}
