import type { Clock } from '#kernel/clock.ts';
import { problemOf, VigieError } from '#kernel/errors.ts';
import { personOf } from '#domain/say.ts';
import { startLoop, type Loop } from '#kernel/loop.ts';
import type { Charts } from '#ports/charts.ts';
import type { PostBody, WrittenPost } from '#ports/chat.ts';
import type { Outbox, PendingSay } from '#ports/store.ts';
import type { Renderer } from '#messages/post.ts';
import type { Language } from '#messages/templates.ts';
import { createPictures, type Pictures } from './pictures.ts';
import type { Witness } from './witness.ts';

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
  /** Called with the key of each new post, once people can react to it. */
  readonly posted: (key: string) => void;
  readonly log: { warn(data: object, text: string): void; error(data: object, text: string): void };
}

/** A post is edited at most this often. */
const EDIT_EVERY_MS = 1_000;
/** Sends of one look; the next look follows at once. */
const BATCH = 50;
const IDLE_MS = 5_000;
/** How often it is looked whether what is held back may go: whatever ends the wait wakes the loop too. */
const HELD_MS = 100;
const RETRY_MS = { first: 500, most: 30_000 } as const;
/** Clocks of vigie and of Mattermost may differ by so much when a lost post is looked for. */
const CLOCK_SKEW_MS = 120_000;

/** The loop that says what is to be said. It takes everything from the outbox, so a restart or an outage loses nothing. */
export function startSender(options: SenderOptions): Loop {
  const budget = createBudget();
  const pictures = createPictures({ ...options, ready: () => loop.wake() });
  const sending: Sending = { ...options, pictures };
  const loop = startLoop(options.clock, (stopping) =>
    sendDue(sending, budget, stopping).catch((error: unknown) => {
      options.log.error({ error }, 'the sender could not look for work');
      return RETRY_MS.first;
    }),
  );
  return loop;
}

interface Sending extends SenderOptions {
  readonly pictures: Pictures;
}

/** So many posts at once, and then one every so often: a flood of answers must not starve the acknowledgements, nor Mattermost. */
const BURST = 30;
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
      room -= 1;
    },
  };
}

/** Sends what may be sent. @returns how long to wait before the next look, in milliseconds */
async function sendDue(options: Sending, budget: Budget, signal: AbortSignal): Promise<number> {
  const room = Math.floor(budget.room(options.clock.now()));
  if (room < 1) return REFILL_MS;
  const due = await options.outbox.due(options.clock.now(), Math.min(BATCH, room));
  let waitMs = IDLE_MS;
  let sent = 0;
  let held = false;
  for (const say of due) {
    if (signal.aborted) return waitMs;
    const now = options.clock.now();
    const tooSoon = say.postId !== null && say.lastSentAt !== null ? say.lastSentAt + EDIT_EVERY_MS - now : 0;
    if (tooSoon > 0) {
      waitMs = Math.min(waitMs, tooSoon);
      held = true;
      continue;
    }
    const picture = options.pictures.of(say, options.languageOf(say.to.channel));
    if (picture === 'wait') {
      held = true;
      continue;
    }
    budget.spend();
    if ((await sendOne(options, say, picture)) === 'sent') sent += 1;
    else waitMs = Math.min(waitMs, RETRY_MS.first);
  }
  if (sent > 0 && due.length === BATCH) return 0;
  // Held back, it is due all the same: asking when the next one is would mean "now".
  if (held) return Math.max(1, Math.min(waitMs, HELD_MS));
  const next = await options.outbox.nextDue();
  if (budget.room(options.clock.now()) < 1) return REFILL_MS;
  return next === null ? waitMs : Math.max(1, Math.min(waitMs, Math.max(next - options.clock.now(), waitMs === IDLE_MS ? 0 : 1)));
}

async function sendOne(options: Sending, say: PendingSay, picture: PostBody['picture']): Promise<'sent' | 'later'> {
  const { outbox, clock } = options;
  try {
    const root = await rootOf(options, say);
    if (root === undefined) {
      await outbox.postpone(say.key, clock.now() + RETRY_MS.first);
      return 'later';
    }
    const written = await write(options, say, root, picture);
    if (written === null) {
      await outbox.postpone(say.key, clock.now());
      return 'later';
    }
    const fresh = written.postId !== say.postId;
    // Known as vigie's own before anybody can react to it for long; the seeds come after.
    const before = fresh ? [] : say.seeded;
    await outbox.sent(say.key, say.version, { ...written, seeded: before });
    const seeded = await seed(options, say, written.postId, before);
    if (seeded.length > before.length) await outbox.sent(say.key, say.version, { ...written, seeded });
    options.pictures.forget(say.key);
    if (fresh) options.posted(say.key);
    return 'sent';
  } catch (error) {
    const { code, params } = problemOf(error);
    options.pictures.forget(say.key);
    options.log.warn({ key: say.key, code, params }, 'something could not be said');
    if (code === 'chat_refused') await outbox.giveUp(say.key, say.version, JSON.stringify(params));
    else await outbox.postpone(say.key, clock.now() + backoff(say.attempts));
    return 'later';
  }
}

