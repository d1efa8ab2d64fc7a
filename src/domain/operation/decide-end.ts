import { isJsonObject, type Json } from '#kernel/json.ts';
import { operationPost, named } from './card.ts';
import { amend, move, type Commit } from './commit.ts';
import { note } from './decide-plan.ts';
import type { Inbound, Outcome, Situation } from './inbound.ts';
import { MENTION_AFTER_MS } from './limits.ts';
import { isOpenEmergency, type Operation, type Person } from './operation.ts';
import { isFinal } from './states.ts';
import type { OutboxEntry } from '../outbox-entry.ts';

/** How far a running operation is; only its post changes. */
export function decideProgress({ operation }: Situation, progress: Json): Commit {
  if (operation.state !== 'running') return {};
  return {
    transitions: [amend(operation, { progress })],
    say: [operationPost({ ...operation, progress })],
  };
}

/** The end. What ended badly, took long or has something to be read mentions its requester in the thread, since an edit notifies nobody and takes no file. */
export function decideEnd({ operation }: Situation, outcome: Outcome, now: number): Commit {
  if (operation.state !== 'running') return {};
  const patch: Partial<Operation> = { result: outcome.result, problem: outcome.problem, endedAt: now };
  const after: Operation = { ...operation, ...patch, state: outcome.state };
  const tookLong = operation.startedAt !== null && now - operation.startedAt >= MENTION_AFTER_MS;
  // Whoever looked on, or stopped looking, knows that it is over.
  const looked = operation.plan?.risk === 'read' && (outcome.state === 'succeeded' || outcome.state === 'cancelled');
  const tells = (!looked && (outcome.state !== 'succeeded' || tookLong)) || hasMore(outcome.result);
  return {
    transitions: [move(operation, outcome.state, patch)],
    // Nobody knows what an indeterminate operation left behind: its locks stay until a person settles it.
    ...(outcome.state === 'indeterminate' ? {} : { unlock: operation.id }),
    audit: [
      {
        kind: outcome.state,
        operation: operation.id,
        by: 'vigie',
        detail: {
          result: outcome.result,
          problem: outcome.problem === null ? null : { code: outcome.problem.code, params: outcome.problem.params },
        },
      },
    ],
    say: [operationPost(after), ...(tells ? [ending(after)] : [])],
  };
}

/** What another system said of a success that isn't quite one, or a file. */
function hasMore(result: Json): boolean {
  return result !== null && isJsonObject(result) && (typeof result['log'] === 'string' || result['file'] !== undefined);
}

function fileIn(result: Json): { readonly file?: Json } {
  return result !== null && isJsonObject(result) && result['file'] !== undefined ? { file: result['file'] } : {};
}

/** Told to its requester in the thread. */
export function ending(operation: Operation): OutboxEntry {
  return note(operation, 'ended', 'ended', {
    state: operation.state,
    cancelled_by: operation.cancelledBy,
    requester: named(operation.requester),
    job: operation.job?.name ?? null,
    input: operation.input,
    basis: operation.plan?.basis ?? null,
    result: operation.result,
    ...fileIn(operation.result),
    problem: operation.problem === null ? null : { code: operation.problem.code, params: operation.problem.params },
  });
}

/** A person looked and says how an indeterminate operation ended. */
export function decideSettled({ operation }: Situation, inbound: Extract<Inbound, { kind: 'settled' }>, now: number): Commit {
  if (operation.state !== 'indeterminate') return {};
  const to = inbound.outcome === 'done' ? 'succeeded' : 'failed';
  const patch: Partial<Operation> = {
    endedAt: now,
    problem: { code: 'settled', params: { by: inbound.by.username, reason: inbound.reason } },
  };
  return {
    transitions: [move(operation, to, patch)],
    unlock: operation.id,
    audit: [{ kind: 'settled', operation: operation.id, by: inbound.by.id, detail: { outcome: inbound.outcome, reason: inbound.reason } }],
    say: [operationPost({ ...operation, ...patch, state: to })],
  };
}

/** An emergency is closed by somebody who didn't ask for it, and has seen its end. */
export function decideClosed({ operation }: Situation, by: Person): Commit {
  if (!isOpenEmergency(operation) || !isFinal(operation.state) || by.id === operation.requester.id) return {};
  const patch = { closedBy: by.username };
  return {
    transitions: [amend(operation, patch)],
    audit: [{ kind: 'emergency-closed', operation: operation.id, by: by.id, detail: {} }],
    say: [operationPost({ ...operation, ...patch })],
  };
}
