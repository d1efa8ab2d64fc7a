import type { Clock } from '#kernel/clock.ts';
import { problemOf } from '#kernel/errors.ts';
import { isRecord } from '#kernel/json.ts';
import { startLoop, type Loop } from '#kernel/loop.ts';
import type { Destination } from '#domain/outbox-entry.ts';
import type { Charts } from '#ports/charts.ts';
import type { PostBody } from '#ports/chat.ts';
import type { Outbox, PendingEntry } from '#ports/store.ts';
import type { Renderer } from '#messages/post.ts';
import type { Language } from '#messages/templates.ts';
import { createDoubts, type Doubts } from './doubts.ts';
import { lanesOf } from './lanes.ts';
import { createLeftBehind, type LeftBehind } from './left-behind.ts';
import { createPictures, type Pictures } from './pictures.ts';
import type { Refusals } from './refusals.ts';
import { createSeeds, type Seeds } from './seeds.ts';
import { createStragglers, type Lane, type Stragglers } from './stragglers.ts';
import { createTries, type Tries } from './tries.ts';
import type { Witness } from './witness.ts';
import { write } from './write.ts';

export interface SenderOptions {
  readonly outbox: Outbox;
  readonly witness: Witness;
  readonly renderer: Renderer;
  /** Null: posts have no pictures. */
  readonly charts: Charts | null;
  readonly clock: Clock;
  readonly languageOf: (channel: string) => Language;
  /** Where something is said that can't be said where it was meant. */
  readonly operationsChannel: string;
  /** Called when words that aren't vigie's stand in the post of a plan that people may be reading: what follows is said then. */
  readonly tampered: (key: string) => Promise<void>;
  readonly refusals: Refusals;
  /** Called with the key of each new post, once people can react to it. */
  readonly posted: (key: string) => void;
  readonly log: { warn(data: object, text: string): void; error(data: object, text: string): void };
}

export interface Sender extends Loop {
  /** Where vigie may write is another matter than it was: posts that were left behind are tried again. */
  placesChanged(): void;
}

/** A post is edited at most this often. */
const EDIT_EVERY_MS = 1_000;
/** Sends of one look; the next look follows at once. */
const BATCH = 50;
const IDLE_MS = 5_000;
/** How often it is looked whether what is held back may go: whatever ends the wait wakes the loop too. */
const HELD_MS = 100;
const RETRY_MS = { first: 500, most: 30_000 } as const;
/** What nobody takes isn't asked for more often. */
const REFUSED_RETRY_MS = 300_000;

/** The loop that says what is to be said. It takes everything from the outbox, so a restart or an outage loses nothing. */
export function startSender(options: SenderOptions): Sender {
  const budget = createBudget();
  const pictures = createPictures({ ...options, ready: () => loop.wake() });
  const stragglers = createStragglers(options.clock, (error) => {
    if (error !== null) options.log.error({ error }, 'what was said late could not be kept');
    loop.wake();
  });
  const sending: Sending = {
    ...options,
    pictures,
    stragglers,
    tries: createTries(options.outbox),
    doubts: createDoubts(),
    seeds: createSeeds(options),
  };
  const left = createLeftBehind(options);
  const loop = startLoop(options.clock, (stopping) =>
    sendAll(sending, budget, left, stopping).catch((error: unknown) => {
      options.log.error({ error }, 'the sender could not look for work');
      return RETRY_MS.first;
    }),
  );
  return {
    wake: () => loop.wake(),
    async stop() {
      await loop.stop();
      await stragglers.over();
    },
    placesChanged() {
      left.due();
      loop.wake();
    },
  };
}

interface Sending extends SenderOptions {
  readonly pictures: Pictures;
  readonly doubts: Doubts;
  readonly tries: Tries;
  readonly seeds: Seeds;
  readonly stragglers: Stragglers;
}