function backoff(attempts: number): number {
  return Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** Math.min(attempts, 10));
}

/** The thread to say it in: a post id, null for none, undefined while the post that opens the thread isn't there yet. */
async function rootOf({ outbox }: SenderOptions, say: PendingSay): Promise<string | null | undefined> {
  if (say.to.underKey === null) return say.to.root;
  const under = await outbox.postId(say.to.underKey);
  return under ?? (say.attempts > 20 ? null : undefined);
}

/** @returns null when somebody else's words stand there: what follows from that has to be decided before they are written over */
async function write(
  options: SenderOptions,
  say: PendingSay,
  root: string | null,
  picture: PostBody['picture'],
): Promise<WrittenPost | null> {
  const { renderer, languageOf } = options;
  const { publisher } = options.witness;
  const person = personOf(say.to);
  const channel = person === null ? say.to.channel : await publisher.direct(person);
  const body = renderer.render(say.message, languageOf(channel));
  if (say.postId !== null) {
    if (await isTampered(options, say, say.postId, body)) {
      await options.tampered(say.key);
      return null;
    }
    try {
      return await publisher.update(say.postId, say.key, body);
    } catch (error) {
      // Somebody deleted it: the story needs a post.
      if (!isRefused(error, [404, 403])) throw error;
    }
  }
  // Written down before doing: a try that was cut off is looked for before it is repeated.
  await options.outbox.postpone(say.key, options.clock.now());
  if (say.attempts > 0 && say.postId === null) {
    const found = await publisher.find(channel, say.key, say.createdAt - CLOCK_SKEW_MS);
    if (found !== null) return await publisher.update(found.postId, say.key, body);
  }
  return await createSomewhere(options, { ...say, to: { ...say.to, channel } }, root, { ...body, picture });
}

/** States of a plan whose post may be what somebody agrees to. */
const READ_IN: ReadonlySet<unknown> = new Set(['waiting', 'approved']);

/** Looked at before every edit of such a post: an edit of vigie's own would hide what stood there when somebody voted. */
async function isTampered({ witness }: SenderOptions, { key, message }: PendingSay, postId: string, body: PostBody): Promise<boolean> {
  if (message.template !== 'operation' || !READ_IN.has(message.data['state'])) return false;
  const now = await witness.publisher.read(postId);
  if (now === null) return false;
  return now.fingerprint !== witness.publisher.fingerprint(key, body) && !(await witness.ours(postId, now.fingerprint));
}

/** Where vigie may not write, it writes to the operations channel instead: nothing that happened stays untold. */
async function createSomewhere(options: SenderOptions, say: PendingSay, root: string | null, body: PostBody): Promise<WrittenPost> {
  const { operationsChannel } = options;
  const { publisher } = options.witness;
  try {
    return await publisher.create(say.to.channel, root, say.key, body);
  } catch (error) {
    if (root !== null && isRefused(error, [400, 404])) return await publisher.create(say.to.channel, null, say.key, body);
    if (!isRefused(error, [403, 404]) || say.to.channel === operationsChannel) throw error;
    return await publisher.create(operationsChannel, null, say.key, body);
  }
}

function isRefused(error: unknown, statuses: readonly number[]): boolean {
  return error instanceof VigieError && error.code === 'chat_refused' && statuses.includes(Number(error.params['status']));
}

/** Puts the reactions that aren't there yet, in their order. One that fails is not worth losing the post for. */
async function seed(options: SenderOptions, say: PendingSay, postId: string, before: readonly string[]): Promise<readonly string[]> {
  const seeded = [...before];
  for (const emoji of say.seeds) {
    if (seeded.includes(emoji)) continue;
    try {
      await options.witness.publisher.react(postId, emoji);
      seeded.push(emoji);
    } catch (error) {
      options.log.warn({ key: say.key, emoji, error }, 'a reaction could not be put');
    }
  }
  return seeded;
}
