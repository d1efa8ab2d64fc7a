import { deadline } from '#kernel/abort.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { problemOf, VigieError } from '#kernel/errors.ts';
import { isRecord, type JsonObject } from '#kernel/json.ts';
import { decide } from '#domain/operation/decide.ts';
import { resolveUntil, type Until } from '#domain/command/until.ts';
import { AT_MOST_MS, askedBy, MOST_OPEN, UNDER_WAY } from '#domain/operation/limits.ts';
import { newOperation, postKey, type Operation, type Person, type Place } from '#domain/operation/operation.ts';
import { directTo, type Destination, type MessageData, type OutboxEntry } from '#domain/outbox-entry.ts';
import type { ReadClients } from '#ports/clients.ts';
import { StoreConflict } from '#ports/store.ts';
import type { AnyQuery } from '#actions/definition.ts';
import type { Ack } from './ack.ts';
import { authorize, leastRisk, mayAsk, targetOf, type Authorized } from './authorize.ts';
import { clientsFor } from './clients.ts';
import { locate } from './locate.ts';
import { meantText } from './meant.ts';
import { parse, type Parsed } from './parse.ts';
import { prove, type Proven } from './prove.ts';
import { refuse } from './refuse.ts';
import type { Request } from './receive.ts';
import { castTypedVote } from './vote.ts';
import type { Context } from './context.ts';

/** How long a read may take. */
const QUERY_TIMEOUT_MS = 30_000;

/**
 * The first stages, in their order: receive → prove → parse → authorize, then an operation is stored for the runner, a read is
 * answered, or a typed vote is counted. Never throws for what a person did: that is a refusal, and it is audited.
 */
export async function handleRequest(context: Context, received: Request): Promise<Ack> {
  if (await context.store.operations.seen(received.key)) return { kind: 'duplicate' };
  let request = received;
  try {
    const proven = await prove(context, received);
    ({ request } = proven);
    if (request.key !== received.key && (await context.store.operations.seen(request.key))) return { kind: 'duplicate' };
    // Counted once it is proven: nobody uses up what somebody else may ask for.
    const pace = context.pace.admit(`${proven.proof} ${request.user}`, request.at);
    const tooMany = new VigieError('requests_too_many', { limit: BOUNDS.requests.most });
    // Neither stored nor answered in the channel: that would cost as much as what it refuses.
    if (pace === 'ignore') return { kind: 'refused', problem: problemOf(tooMany), offer: null };
    if (pace === 'refuse') throw tooMany;
    if (request.edited) throw new VigieError('edited_command');
    if (request.late) throw new VigieError('stale_command');
    if (request.talk === true) throw new VigieError('only_quoted');
    return await handleProven(context, proven);
  } catch (error) {
    if (error instanceof StoreConflict) return { kind: 'duplicate' };
    return await refuse(context, request, problemOf(error));
  }
}

async function handleProven(context: Context, proven: Proven): Promise<Ack> {
  const parsed = parse(context, await meantText(context, proven.request));
  const { handler } = parsed.entry;
  const { request } = proven;
  const told = handler.kind === 'vote' || (handler.kind === 'query' && handler.private === true);
  const [authorized, place] = await Promise.all([
    authorize(context, proven, parsed),
    told && request.means !== 'post' ? null : locate(context, request),
  ]);
  if (handler.kind === 'vote') return await castTypedVote(context, request, handler.verdict, parsed.input);
  if (handler.kind === 'query') return await answer(context, authorized, handler, place);
  return await store(context, authorized, place);
}

/** @throws operation_waits: the same is asked for already, and nobody has to be asked twice */
async function refuseRepeated(context: Context, { entry, input, command }: Parsed, underWay: readonly Operation[]): Promise<void> {
  // A look at a plan asks nobody.
  if (command.dryRun) return;
  const wanted = JSON.stringify([entry.handler.id, input, false, command.emergency]);
  const same = underWay.find(
    (each) =>
      each.state !== 'running' && each.job === null && wanted === JSON.stringify([each.action, each.input, each.dryRun, each.emergency]),
  );
  if (same === undefined) return;
  const post = await context.store.outbox.postId(postKey(same, same.round));
  const link = post === null ? null : context.linkTo(post);
  throw new VigieError('operation_waits', {
    id: same.id,
    action: same.action,
    target: same.target,
    requester: same.requester.username,
    link,
  });
}

/** @throws at_past, at_far */
function hourOf({ clients }: Context, at: Until | null, now: number): number | null {
  if (at === null) return null;
  const hour = resolveUntil(at, now, clients.self.timezone());
  if (hour <= now) throw new VigieError('at_past', { at: hour });
  if (hour - now > AT_MOST_MS) throw new VigieError('at_far', { at: hour, limit: AT_MOST_MS });
  return hour;
}

/** More than this are open at a time only when somebody wants to keep everybody busy. */
const ALL_OPEN = 1_000;

