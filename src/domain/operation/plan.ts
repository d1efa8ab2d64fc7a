import { canonicalHash } from '#kernel/hash.ts';
import type { Json } from '#kernel/json.ts';
import type { Effect, Operation, Plan } from './operation.ts';
import type { Risk } from './states.ts';

/** What a handler's plan comes to, before it has a hash. */
export interface PlanBody {
  readonly basis: Json;
  readonly effects: readonly Effect[];
  readonly locks: readonly string[];
  readonly risk: Risk;
}

/**
 * The plan with the hash that people approve. The operation and the round are part of it: a vote for the plan of one
 * post never counts for another post, even when both plans say the same.
 */
export function hashPlan(operation: Pick<Operation, 'id' | 'action' | 'input'>, round: number, body: PlanBody): Plan {
  const locks = body.locks.toSorted();
  const hash = canonicalHash({
    operation: operation.id,
    round,
    action: operation.action,
    input: operation.input,
    basis: body.basis,
    effects: body.effects,
    locks,
    risk: body.risk,
  });
  return { ...body, locks, hash };
}

/** So many signs of its hash are shown, and name a plan where people type it: 16 million to one that it is another one. */
const PLAN_NAME_LENGTH = 6;

/** What people type to say which plan they mean. */
export function planName({ hash }: Pick<Plan, 'hash'>): string {
  return digits(hash).slice(0, PLAN_NAME_LENGTH);
}

/** Whether a word that was typed names this plan: its name, or more of its hash. */
export function namesPlan(word: string, { hash }: Pick<Plan, 'hash'>): boolean {
  return word.length >= PLAN_NAME_LENGTH && digits(hash).startsWith(word.toLowerCase());
}

function digits(hash: string): string {
  return hash.slice(hash.indexOf(':') + 1);
}
