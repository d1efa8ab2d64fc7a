import { startWithin } from './limits.ts';
import { overlap } from './locks.ts';
import type { Operation } from './operation.ts';

/** Who goes first, and the lock that both wait for. */
export interface Turn {
  readonly first: Operation;
  readonly lock: string;
}

/**
 * Whether another operation that was approved before this one waits for the same lock: of those the one approved first goes first, whichever
 * happens to ask at the moment in which the lock is given back.
 * @param approved all that are approved and haven't started
 */
export function turnBefore(operation: Operation, approved: readonly Operation[]): Turn | null {
  const wanted = operation.plan?.locks ?? [];
  const earlier = approved
    .filter((other) => other.id !== operation.id && isBefore(other, operation))
    .toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
  for (const first of earlier) {
    const lock = awaited(first).find((path) => wanted.some((own) => overlap(own, path)));
    if (lock !== undefined) return { first, lock };
  }
  return null;
}

/** What it hasn't got: the lock that it was last told of, or, when it hasn't asked yet, all that it wants. Waiting for something else it waits for no lock. */
function awaited({ held, plan }: Operation): readonly string[] {
  if (held === null) return plan?.locks ?? [];
  const { lock } = held.params;
  return typeof lock === 'string' ? [lock] : [];
}

function isBefore(one: Operation, other: Operation): boolean {
  const [first, second] = [approvedAt(one), approvedAt(other)];
  return first === second ? one.id < other.id : first < second;
}

function approvedAt(operation: Operation): number {
  return (operation.startBy ?? operation.createdAt + startWithin(operation)) - startWithin(operation);
}