async function store(context: Context, { person, parsed, proven }: Authorized, asked: Place | null): Promise<Ack> {
  const underWay = await context.store.operations.operations({ states: UNDER_WAY, limit: ALL_OPEN });
  const open = askedBy(underWay, person.id);
  if (open >= MOST_OPEN) throw new VigieError('operations_many', { open, limit: MOST_OPEN });
  await refuseRepeated(context, parsed, underWay);
  const { request, proof } = proven;
  const id = await context.store.operations.freshId();
  const now = context.clock.now();
  const target = targetOf(parsed);
  // What has effects is shown to everybody: a request from a direct message, or from where vigie or its author isn't, appears in the
  // operations channel.
  const shown = leastRisk(parsed.entry) !== 'read';
  const place = asked === null || (asked.direct && shown) ? { channel: context.operationsChannel, root: null, direct: false } : asked;
  const operation = newOperation({
    id,
    action: parsed.entry.handler.id,
    target,
    input: parsed.input,
    dryRun: parsed.command.dryRun,
    emergency: parsed.command.emergency,
    requester: person,
    means: request.means,
    proof,
    place,
    origin: { post: request.post ?? null, text: request.text, place: request.place, thread: request.thread },
    after: request.after ?? null,
    at: hourOf(context, parsed.at, now),
    createdAt: now,
  });
  await context.store.operations.note(
    decide({ operation, votes: [], people: new Map() }, { kind: 'requested', key: request.key, operation }, now),
  );
  context.wake();
  // Whoever is told now that it was accepted was promised it. A post is read again, and what comes of it promised in the plan's.
  if (request.means !== 'post') await context.store.operations.settled();
  return {
    kind: 'accepted',
    operation: id,
    action: operation.action,
    target,
    elsewhere: place === asked ? null : asked === null ? 'uninvited' : 'direct',
  };
}

/**
 * A read: one audit entry, one answer. `help` and `whoami` answer in private where that is possible, and so does everything that was
 * asked where not both the person and vigie are (`place` is null). What was signed by nobody is answered to the person alone, never to whoever sent it.
 */
async function answer(context: Context, { person, parsed, proven }: Authorized, handler: AnyQuery, place: Place | null): Promise<Ack> {
  const { request, proof } = proven;
  const given = {
    input: parsed.input,
    clients: clientsFor<ReadClients>(context.clients, handler.uses),
    person,
    signal: deadline(QUERY_TIMEOUT_MS, () => new VigieError('too_slow', { action: handler.id, limit: QUERY_TIMEOUT_MS })),
  };
  const goesOn = handler.goesOnFor?.(parsed.input) ?? null;
  if (goesOn !== null && request.means === 'socket') throw new VigieError('answer_needs_thread', { action: handler.id });
  if (goesOn !== null) context.follows.require(person.id);
  const data = await context.reads.of(person.id, async () => {
    const about = await handler.target?.(given);
    if (about != null) mayAsk(context, person, parsed.entry, about);
    return await handler.run(given);
  });
  const message: MessageData = { template: `answer:${handler.id}`, data };
  const privately = place === null;
  // An acknowledgement carries no file and no picture.
  const letter = proof === 'unsigned' || (privately && (isRecord(data['file']) || isRecord(data['picture'])));
  const silent = !letter && (privately || request.means === 'socket');
  const at: Destination = letter || place === null ? directTo(person.id) : { channel: place.channel, root: request.thread, underKey: null };
  // The post doesn't wait for the disk: the key in its props keeps it from being said twice, whatever a power cut takes.
  await context.store.operations.note({
    seen: request.key,
    audit: [{ kind: 'read', operation: null, by: person.id, detail: { action: handler.id, input: parsed.input, means: request.means } }],
    say: silent ? [] : [reply(request, 'answer', at, message)],
  });
  context.wake('sender');
  if (goesOn !== null && !silent) goOn(context, { request, person, at, answer: data }, handler, parsed.input);
  const uninvited = place === null && handler.private !== true && request.means === 'slash';
  const locale = handler.private === true ? context.people.localeOf(person.id) : null;
  return silent ? { kind: 'answer', message, locale, uninvited } : { kind: letter ? 'answered-direct' : 'answered' };
}

interface Answered {
  readonly request: Request;
  readonly person: Person;
  readonly at: Destination;
  readonly answer: JsonObject;
}

/** What goes on after the answer is said in its thread, each post under a key of its own. */
function goOn(context: Context, { request, person, at, answer: data }: Answered, handler: AnyQuery, input: Parsed['input']): void {
  const to: Destination = at.root === null ? { ...at, underKey: `answer:${request.key}` } : at;
  const clients = clientsFor<ReadClients>(context.clients, handler.uses);
  context.follows.start(person.id, async (signal) => {
    let said = 0;
    const pause = async (ms: number): Promise<void> => {
      await context.clock.sleep(ms, signal);
      signal.throwIfAborted();
    };
    const say = async (more: JsonObject): Promise<void> => {
      said += 1;
      const message = { template: `answer:${handler.id}`, data: more };
      await context.store.operations.note({ say: [reply(request, `more:${said}`, to, message)] });
      context.wake('sender');
    };
    await handler.goOn?.({ input, clients, person, signal, answer: data, pause, say });
  });
}

function reply(request: Request, kind: string, to: Destination, message: MessageData): OutboxEntry {
  return {
    kind: 'create',
    key: `${kind}:${request.key}`,
    to,
    message,
    seeds: [],
  };
}
