import type { Operation, Person } from '#domain/operation/operation.ts';
import { planDifference } from '#domain/operation/plan-difference.ts';
import { asksSomebody } from '#domain/operation/policy.ts';
import { turnBefore, type Turn } from '#domain/operation/turn.ts';
import { tally } from '#domain/operation/votes.ts';
import { LockConflict } from '#ports/store.ts';
import { problemOf } from '#kernel/errors.ts';
import { freshnessFor } from '../people/people.ts';
import { apply } from './apply.ts';
import { plan } from './plan.ts';
import { freshnessOf, lookUp } from './voters.ts';
import type { Context } from './context.ts';

let make: (operation: Operation, approvers: readonly Person[]) => Approved;

/** Sixth stage: an operation that runs, its plan approved by these people. Made here and nowhere else. */
export class Approved {
  readonly #approved = true;
  readonly operation: Operation;
  readonly approvers: readonly Person[];

  private constructor(operation: Operation, approvers: readonly Person[]) {
    this.operation = operation;
    this.approvers = approvers;
    Object.freeze(this);
  }

  static {
    make = (operation, approvers) => new Approved(operation, approvers);
  }

  /** False for a copy, whatever its type says: the brand can't be copied. */
  static isGenuine(value: Approved): boolean {
    return #approved in value && value.#approved;
  }
}

/**
 * Right before the effect: the people again, the post again, the locks, the plan again. Equal hashes run; anything else
 * waits, ends or asks again.
 * @returns null when it doesn't start now
 */
export async function approve(context: Context, operation: Operation, signal: AbortSignal): Promise<Approved | null> {
  const id = operation.id;
  const people = await freshVoters(context, operation);
  if (people === null) return await heldBy(context, id, { code: 'directory_unreachable', params: { reason: '' } });
  const rechecked = await apply(context, id, { kind: 'rechecked' }, people);
  if (rechecked?.state !== 'approved') return null;
  if (operation.requirement !== null && asksSomebody(operation.requirement) && (await context.intact(operation)) === false) {
    await apply(context, id, { kind: 'tampered', by: null }, await eligible(context, operation));
    return null;
  }
  const turn = turnBefore(operation, await context.store.operations.operations({ states: ['approved'], limit: 500 }));
  if (turn !== null) return await heldBy(context, id, goesFirst(turn));
  try {
    await apply(context, id, { kind: 'locking' }, people);
  } catch (error) {
    if (error instanceof LockConflict) return await heldBy(context, id, await holder(context, error));
    throw error;
  }
  return await startWithLocks(context, rechecked, people, signal);
}

async function startWithLocks(
  context: Context,
  operation: Operation,
  people: ReadonlyMap<string, Person>,
  signal: AbortSignal,
): Promise<Approved | null> {
  const id = operation.id;
  try {
    const { proposal } = await plan(context, operation, operation.round, signal);
    const before = operation.plan;
    const drifted = before !== null && before.hash !== proposal.plan.hash;
    const difference = drifted ? planDifference(before, proposal.plan) : null;
    const started = await apply(context, id, { kind: 'started', proposal, difference }, people);
    return started?.state === 'running' ? make(started, await approversOf(context, started, people)) : null;
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof LockConflict) return await heldBy(context, id, await holder(context, error));
    await apply(context, id, { kind: 'start-refused', problem: problemOf(error) }, people);
    return null;
  }
}

/** After a restart: what runs was approved; who approved is told again from the stored votes and fresh checks. */
export async function reapprove(context: Context, operation: Operation): Promise<Approved | null> {
  if (operation.state !== 'running') return null;
  const people = (await freshVoters(context, operation)) ?? new Map();
  return make(operation, await approversOf(context, operation, people));
}

async function approversOf(
  { store, clock }: Context,
  operation: Operation,
  people: ReadonlyMap<string, Person>,
): Promise<readonly Person[]> {
  const { requirement } = operation;
  if (requirement === null) return [];
  const counted = tally({ operation, requirement, now: clock.now() }, await store.operations.votes(operation.id), people);
  return counted.kind === 'vetoed' ? [] : counted.approvers;
}

/** Null when the directory can't be asked: then nobody's vote counts. */
async function freshVoters(context: Context, operation: Operation): Promise<ReadonlyMap<string, Person> | null> {
  // What was known a second ago isn't "again": somebody may have been locked out just now.
  context.people.expire();
  const votes = await context.store.operations.votes(operation.id);
  // A job asks in nobody's name.
  const requester = operation.means === 'schedule' ? [] : [{ user: operation.requester.id, means: operation.means }];
  const asked = freshnessOf([...requester, ...votes]);
  const { people, unreachable } = await lookUp(context, asked);
  return unreachable ? null : people;
}

export async function eligible(context: Context, operation: Operation): Promise<ReadonlyMap<string, Person>> {
  const people = await context.people.holding(operation.requirement?.approvedBy ?? [], freshnessFor(operation.means));
  return new Map(people.map((person) => [person.id, person]));
}

async function heldBy(
  context: Context,
  id: string,
  problem: { code: 'locked' | 'not_its_turn' | 'directory_unreachable'; params: Record<string, string | null> },
): Promise<null> {
  await apply(context, id, { kind: 'held', problem });
  return null;
}

/** Who was approved before, and waits for the same lock. */
function goesFirst({ first, lock }: Turn) {
  const params = { lock, first: first.id, action: whatOf(first), requester: first.requester.username };
  return { code: 'not_its_turn' as const, params };
}

function whatOf({ action, target }: Operation): string {
  return [action, target].filter((word) => word !== null).join(' ');
}

/** Who holds the lock, with what, and what to type. */
async function holder(context: Context, { held }: LockConflict) {
  const other = await context.store.operations.operation(held.operation);
  const what = other === null ? null : whatOf(other);
  return {
    code: 'locked' as const,
    params: { lock: held.path, holder: held.operation, action: what, requester: other?.requester.username ?? null },
  };
}
