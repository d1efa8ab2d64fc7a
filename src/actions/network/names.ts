import { VigieError, type Problem } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { toJsonObject } from '#kernel/json.ts';
import { nearest } from '#kernel/nearest.ts';
import { judgeName, ownerOf, type NameFinding } from '#domain/names/judge.ts';
import { deathOf, type MachinesSeen } from '#domain/names/machines.ts';
import { addressesOf, type NameView } from '#domain/names/name-view.ts';
import type { ReadClients } from '#ports/clients.ts';
import { machinesSeen } from '#ports/machines.ts';
import { publicNames } from '#ports/public-names.ts';
import { knownWithin, orUnknown, type Known } from '../unknown.ts';

export type NameClients = Pick<ReadClients, 'names' | 'routes' | 'swarm' | 'hypervisor'> & {
  readonly self: Pick<ReadClients['self'], 'now'>;
};

/** How long all of it may take: whoever asks stands before a screen. */
const LOOK_MS = 4_000;
/** Who doesn't say in time which machines live says nothing of them. */
const MACHINES_MS = 2_000;
/** Names that are asked at a time. */
const AT_ONCE = 8;

/** A name with what is wrong with it, or why nobody knows. */
export interface LookedName {
  readonly name: string;
  readonly view: NameView | null;
  readonly findings: readonly NameFinding[];
  readonly problem: Problem | null;
}

export interface LookedNames {
  readonly looked: readonly LookedName[];
  /** What couldn't be asked: which names there are beside those of the configuration, whether some machine lives. */
  readonly unasked: readonly Problem[];
}

/**
 * A name as people type it: a link, a name with capitals, or a service that has a public name.
 * @throws names_invalid; route_unknown for a word that is neither
 */
export async function nameMeant(word: string, { routes }: Pick<ReadClients, 'routes'>, signal: AbortSignal): Promise<string> {
  const bare = word
    .replace(/^[a-z][a-z0-9+.-]*:\/\//iu, '')
    .replace(/[/?#].*$/u, '')
    .replace(/:\d+$/u, '')
    .replace(/\.$/u, '')
    .toLowerCase();
  if (bare.includes('.')) return bare;
  const { known } = await knownWithin(MACHINES_MS, signal, (ends) => routes.labelled(ends));
  const services = (known ?? []).filter(({ routers }) => routers.some(({ hosts }) => hosts.length > 0));
  const host = services.find(({ name }) => name.toLowerCase() === bare)?.routers.flatMap(({ hosts }) => hosts)[0];
  if (host !== undefined) return host;
  throw new VigieError('route_unknown', {
    name: word,
    nearest: nearest(
      bare,
      services.map(({ name }) => name),
    ),
  });
}

/** One name, or all that are known, each held against machines and addresses. @throws names_none; as the Swarm, where no name is known without its labels */
export async function lookAtNames(clients: NameClients, one: string | null, signal: AbortSignal): Promise<LookedNames> {
  const found = one === null ? await orUnknown(publicNames(clients, signal)) : { known: [one], problem: null };
  const names = found.known ?? clients.names.list();
  if (names.length === 0)
    throw found.problem === null ? new VigieError('names_none') : new VigieError(found.problem.code, found.problem.params);
  const machines = seeMachines(clients, signal);
  const looked: LookedName[] = [];
  for (let at = 0; at < names.length; at += AT_ONCE)
    looked.push(...(await Promise.all(names.slice(at, at + AT_ONCE).map((name) => lookAtName(clients, name, machines, signal)))));
  const own = clients.names.addresses();
  const owners = looked
    .flatMap(({ view }) => (view === null ? [] : addressesOf(view)))
    .flatMap((address) => ownerOf(address, own)?.machine ?? []);
  const seen = await machines;
  const unsure = owners.some((machine) => deathOf(machine, seen) === null) ? seen.problem : null;
  return { looked, unasked: [found.problem, unsure].filter((problem) => problem !== null) };
}

/** Which machines live, as far as anybody says so in time: who hangs leaves what the others know. */
export async function seeMachines(
  { swarm, hypervisor }: Pick<NameClients, 'swarm' | 'hypervisor'>,
  signal: AbortSignal,
  ms: number = MACHINES_MS,
): Promise<MachinesSeen> {
  const within = <T>(ask: (ends: AbortSignal) => Promise<T>) => inTime(knownWithin(ms, signal, ask));
  return await machinesSeen({
    swarm: { nodes: () => within((ends) => swarm.nodes(ends)) },
    hypervisor: { cluster: () => within((ends) => hypervisor.cluster(ends)), guests: () => within((ends) => hypervisor.guests(ends)) },
  });
}

async function inTime<T>(asked: Promise<Known<T>>): Promise<T> {
  const { known, problem } = await asked;
  if (problem !== null) throw new VigieError(problem.code, problem.params);
  return known;
}

export async function lookAtName(
  { names, self }: Pick<NameClients, 'names' | 'self'>,
  name: string,
  asked: Promise<MachinesSeen>,
  signal: AbortSignal,
): Promise<LookedName> {
  const [machines, { known: view, problem }] = await Promise.all([asked, knownWithin(LOOK_MS, signal, (ends) => names.look(name, ends))]);
  if (view === null) return { name, view, findings: [], problem };
  const held = {
    addresses: names.addresses(),
    isDead: (machine: string) => deathOf(machine, machines),
    mostTtl: names.mostTtl(),
    now: self.now(),
  };
  return { name, view, findings: judgeName(view, held), problem: null };
}

function withMachine(address: string, machine: string | null): string {
  return machine === null ? address : `${address} ${machine}`;
}

function answerText({ server, addresses }: { readonly server: string; readonly addresses: readonly string[] }): string {
  return `${server}: ${addresses.length === 0 ? '-' : addresses.join(' ')}`;
}

/** As `dns` shows it. */
export function nameData({ name, view, findings, problem }: LookedName, { names }: Pick<NameClients, 'names'>): JsonObject {
  const addresses = view === null ? [] : addressesOf(view);
  const own = names.addresses();
  return toJsonObject({
    name,
    zone: view?.zone ?? null,
    problem,
    servers: view?.servers.length ?? 0,
    addresses: addresses.map((address) => withMachine(address, ownerOf(address, own)?.machine ?? null)),
    findings: findings.map((finding) => (finding.kind === 'disagree' ? { ...finding, answers: finding.answers.map(answerText) } : finding)),
  });
}
