import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { ReadClients } from '#ports/clients.ts';
import { machineCalled, namesOfMachine, type MachineFacts, type PowerReader, type PowerState } from '#ports/power.ts';
import { target, type Target } from '#domain/operation/target.ts';
import { witnessesOf, type Answers, type NodeSeen, type Witnesses } from './witnesses.ts';

/** What a plan on a machine starts from: who answers now, what runs there. */
export type MachineBasis = {
  readonly machine: string;
  readonly names: readonly string[];
  readonly host: string | null;
  readonly controller: string;
  readonly console: boolean;
  readonly state: PowerState;
  readonly ping: Answers;
  readonly ssh: Answers;
  readonly node: NodeSeen | null;
  /** Proxmox should know of it, and doesn't answer. */
  readonly node_problem: JsonObject | null;
};

type Asked = Pick<ReadClients, 'power' | 'hosts' | 'hypervisor' | 'prober' | 'inventory'>;

/** @throws machines_not_configured, machine_unknown */
export async function factsOfMachine(power: PowerReader, word: string): Promise<MachineFacts> {
  const machines = power.machines();
  if (machines.length === 0) throw new VigieError('machines_not_configured');
  return machineCalled(machines, word, (facts) => facts);
}

/** @throws what the controller answers with: nothing is planned on a state that nobody knows */
export async function machineBasis(clients: Asked, word: string, signal: AbortSignal): Promise<MachineBasis> {
  const facts = await factsOfMachine(clients.power, word);
  const { state } = await clients.power.state(facts.name, signal);
  return await seenFrom(clients, facts, state, signal);
}

/** The same, of a machine whose power was asked for already. */
export async function seenFrom(clients: Asked, facts: MachineFacts, state: PowerState, signal: AbortSignal): Promise<MachineBasis> {
  const { name, host, controller, console } = facts;
  const { ping, ssh, node, nodeProblem }: Witnesses = await witnessesOf(clients, facts, signal);
  return { machine: name, names: namesOfMachine(facts), host, controller, console, state, ping, ssh, node, node_problem: nodeProblem };
}

/** What a policy, a freeze or a lock may call it. */
export function machineTarget({ machine, names }: Pick<MachineBasis, 'machine' | 'names'>): Target {
  return target(machine, ...names);
}

/**
 * Whether its power may be cut at all: not while Proxmox HA proves it off by itself and gives its guests away.
 * @throws machine_fenced
 */
export function refuseFenced({ machine, node }: MachineBasis): void {
  if (node === null || node.fencing.length === 0) return;
  throw new VigieError('machine_fenced', { machine, guests: [...node.fencing] });
}

/**
 * Whether what runs on it is gone, or somebody said that it may be lost.
 * @throws machine_guests while guests run there, machine_hypervisor_silent where nobody can tell
 */
export function refuseRunning(basis: MachineBasis, hard: boolean): void {
  const { machine, node, node_problem: problem } = basis;
  if (hard) return;
  if (problem !== null) throw new VigieError('machine_hypervisor_silent', { machine, problem });
  if (node !== null && node.guests.length > 0 && basis.state !== 'off')
    throw new VigieError('machine_guests', { machine, guests: node.guests.map(({ name }) => name) });
}

/** How it goes off: over SSH, as by its button where its controller has one and SSH is silent, or by cutting its power; null: by none of them cleanly. */
export async function wayOff(
  power: PowerReader,
  { machine, state, ssh }: MachineBasis,
  hard: boolean,
  signal: AbortSignal,
): Promise<'ssh' | 'button' | 'cut' | null> {
  if (hard) return 'cut';
  if (ssh === true) return 'ssh';
  if (state === 'off') return null;
  const { possible } = await power.state(machine, signal);
  return possible.includes('shutdown') ? 'button' : null;
}
