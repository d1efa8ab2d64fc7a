import { ownNetworkOf } from '#domain/routes/network.ts';
import type { RoutedService } from '#domain/routes/served.ts';
import type { ServiceFacts } from '#domain/routes/way.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { TaskView } from '#ports/swarm.ts';
import { knownWithin, type Known } from '../unknown.ts';

export type BehindClients = Pick<ReadClients, 'swarm' | 'databases' | 'hosts' | 'self'>;

const ASK_MS = 2_500;
/** What was logged before this tells of something else. */
const LOGGED_MS = 10 * 60_000;
/** A task that failed before this was followed by one that didn't. */
const FAILED_MS = 10 * 60_000;
const LINES = 5;
/** A disk that is as full as this takes nothing any more. */
const FULL = 0.985;
const NO_SPACE = /no space left on device|ENOSPC|disk full|could not extend file/iu;
const FAILED: ReadonlySet<string> = new Set(['failed', 'rejected']);

export interface Behind {
  readonly service: ServiceFacts;
  /** The last lines, oldest first. */
  readonly lines: readonly string[];
}

/** What stands behind a router: the service, its network, its tasks, its databases, the disks below; all asked side by side. */
export async function lookBehind(
  clients: BehindClients,
  service: RoutedService,
  all: readonly RoutedService[],
  signal: AbortSignal,
): Promise<Behind> {
  const { name } = service;
  const now = clients.self.now();
  const [view, tasks, logs, databases] = await Promise.all([
    knownWithin(ASK_MS, signal, (ends) => clients.swarm.service(name, ends)),
    knownWithin(ASK_MS, signal, (ends) => clients.swarm.tasks(name, ends)),
    knownWithin(ASK_MS, signal, (ends) => clients.swarm.logs(name, { since: now - LOGGED_MS, tail: 50 }, ends)),
    databasesBehind(clients, name, signal),
  ]);
  const lines = (logs.known?.lines ?? []).flatMap(({ text }) => text.split('\n'));
  return {
    lines: lines.slice(-LINES),
    service: {
      name,
      wanted: service.replicas,
      running: service.running,
      update: view.known?.update?.state ?? null,
      network: ownNetworkOf(service, all),
      trouble: troubleOf(tasks, now),
      databases,
      full: await fullness(clients, tasks.known ?? [], lines, signal),
    },
  };
}

/** The newest task that failed a while ago or waits for a place; null: none, or nobody knows. */
function troubleOf({ known }: Known<readonly TaskView[]>, now: number): ServiceFacts['trouble'] {
  const ill = known?.find(({ state, createdAt }) => (FAILED.has(state) && now - createdAt < FAILED_MS) || state === 'pending');
  return ill === undefined ? null : { state: ill.state, error: ill.error, node: ill.node };
}

/** Whether the server of each database that the service writes to answers. */
async function databasesBehind({ databases }: BehindClients, service: string, signal: AbortSignal): Promise<ServiceFacts['databases']> {
  const used = databases.list().filter(({ usedBy }) => usedBy.includes(service));
  return await Promise.all(
    used.map(async ({ name, server }) => {
      const { problem } = await knownWithin(ASK_MS, signal, (ends) => databases.databases(name, ends));
      return { database: name, server: server.name, problem };
    }),
  );
}

/** Whether a disk below is full: by the logs and errors of the tasks, and by the machines that they are on. */
async function fullness(
  { hosts }: BehindClients,
  tasks: readonly TaskView[],
  lines: readonly string[],
  signal: AbortSignal,
): Promise<ServiceFacts['full']> {
  const machines = [...new Set(tasks.filter(({ desired }) => desired === 'running').flatMap(({ node }) => node ?? []))];
  const looks = await Promise.all(
    machines.map(async (machine) => ({ machine, space: await knownWithin(ASK_MS, signal, (ends) => hosts.space(machine, ends)) })),
  );
  const full = looks
    .filter(({ space }) => space.known?.fileSystems.some(({ usedShare }) => usedShare >= FULL))
    .map(({ machine }) => machine);
  const said = lines.findLast((text) => NO_SPACE.test(text)) ?? tasks.find(({ error }) => NO_SPACE.test(error ?? ''))?.error ?? null;
  const unknown = looks.every(({ space }) => space.known === null);
  return full.length === 0 && said === null && unknown ? null : { machines: full, line: said };
}
