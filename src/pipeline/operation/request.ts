import { problemOf, VigieError, type Problem } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { decide } from '#domain/operation/decide.ts';
import { named } from '#domain/operation/card.ts';
import type { Commit } from '#domain/operation/commit.ts';
import { newOperation } from '#domain/operation/operation.ts';
import type { MessageData, Say } from '#domain/say.ts';
import type { ReadClients } from '#ports/clients.ts';
import { StoreConflict } from '#ports/store.ts';
import type { AnyQuery } from '#kit';
import type { Ack } from './ack.ts';
import { authorize, targetOf, type Authorized } from './authorize.ts';
import { clientsFor } from './clients.ts';
import { parse } from './parse.ts';
import type { Request } from './receive.ts';
import { castTypedVote } from './vote.ts';
import type { Workshop } from './workshop.ts';

/** How long a read may take. */
const QUERY_TIMEOUT_MS = 30_000;

/**
 * The first stages, in their order: receive → parse → authorize, then an operation is stored for the runner, a read is
 * answered, or a typed vote is counted. Never throws for what a person did: that is a refusal, and it is audited.
 */
export async function handleRequest(workshop: Workshop, request: Request): Promise<Ack> {
  if (await workshop.store.operations.seen(request.key)) return { kind: 'duplicate' };
  try {
    if (request.late) throw new VigieError('stale_command');
    const parsed = parse(workshop, request.text);
    const authorized = await authorize(workshop, request, parsed);
    const { handler } = parsed.entry;
    if (handler.kind === 'vote') return await castTypedVote(workshop, request, handler.verdict, String(parsed.input['operation']));
    if (handler.kind === 'query') return await answer(workshop, request, authorized, handler);
    return await store(workshop, request, authorized);
  } catch (error) {
    if (error instanceof StoreConflict) return { kind: 'duplicate' };
    return await refuse(workshop, request, problemOf(error));
  }
}

async function store(workshop: Workshop, request: Request, { person, parsed }: Authorized): Promise<Ack> {
  const id = await workshop.store.operations.freshId();
  const now = workshop.clock.now();
  const target = targetOf(parsed);
  // What has effects is shown to everybody: a request from a direct message appears in the operations channel.
  const place = request.place.direct ? { channel: workshop.operationsChannel, root: null, direct: false } : request.place;
  const operation = newOperation({
    id,
    action: parsed.entry.handler.id,
    target,
    input: parsed.input,
    dryRun: parsed.command.dryRun,
    emergency: parsed.command.emergency,
    requester: person,
    means: request.means,
    place,
    createdAt: now,
  });
  const commit = decide({ operation, votes: [], people: new Map() }, { kind: 'requested', key: request.key, operation }, now);
  await workshop.store.operations.commit(commit);
  workshop.wake();
  return { kind: 'accepted', operation: id, action: operation.action, target };
}

/** A read: one audit entry, one answer; `help` and `whoami` answer in private where that is possible. */
async function answer(workshop: Workshop, request: Request, { person, parsed }: Authorized, handler: AnyQuery): Promise<Ack> {
  const data = await handler.run({
    input: parsed.input,
    clients: clientsFor<ReadClients>(workshop.clients, handler.uses),
    person,
    signal: AbortSignal.timeout(QUERY_TIMEOUT_MS),
  });
  const message: MessageData = { template: `answer:${handler.id}`, data: { ...data, input: parsed.input, requester: named(person) } };
  const privately = handler.private === true && request.means !== 'post';
  const silent = privately || request.means === 'socket';
  await workshop.store.operations.commit({
    seen: request.key,
    audit: [{ kind: 'read', operation: null, by: person.id, detail: { action: handler.id, input: parsed.input, means: request.means } }],
    say: silent ? [] : [reply(request, 'answer', request.thread, message)],
  });
  workshop.wake('sender');
  return silent ? { kind: 'answer', message } : { kind: 'answered' };
}

/** A refusal is audited; where there is no private acknowledgement it is said in the thread of the post that asked. */
async function refuse(workshop: Workshop, request: Request, problem: Problem): Promise<Ack> {
  const data: JsonObject = {
    id: null,
    action: null,
    target: null,
    requester: null,
    problem: { code: problem.code, params: problem.params },
  };
  const commit: Commit = {
    seen: request.key,
    audit: [
      { kind: 'refused', operation: null, by: request.user, detail: { code: problem.code, params: problem.params, means: request.means } },
    ],
    say: request.means === 'post' ? [reply(request, 'refused', request.place.root, { template: 'refusal', data })] : [],
  };
  try {
    await workshop.store.operations.commit(commit);
    workshop.wake('sender');
  } catch (error) {
    if (error instanceof StoreConflict) return { kind: 'duplicate' };
    // If even the store can't answer, whoever asked still learns why.
    workshop.log.error({ error }, 'a refusal could not be stored');
  }
  return { kind: 'refused', problem };
}

function reply(request: Request, kind: string, root: string | null, message: MessageData): Say {
  return {
    kind: 'create',
    key: `${kind}:${request.key}`,
    to: { channel: request.place.channel, root, underKey: null },
    message,
    seeds: [],
  };
}
