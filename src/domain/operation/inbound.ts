import type { Json, JsonObject } from '#kernel/json.ts';
import type { Problem } from '#kernel/errors.ts';
import type { Operation, Person, Plan } from './operation.ts';
import type { Requirement } from './policy.ts';
import type { Verdict, Vote } from './votes.ts';

/** How a running operation ended, as its handler and its checks tell. */
export interface Outcome {
  readonly state: 'succeeded' | 'failed' | 'indeterminate' | 'cancelled';
  readonly result: Json;
  readonly problem: Problem | null;
}

/** A plan with what the policy asks of it, and those who may be asked. */
export interface Proposal {
  readonly plan: Plan;
  /** What it is done to, by its one name. */
  readonly target: string | null;
  readonly requirement: Requirement;
  readonly eligible: readonly Person[];
}

/**
 * Everything that can happen to an operation, from people, from the clock and from the runner. `decide` turns each into
 * a commit; nothing else changes an operation.
 */
export type Inbound =
  | { readonly kind: 'requested'; readonly key: string; readonly operation: Operation }
  | { readonly kind: 'planned'; readonly proposal: Proposal }
  /** @param offer what was probably meant, as one types it; null: nobody can tell */
  | { readonly kind: 'plan-refused'; readonly problem: Problem; readonly offer?: string | null }
  | {
      readonly kind: 'voted';
      readonly key: string | null;
      readonly vote: Vote;
      readonly person: Person;
    }
  | { readonly kind: 'withdrawn'; readonly user: string; readonly planHash: string; readonly verdict: Verdict }
  | { readonly kind: 'tampered'; readonly by: string | null }
  | { readonly kind: 'ticked' }
  | { readonly kind: 'rechecked' }
  /** Somebody who voted may count otherwise than they did. */
  | { readonly kind: 'recounted' }
  | { readonly kind: 'locking' }
  | { readonly kind: 'held'; readonly problem: Problem }
  | { readonly kind: 'started'; readonly proposal: Proposal; readonly difference: JsonObject | null }
  | { readonly kind: 'start-refused'; readonly problem: Problem }
  | { readonly kind: 'progressed'; readonly progress: Json }
  | { readonly kind: 'ended'; readonly outcome: Outcome }
  | {
      readonly kind: 'settled';
      readonly by: Person;
      readonly outcome: 'done' | 'failed';
      readonly reason: string;
    }
  | { readonly kind: 'closed'; readonly by: Person };

/** What a decision may look at. `people` holds fresh facts on whoever voted. */
export interface Situation {
  readonly operation: Operation;
  readonly votes: readonly Vote[];
  readonly people: ReadonlyMap<string, Person>;
}
