import type { Json, JsonObject } from '#kernel/json.ts';
import type { Problem } from '#kernel/errors.ts';
import type { Means, Proof } from './means.ts';
import type { Requirement } from './policy.ts';
import type { Risk, State } from './states.ts';

/** A person as vigie judged them when they asked or voted. `roles` are names of the configuration. */
export interface Person {
  /** Mattermost's user id, or `socket:<account>` for somebody at vigie's machine whom the configuration maps to nobody. */
  readonly id: string;
  readonly username: string;
  readonly kind: 'person' | 'bot' | 'guest' | 'remote';
  readonly active: boolean;
  readonly roles: readonly string[];
  /** Since when vigie has seen them in each of these roles, in milliseconds; 0: from the beginning. */
  readonly since?: Readonly<Record<string, number>>;
}

/** Who asks for what a job does. In no directory: nobody can speak in its name, and it holds no role. */
export const VIGIE: Person = { id: 'vigie', username: 'vigie', kind: 'bot', active: true, roles: [] };

/** Where something was said, and is answered. `root` is the thread's first post. */
export interface Place {
  readonly channel: string;
  readonly root: string | null;
  readonly direct: boolean;
}

/** How an operation was asked for, in the person's own words. */
export interface Origin {
  /** The post that asked; null for every other way. */
  readonly post: string | null;
  readonly text: string;
  /** Where it was asked, and is answered. */
  readonly place: Place;
  /** The thread in which it was asked, or null. */
  readonly thread: string | null;
}

/** One thing that would happen, as data: its words are in the action's template. */
export type Effect = JsonObject & { readonly kind: string };

/** What planning found: the state of the world that the effects start from, and the effects. */
export interface Plan {
  readonly basis: Json;
  readonly effects: readonly Effect[];
  readonly locks: readonly string[];
  readonly risk: Risk;
  readonly hash: string;
}

/** The job that an operation belongs to. */
export interface JobOrigin {
  readonly name: string;
  /** Its occurrence. */
  readonly dueAt: number;
  /** The operation of the same occurrence that comes first; null for the first of all. */
  readonly after: string | null;
  /** How long it may wait to start: nobody stands beside it. */
  readonly patienceMs: number;
}

export interface Operation {
  readonly id: string;
  readonly action: string;
  /** What the plan and the policy name as the target (`pad`), or null. */
  readonly target: string | null;
  readonly input: JsonObject;
  readonly dryRun: boolean;
  readonly emergency: string | null;
  readonly requester: Person;
  readonly means: Means;
  /** What shows that it was they who asked. */
  readonly proof: Proof;
  /** Null for what a person asked for. */
  readonly job: JobOrigin | null;
  /** Null for what a job asks for, and for what is older than that. */
  readonly origin: Origin | null;
  /** The operation that has to have succeeded before this one is planned: the line above it, in a post of several. Null for none. */
  readonly after: string | null;
  /** When it is to begin, approved before (ms); null: as soon as it is. */
  readonly at: number | null;
  /** Has no post while all is well. */
  readonly quiet: boolean;
  readonly place: Place;
  readonly state: State;
  readonly requirement: Requirement | null;
  readonly plan: Plan | null;
  /** Counts the plans that were shown: each has a post of its own. */
  readonly round: number;
  readonly createdAt: number;
  /** When waiting for approval ends. */
  readonly approveBy: number | null;
  /** When waiting to start ends, once approved. */
  readonly startBy: number | null;
  readonly reminded: boolean;
  /** Those who were asked when the current plan was shown. */
  readonly asked: readonly Asked[];
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Why it hasn't started yet (a lock is held), shown in its post. */
  readonly held: Problem | null;
  readonly cancelledBy: string | null;
  readonly progress: Json;
  readonly result: Json;
  readonly problem: Problem | null;
  /** An emergency stays open until somebody else closes it. */
  readonly closedBy: string | null;
}

/** Somebody whose vote a plan's post asks for. */
export type Asked = Pick<Person, 'id' | 'username'>;

/** An emergency is open from its start until somebody else has seen its end; one that never ran has nothing to be looked at. */
export function isOpenEmergency({ emergency, dryRun, startedAt, closedBy }: Operation): boolean {
  return emergency !== null && !dryRun && startedAt !== null && closedBy === null;
}

/** Post of the given plan of an operation: the key under which the outbox keeps it. */
export function postKey(operation: Pick<Operation, 'id'>, round: number): string {
  return `op:${operation.id}:${Math.max(1, round)}`;
}

/** What is known of an operation when it is asked for. */
export type Wanted = Pick<
  Operation,
  'id' | 'action' | 'target' | 'input' | 'dryRun' | 'emergency' | 'requester' | 'means' | 'proof' | 'place' | 'createdAt'
> & { readonly job?: JobOrigin; readonly origin?: Origin; readonly after?: string | null; readonly at?: number | null };

/** An operation at the start of its life: nothing is planned, nobody is asked. */
export function newOperation(asked: Wanted): Operation {
  return {
    ...asked,
    job: asked.job ?? null,
    origin: asked.origin ?? null,
    after: asked.after ?? null,
    at: asked.at ?? null,
    quiet: asked.job !== undefined,
    state: 'received',
    requirement: null,
    plan: null,
    round: 0,
    approveBy: null,
    startBy: null,
    reminded: false,
    asked: [],
    startedAt: null,
    endedAt: null,
    held: null,
    cancelledBy: null,
    progress: null,
    result: null,
    problem: null,
    closedBy: null,
  };
}
