import { VigieError } from '#kernel/errors.ts';
import type { Effect } from '#domain/operation/operation.ts';
import { isFinal } from '#domain/operation/states.ts';
import { linkOf } from '#domain/network/link.ts';
import type { OperationsReader, ReadClients } from '#ports/clients.ts';
import { factsOfMachine, seenFrom } from '../machine/basis.ts';
import { planName, silentOf, type NameBasis } from '../network/set-name.ts';
import type { NodeBasis } from '../service/node.ts';
import { orUnknown } from '../unknown.ts';
import { heldBy } from './addresses.ts';
import type { FailbackBasis, Left } from './back-basis.ts';
import { planBackGuests } from './back-guests.ts';
import type { AddressMove, FailoverBasis } from './basis.ts';
import type { FailoverClients } from './plan.ts';

/**
 * What a failover took elsewhere, and is elsewhere still.
 * @throws failback_nothing where no failover of that machine is to be undone, failback_away while the machine doesn't answer
 */
export async function planFailback(
  clients: FailoverClients & Pick<ReadClients, 'operations'>,
  word: string,
  signal: AbortSignal,
): Promise<{ readonly basis: FailbackBasis; readonly effects: readonly Effect[] }> {
  const facts = await factsOfMachine(clients.power, word);
  const undone = await lastFailover(clients.operations, facts.name);
  const { known } = await orUnknown(clients.power.state(facts.name, signal));
  const seen = await seenFrom(clients, facts, known?.state ?? 'unknown', signal);
  if (seen.ssh === false || seen.state === 'off') throw new VigieError('failback_away', { machine: facts.name, state: seen.state });
  const { basis: then } = undone;
  const left: Left[] = [];
  const nodes = await planBackNodes(clients, then, { left, signal });
  const moves = await planBackMoves(clients, then, { left, signal });
  const dns = await planBackNames(clients, then, { left, signal });
  const { left: guestsLeft, ...guests } = await planBackGuests(clients, then, signal);
  left.push(...guestsLeft);
  const effects = [
    ...nodes.map(({ node }) => ({ kind: 'failback-node', name: node })),
    ...moves.map(({ address }) => ({ kind: 'failback-address', name: address })),
    ...dns.map(({ name }) => ({ kind: 'failback-name', name })),
    ...guests.guests.map(({ guest, to }) => ({ kind: 'failback-guest', name: guest, to })),
  ];
  return { basis: { ...seen, undoes: undone.id, at: undone.at, nodes, moves, dns, dns_silent: silentOf(dns), ...guests, left }, effects };
}

/** How far back operations are looked through. */
const LOOKED_THROUGH = 500;

async function lastFailover(operations: Pick<OperationsReader, 'list'>, machine: string) {
  const all = await operations.list({ open: false, limit: LOOKED_THROUGH, target: machine });
  const last = all.find((each) => each.action === 'failover' && each.startedAt !== null && !each.dryRun);
  if (last?.plan == null) throw new VigieError('failback_nothing', { machine });
  if (!isFinal(last.state) && last.state !== 'indeterminate') throw new VigieError('failback_running', { machine, operation: last.id });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the plan of a failover stored it
  const basis = last.plan.basis as FailoverBasis;
  return { id: last.id, at: last.startedAt ?? last.createdAt, basis };
}

interface Finding {
  readonly left: Left[];
  readonly signal: AbortSignal;
}

async function planBackNodes(
  { swarm }: Pick<ReadClients, 'swarm'>,
  then: FailoverBasis,
  { left, signal }: Finding,
): Promise<readonly NodeBasis[]> {
  if (then.nodes.length === 0) return [];
  const { known: nodes, problem } = await orUnknown(swarm.nodes(signal));
  if (nodes === null) {
    left.push(...then.nodes.map(({ node }): Left => ({ kind: 'node', name: node, problem })));
    return [];
  }
  return then.nodes.flatMap(({ id, node }) => {
    const now = nodes.find((each) => each.id === id);
    if (now === undefined || now.availability === 'active') return [];
    if (now.state === 'ready') return [{ id, node, availability: now.availability }];
    left.push({ kind: 'node', name: node, problem: { code: 'swarm_node_unreachable', params: { node, state: now.state } } });
    return [];
  });
}

/** An address goes back to a machine that answers, and that is on its link again. */
async function planBackMoves(
  clients: Pick<ReadClients, 'network'>,
  then: FailoverBasis,
  { left, signal }: Finding,
): Promise<readonly AddressMove[]> {
  const found = await Promise.all(
    then.moves.map(async ({ address, from, to }) => {
      const [theirs, own] = await Promise.all([heldBy(clients, to, signal), heldBy(clients, from, signal)]);
      if (theirs?.some((each) => each.address === address) === false && own?.some((each) => each.address === address) === true) return [];
      const link = own === null ? null : (own.find((each) => each.address === address)?.interface ?? linkOf(address, own));
      if (theirs !== null && link !== null) return [{ address, from: to, to: from, interface: link }];
      left.push({
        kind: 'address',
        name: address,
        problem: { code: 'failback_link', params: { address, machine: own === null ? from : to } },
      });
      return [];
    }),
  );
  return found.flat();
}

async function planBackNames(clients: FailoverClients, then: FailoverBasis, { left, signal }: Finding): Promise<readonly NameBasis[]> {
  const found: NameBasis[] = [];
  for (const { name, out } of then.dns) {
    const planned = await orUnknown(planName(clients, { domain: name, add: out?.split(',') ?? [], remove: [], ttl: null }, signal));
    if (planned.known === null) left.push({ kind: 'name', name, problem: planned.problem });
    else if (planned.known.effects.length > 0) found.push(planned.known.basis);
  }
  return found;
}