/** So many posts at once, and then one every so often: a flood of answers must not starve the acknowledgements, nor Mattermost. */
const BURST = 30;
/** What is no flood waits for nothing: a question, its answer, the next question. */
const FEW = 3;
const REFILL_MS = 25;

interface Budget {
  room(now: number): number;
  spend(): void;
}

function createBudget(): Budget {
  let room = BURST;
  let at = 0;
  return {
    room(now) {
      room = Math.min(BURST, room + Math.max(0, now - at) / REFILL_MS);
      at = now;
      return room;
    },
    spend() {
      room = Math.max(0, room - 1);
    },
  };
}

async function sendAll(options: Sending, budget: Budget, left: LeftBehind, signal: AbortSignal): Promise<number> {
  const waitMs = await sendDue(options, budget, signal);
  // What people wait for goes first.
  if (waitMs === 0 || signal.aborted) return waitMs;
  await left.look(signal);
  while (!signal.aborted) {
    const restMs = await options.seeds.putOne();
    if (restMs === null) return waitMs;
    if (restMs > 0) return Math.min(waitMs, restMs);
    if ((await options.outbox.due(options.clock.now(), 1, options.stragglers.ways())).length > 0) return Math.min(waitMs, HELD_MS);
  }
  return waitMs;
}

/** Sends what may be sent. @returns how long to wait before the next look, in milliseconds */
async function sendDue(options: Sending, budget: Budget, signal: AbortSignal): Promise<number> {
  const room = Math.floor(budget.room(options.clock.now()));
  const { stragglers } = options;
  const due = await options.outbox.due(options.clock.now(), Math.max(FEW + 1, Math.min(BATCH, room)), stragglers.ways());
  if (room <= FEW && due.length > FEW) return REFILL_MS * (FEW + 1 - room);
  const round: Round = { budget, waitMs: IDLE_MS, sent: 0, held: false };
  const { first, rest } = lanesOf(due);
  const lane = (says: readonly PendingEntry[]): Lane => ({
    ways: [...new Set(says.map(({ to }) => to.channel))],
    run: (late) => sendLane(options, round, says, () => late() || signal.aborted),
  });
  // Where one is late, what may name its posts is asked for anew.
  if (!((await stragglers.run(first.map(lane))) && (await stragglers.run([lane(rest)])))) round.held = true;
  const { waitMs, sent, held } = round;
  if (signal.aborted) return waitMs;
  if (sent > 0 && due.length === BATCH) return 0;
  // Held back, it is due all the same: asking when the next one is would mean "now".
  if (held) return Math.max(1, Math.min(waitMs, HELD_MS));
  const next = await options.outbox.nextDue(stragglers.ways());
  return next === null ? waitMs : Math.max(1, Math.min(waitMs, Math.max(next - options.clock.now(), waitMs === IDLE_MS ? 0 : 1)));
}

/** What a look at all that is due comes to. */
interface Round {
  readonly budget: Budget;
  waitMs: number;
  sent: number;
  held: boolean;
}

/** One after the other, in their order. */
async function sendLane(options: Sending, round: Round, says: readonly PendingEntry[], stopped: () => boolean): Promise<void> {
  for (const say of says) {
    if (stopped()) return;
    const now = options.clock.now();
    const tooSoon = say.postId !== null && say.lastSentAt !== null ? say.lastSentAt + EDIT_EVERY_MS - now : 0;
    if (tooSoon > 0) {
      round.waitMs = Math.min(round.waitMs, tooSoon);
      round.held = true;
      continue;
    }
    const picture = options.pictures.of(say, options.languageOf(say.to.channel));
    if (picture === 'wait') {
      round.held = true;
      continue;
    }
    round.budget.spend();
    const end = await sendOne(options, say, picture);
    if (end === 'sent') round.sent += 1;
    else if (end === 'held') round.held = true;
    else round.waitMs = Math.min(round.waitMs, RETRY_MS.first);
  }
}

