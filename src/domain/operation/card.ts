import type { JsonObject } from '#kernel/json.ts';
import type { MessageData, OutboxEntry } from '../outbox-entry.ts';
import { SEEDS } from './emoji.ts';
import { postKey, type Operation, type Person } from './operation.ts';
import { planName } from './plan.ts';
import type { Short } from './votes.ts';

/** What the post of an operation shows besides the operation itself. */
export interface CardFacts {
  /** Those whose votes count so far. */
  readonly approvers?: readonly Person[];
  readonly missing?: number;
  /** Whether the requester said that it was them, where that is asked. */
  readonly confirmed?: boolean;
  /** Why the plan of this post isn't the current one any more. */
  readonly staleBecause?: string;
  /** Lines of the old plan that the new one no longer has, and the other way round. */
  readonly difference?: JsonObject | null;
}

/** The wanted state of an operation's post. */
export function operationPost(operation: Operation, facts: CardFacts = {}): OutboxEntry {
  return {
    kind: 'state',
    key: postKey(operation, operation.round),
    to: { channel: operation.place.channel, root: null, underKey: null },
    message: operationMessage(operation, facts),
    seeds: seedsOf(operation),
  };
}

function seedsOf(operation: Operation): readonly string[] {
  if (operation.dryRun) return [];
  if (operation.state === 'waiting') return SEEDS.waiting;
  const stops = operation.state === 'running' || (operation.state === 'approved' && operation.at !== null);
  return stops ? SEEDS.running : [];
}

function operationMessage(operation: Operation, facts: CardFacts): MessageData {
  const requirement = operation.requirement;
  const unconfirmed = operation.state === 'waiting' && requirement?.confirm === true && facts.confirmed !== true;
  return {
    template: 'operation',
    data: {
      id: operation.id,
      action: operation.action,
      target: operation.target,
      state: operation.state,
      dry_run: operation.dryRun,
      risk: requirement?.risk ?? null,
      needed: requirement?.approvers ?? 0,
      requester_counts: requirement?.requesterCounts ?? true,
      emergency: operation.emergency,
      requester: named(operation.requester),
      job: operation.job?.name ?? null,
      input: operation.input,
      basis: operation.plan?.basis ?? null,
      effects: operation.plan?.effects ?? [],
      round: operation.round,
      plan_hash: operation.plan?.hash ?? null,
      plan_name: operation.plan === null ? null : planName(operation.plan),
      approve_by: operation.approveBy,
      start_by: operation.startBy,
      at: operation.at,
      created_at: operation.createdAt,
      started_at: operation.startedAt,
      ended_at: operation.endedAt,
      held: asProblem(operation.held),
      progress: operation.progress,
      result: operation.result,
      problem: asProblem(operation.problem),
      cancelled_by: operation.cancelledBy,
      closed_by: operation.closedBy,
      approvers: (facts.approvers ?? []).map(named),
      missing: facts.missing ?? requirement?.approvers ?? 0,
      asked: operation.asked.map(named),
      confirmer: unconfirmed ? named(operation.requester) : null,
      means: operation.means,
      stale_because: facts.staleBecause ?? null,
      // The thread in which it was asked for: the sender knows its address.
      back_to: operation.origin?.thread ?? null,
      back: null,
      difference: facts.difference ?? null,
    },
  };
}

function asProblem(problem: Operation['problem']): JsonObject | null {
  return problem === null ? null : { code: problem.code, params: problem.params };
}

/** How far the votes are. */
export function factsOf({ approvers, missing, confirmed }: Short): CardFacts {
  return { approvers, missing, confirmed };
}

export function named({ id, username }: Pick<Person, 'id' | 'username'>): JsonObject {
  return { id, username };
}
