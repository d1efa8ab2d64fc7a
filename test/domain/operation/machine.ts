import { decide } from '#domain/operation/decide.ts';
import type { Commit } from '#domain/operation/commit.ts';
import type { Inbound } from '#domain/operation/inbound.ts';
import { conflict, type HeldLock } from '#domain/operation/locks.ts';
import { newOperation, type Operation, type Person } from '#domain/operation/operation.ts';
import { demandOf, requirementFor, type Requirement } from '#domain/operation/policy.ts';
import { mayFollow, type Risk, type State } from '#domain/operation/states.ts';
import type { Vote } from '#domain/operation/votes.ts';
import { POLICY } from '#test/lab/parts.ts';

export const LOCK = 'swarm/service:pad';

export function somebody(id: string, change: Partial<Person> = {}): Person {
  return { id, username: id, kind: 'person', active: true, roles: ['operator'], ...change };
}

export function requirement(risk: Risk, approvers: number | undefined, emergency = false): Requirement {
  const rules = approvers === undefined ? [] : [{ match: {}, set: { approvers } }];
  const asked = requirementFor({ ...POLICY, rules }, { action: 'scale', target: 'pad', environment: null, risk });
  return demandOf(asked, { proof: 'own', emergency, mayApprove: true });
}

export function received(change: Partial<Operation> = {}): Operation {
  const asked = {
    id: 'p7k',
    action: 'scale',
    target: 'pad',
    input: { service: 'pad' },
    dryRun: false,
    emergency: null,
    requester: somebody('alice'),
    means: 'post',
    proof: 'own',
    place: { channel: 'ops', root: null, direct: false },
    createdAt: 0,
  } as const;
  return { ...newOperation(asked), ...change };
}

/** What one inbound came to. */
export interface Outcome {
  readonly before: Operation;
  readonly after: Operation;
  readonly commit: Commit;
  readonly stored: 'stored' | 'seen' | 'locked';
}

/** The store, as far as one operation needs it: the same guards as the real one, in memory. */
export class Machine {
  operation: Operation;
  votes: readonly Vote[] = [];
  locks: readonly HeldLock[] = [];
  readonly people = new Map<string, Person>();
  readonly #seen = new Set<string>();
  now = 0;

  constructor(operation: Operation, people: readonly Person[]) {
    this.operation = operation;
    for (const person of people) this.people.set(person.id, person);
  }

  /** Decides and stores, as `apply` does. @throws for what the store would refuse as a bug */
  take(inbound: Inbound): Outcome {
    const before = this.operation;
    const commit = decide({ operation: before, votes: this.votes, people: this.people }, inbound, this.now);
    if (commit.seen !== undefined && this.#seen.has(commit.seen)) return { before, after: before, commit: {}, stored: 'seen' };
    const left = commit.unlock === undefined ? this.locks : this.locks.filter(({ operation }) => operation !== commit.unlock);
    if (commit.lock !== undefined && conflict(commit.lock.operation, commit.lock.paths, left) !== null)
      return { before, after: before, commit: {}, stored: 'locked' };
    if (commit.seen !== undefined) this.#seen.add(commit.seen);
    for (const { from, to, patch } of commit.transitions ?? []) this.#move(from, to, patch);
    const { lock } = commit;
    this.locks =
      lock === undefined
        ? left
        : [
            ...left.filter(({ operation }) => operation !== lock.operation),
            ...lock.paths.map((path) => ({ path, operation: lock.operation })),
          ];
    for (const vote of commit.votes ?? []) this.votes = [...this.votes.filter((each) => !sameVote(each, vote)), vote];
    for (const gone of commit.withdrawn ?? []) this.votes = this.votes.filter((each) => !sameVote(each, gone));
    return { before, after: this.operation, commit, stored: 'stored' };
  }

  #move(from: State, to: State, patch: Partial<Operation>): void {
    if (this.operation.state !== from) throw new Error(`a transition from ${from}, but it is ${this.operation.state}`);
    if (from !== to && !mayFollow(from, to)) throw new Error(`${to} can't follow ${from}`);
    this.operation = { ...this.operation, ...patch, state: to };
  }
}

function sameVote(one: Pick<Vote, 'planHash' | 'user' | 'verdict'>, other: Pick<Vote, 'planHash' | 'user' | 'verdict'>): boolean {
  return one.planHash === other.planHash && one.user === other.user && one.verdict === other.verdict;
}