async function sendOne(options: Sending, say: PendingEntry, picture: PostBody['picture']): Promise<'sent' | 'later' | 'held'> {
  const { outbox, clock } = options;
  try {
    const thread = await threadOf(options, say);
    const linked = thread === null ? null : await withLinks(options, say);
    if (thread === null || linked === null) {
      // The post that it names may be the one that is late.
      if (options.stragglers.ways().length > 0) return 'held';
      await outbox.postpone(say.key, clock.now() + RETRY_MS.first);
      return 'later';
    }
    const there = { ...linked, to: { ...say.to, channel: thread.channel } };
    const done = await write(options, there, { root: thread.root, picture, from: options.doubts.plainness(say.key) });
    if (done === null) {
      await outbox.postpone(say.key, clock.now());
      return 'later';
    }
    const { moved, ...written } = done;
    if (moved?.why != null) await options.refusals.moved(say, moved.why);
    options.doubts.said(say.key);
    const fresh = written.postId !== say.postId;
    // Known as vigie's own before anybody can react to it for long; the seeds come after.
    const before = fresh ? [] : say.seeded;
    await outbox.sent(say.key, say.version, { ...written, seeded: before, ...(moved === null ? {} : { moved }) });
    options.tries.known(say.key);
    options.seeds.add(say, written.postId, before);
    options.pictures.forget(say.key);
    if (fresh) await mark(options, say);
    if (fresh) options.posted(say.key);
    return 'sent';
  } catch (error) {
    const { code, params } = problemOf(error);
    options.pictures.forget(say.key);
    options.log.warn({ key: say.key, code, params }, 'something could not be said');
    options.doubts.failed(say.key, { code, params });
    if (code !== 'chat_refused') await outbox.postpone(say.key, clock.now() + backoff(say.attempts));
    // An alert is never given up: somebody may invite vigie again.
    else if ((await options.refusals.refused(say, { code, params })) === 'keep')
      await outbox.postpone(say.key, clock.now() + REFUSED_RETRY_MS);
    else await outbox.giveUp(say.key, say.version, JSON.stringify(params));
    return 'later';
  }
}

/** A refusal marks the post that asked. That it can't be is not worth the refusal. */
async function mark(options: SenderOptions, { key, message: { data } }: PendingEntry): Promise<void> {
  const { mark: wanted } = data;
  if (!isRecord(wanted) || typeof wanted['post'] !== 'string' || typeof wanted['emoji'] !== 'string') return;
  try {
    await options.witness.publisher.react(wanted['post'], wanted['emoji']);
  } catch (error) {
    options.log.warn({ key, error }, 'a post could not be marked');
  }
}

function backoff(attempts: number): number {
  return Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** Math.min(attempts, 10));
}

/** The thread to say it in, where the post that opens it stands by now; null while that post isn't there yet. */
async function threadOf({ outbox }: SenderOptions, { to, attempts }: PendingEntry): Promise<Pick<Destination, 'channel' | 'root'> | null> {
  if (to.underKey === null) return to;
  const under = await outbox.byKey(to.underKey);
  if (under !== null) return { channel: under.channel, root: under.postId };
  return attempts > 20 ? { channel: to.channel, root: null } : null;
}

/** With the addresses of the posts that its words lead to; null while one of them isn't there yet. */
async function withLinks({ outbox, witness }: SenderOptions, say: PendingEntry): Promise<PendingEntry | null> {
  const { link_to: key, back_to: post } = say.message.data;
  if (typeof key !== 'string' && typeof post !== 'string') return say;
  const there = typeof key === 'string' ? await outbox.postId(key) : null;
  if (typeof key === 'string' && there === null && say.attempts <= 20) return null;
  const data = {
    ...say.message.data,
    link: there === null ? null : witness.publisher.link(there),
    back: typeof post === 'string' ? witness.publisher.link(post) : null,
  };
  return { ...say, message: { ...say.message, data } };
}
