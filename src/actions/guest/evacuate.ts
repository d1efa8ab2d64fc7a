import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Effect, Operation } from '#domain/operation/operation.ts';
import type { Clients, ReadClients } from '#ports/clients.ts';
import type { GuestView } from '#ports/hypervisor.ts';
import type { RunContext, StepFinding } from '../definition.ts';
import { moveGuest, verifyMove } from './move-guest.ts';
import { planMoves, type Move, type Stay } from './moves.ts';
import { nodeNamed, quorateNodes } from './nodes.ts';
import { together, withDetails, type TaskSuccess } from './task.ts';

/** What emptying a machine of its guests, or filling it again, starts from. */
export type EvacuateBasis = {
  readonly node: string;
  /** Whose undoing it is; null where it is none. */
  readonly operation: string | null;
  readonly moves: readonly Move[];
  readonly stays: readonly Stay[];
};

type PlanClients = Pick<ReadClients, 'hypervisor' | 'inventory' | 'operations'>;
interface Planned {
  readonly basis: EvacuateBasis;
  readonly effects: Effect[];
}

/** @throws hypervisor_no_quorum, node_unknown, node_offline, evacuate_nowhere */
export async function planEvacuate({ hypervisor, inventory }: PlanClients, word: string, signal: AbortSignal): Promise<Planned> {
  const nodes = await quorateNodes({ hypervisor }, signal);
  const node = nodeNamed(nodes, word);
  const others = nodes.filter(({ name, online }) => name !== node.name && online);
  if (others.length === 0) throw new VigieError('evacuate_nowhere', { node: node.name });
  const guests = (await hypervisor.guests(signal)).filter((guest) => guest.node === node.name);
  const orderOf = ({ name }: GuestView): number => inventory.guest(name).order ?? Number.MAX_SAFE_INTEGER;
  const sorted = guests.toSorted((one, other) => orderOf(one) - orderOf(other) || one.vmid - other.vmid);
  return planned({ node: node.name, operation: null, ...(await planMoves({ hypervisor }, sorted, others, signal)) });
}

/**
 * Brings back what an operation moved away and is still where it was moved to, the last one first.
 * @throws evacuate_not_undoable, hypervisor_no_quorum, node_unknown, node_offline
 */
export async function planEvacuateUndo({ hypervisor, operations }: PlanClients, undone: string, signal: AbortSignal): Promise<Planned> {
  const operation = await operations.get(undone);
  const { node: home, moves } = basisOf(operation);
  const node = nodeNamed(await quorateNodes({ hypervisor }, signal), home);
  const guests = await hypervisor.guests(signal);
  const moved = moves.flatMap(({ vmid, guest, to }) =>
    guests.filter((each) => each.vmid === vmid && each.name === guest && each.node === to),
  );
  return planned({ node: node.name, operation: operation.id, ...(await planMoves({ hypervisor }, moved.toReversed(), [node], signal)) });
}

function planned(basis: EvacuateBasis): Planned {
  return { basis, effects: basis.moves.map(({ guest, to }) => ({ kind: 'migrate', name: guest, to })) };
}

function basisOf({ id, action, state, plan, dryRun }: Operation): EvacuateBasis {
  const ended = ['succeeded', 'failed', 'cancelled'].includes(state);
  if (action !== 'evacuate' || !ended || plan === null || dryRun)
    throw new VigieError('evacuate_not_undoable', { operation: id, action, state });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the plan of an evacuation stored it
  return plan.basis as EvacuateBasis;
}

type Run = Pick<RunContext<never, 'hypervisor', EvacuateBasis>, 'basis' | 'signal' | 'pause' | 'progress' | 'step'> & {
  readonly clients: Pick<Clients, 'hypervisor'>;
};

/**
 * Moves one guest after the other, and stops at the first that doesn't come through.
 * @returns `moved` (names), `warnings` and `log` of all tasks
 * @throws node_memory, node_offline, task_failed, guest_ha, guest_not_moved, …; their details say with `moved`, `at` and `left` who is where
 */
export async function runMoves(context: Run): Promise<JsonObject> {
  const { moves } = context.basis;
  const done: TaskSuccess[] = [];
  for (const [index, move] of moves.entries())
    try {
      done.push(await moveGuest(context, move));
    } catch (error) {
      const names = moves.map(({ guest }) => guest);
      throw withDetails(error, { moved: names.slice(0, index), at: move.guest, left: names.slice(index + 1) });
    }
  return { moved: moves.map(({ guest }) => guest), ...together(...done) };
}

/** Whether a move that was begun took effect. */
export async function verifyMoves(context: {
  readonly step: string;
  readonly startedAt: number;
  readonly basis: EvacuateBasis;
  readonly clients: Pick<ReadClients, 'hypervisor'>;
}): Promise<StepFinding> {
  const { basis, clients, step, startedAt } = context;
  const move = basis.moves.find(({ vmid }) => step === `move ${vmid}`);
  return move === undefined ? { state: 'not-done' } : await verifyMove(clients, move, startedAt);
}
