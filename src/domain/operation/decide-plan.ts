import type { Problem } from '#kernel/errors.ts';
import { named, operationPost } from './card.ts';
import { move, type AuditEntry, type Commit } from './commit.ts';
import type { Inbound, Proposal, Situation } from './inbound.ts';
import { APPROVE_WITHIN_MS, startBy } from './limits.ts';
import { refusalSaid } from './refusal.ts';
import { asksSomebody } from './policy.ts';
import type { Asked, Operation, Person } from './operation.ts';
import { inThread, type OutboxEntry } from '../outbox-entry.ts';
import { postKey } from './operation.ts';

/** A new operation: stored before anything else is done about it. */
export function decideRequested(operation: Operation, key: string): Commit {
  const detail = {
    action: operation.action,
    target: operation.target,
    input: operation.input,
    means: operation.means,
    proof: operation.proof,
    username: operation.requester.username,
    job: operation.job === null ? null : { name: operation.job.name, due_at: operation.job.dueAt },
    dry_run: operation.dryRun,
    emergency: operation.emergency,
  };
  return {
    seen: key,
    create: operation,
    audit: [{ kind: 'requested', operation: operation.id, by: operation.requester.id, detail }],
  };
}

/** The plan is there: nothing to do, nobody to ask, or a post that asks. */
export function decidePlanned({ operation }: Situation, proposal: Proposal, now: number): Commit {
  if (operation.state !== 'received') return {};
  if (proposal.plan.effects.length === 0 || operation.dryRun) return endWithoutEffect(operation, proposal, now);
  const { requirement, plan } = proposal;
  const asks = asksSomebody(requirement);
  const asked = whoIsAsked({ ...operation, requirement }, proposal.eligible);
  const patch: Partial<Operation> = {
    plan,
    target: proposal.target,
    requirement,
    round: 1,
    approveBy: asks ? now + APPROVE_WITHIN_MS : null,
    startBy: asks ? null : startBy(operation, now),
    asked,
  };
  const to = asks ? 'waiting' : 'approved';
  const after: Operation = { ...operation, ...patch, state: to };
  return {
    transitions: [move(operation, to, patch)],
    audit: [plannedEntry(operation, proposal)],
    say: [operationPost(after, { missing: requirement.approvers }), ...whereItIs(after)],
  };
}

export function plannedEntry(operation: Operation, { plan, target, requirement }: Proposal): AuditEntry {
  const { risk, approvers, confirm } = requirement;
  const detail = { target, hash: plan.hash, effects: plan.effects, risk, approvers, confirm };
  return { kind: 'planned', operation: operation.id, by: 'vigie', detail };
}

/** For a change, the requester's own vote will do: only they are asked, unless several have to agree. Else everybody who may approve, where somebody has to. */
export function whoIsAsked({ requirement, requester }: Operation, eligible: readonly Person[]): readonly Asked[] {
  if (requirement === null || requirement.approvers === 0) return [];
  if (requirement.requesterCounts) {
    const own = requirement.confirm ? [] : [requester];
    const others = requirement.approvers === 1 ? [] : eligible.filter((person) => person.id !== requester.id);
    return [...own, ...others].map(askedOf);
  }
  return eligible.filter((person) => person.id !== requester.id).map(askedOf);
}

/** Asked for in a direct message or in a thread, it has its post elsewhere: there it is said where. */
function whereItIs({ id, action, target, origin }: Operation): readonly OutboxEntry[] {
  if (origin === null || (!origin.place.direct && origin.thread === null)) return [];
  const { channel } = origin.place;
  // A remedy's thread is that of its alert: its own post stands beside it.
  const root = origin.place.root ?? origin.thread;
  const data = { id, action, target, link_to: postKey({ id }, 1), link: null };
  return [
    { kind: 'create', key: `asked:${id}`, to: { channel, root, underKey: null }, message: { template: 'notice:asked', data }, seeds: [] },
  ];
}

function askedOf({ id, username }: Person): Asked {
  return { id, username };
}

function endWithoutEffect(operation: Operation, { plan, target, requirement }: Proposal, now: number): Commit {
  const patch: Partial<Operation> = { plan, target, requirement, round: 1, endedAt: now };
  const after: Operation = { ...operation, ...patch, state: 'succeeded' };
  return {
    transitions: [move(operation, 'succeeded', patch)],
    audit: [{ kind: operation.dryRun ? 'dry-run' : 'unchanged', operation: operation.id, by: 'vigie', detail: { hash: plan.hash } }],
    say: [operationPost(after), ...whereItIs(after)],
  };
}

/** Planning found a reason not to: nobody is asked, and the reason says what to do next. */
export function decidePlanRefused(
  { operation }: Situation,
  { problem, offer = null }: Extract<Inbound, { kind: 'plan-refused' }>,
  now: number,
): Commit {
  if (operation.state !== 'received') return {};
  return {
    transitions: [move(operation, 'refused', { problem, endedAt: now })],
    audit: [{ kind: 'refused', operation: operation.id, by: 'vigie', detail: { code: problem.code, params: problem.params } }],
    say: [refusal(operation, problem, offer)],
  };
}

/** A refusal answers where the command was given: in the thread of the post that asked, if there is one. */
function refusal(operation: Operation, problem: Problem, offer: string | null): OutboxEntry {
  const { origin, requester } = operation;
  const { channel, root } = origin?.place.direct === true ? origin.place : operation.place;
  const said = {
    id: operation.id,
    action: operation.action,
    target: operation.target,
    requester: named(requester),
    problem: { code: problem.code, params: problem.params },
  };
  const of = origin === null ? null : { user: requester.id, place: origin.place, thread: origin.thread };
  return refusalSaid(`refused:${operation.id}`, { channel, root, underKey: null }, said, { post: origin?.post ?? null, offer, of });
}

/** A line in the thread of the operation's current post. */
export function note(operation: Operation, key: string, template: string, data: OutboxEntry['message']['data']): OutboxEntry {
  return {
    kind: 'create',
    key: `${key}:${operation.id}:${operation.round}`,
    to: inThread(operation.place.channel, postKey(operation, operation.round)),
    message: { template, data: { id: operation.id, action: operation.action, target: operation.target, ...data } },
    seeds: [],
  };
}
