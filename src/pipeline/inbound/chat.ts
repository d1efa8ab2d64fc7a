import { problemOf } from '#kernel/errors.ts';
import type { Operation } from '#domain/operation/operation.ts';
import { verdictOf } from '#domain/operation/emoji.ts';
import { postKey } from '#domain/operation/operation.ts';
import type { ChatEvent, ChatEvents, IncomingPost, ReactionChange } from '#ports/chat.ts';
import type { Desk } from '../alert/desk.ts';
import { alertPostOf, reactToAlert } from '../alert/react.ts';
import { apply } from '../operation/apply.ts';
import { eligible } from '../operation/approve.ts';
import { receivePost } from '../operation/receive.ts';
import { hearEdit } from './edits.ts';
import { takeOffer } from './offers.ts';
import { handlePost, lastAsked, wordOfThread, type LastAsked, type Unmark } from './posts.ts';
import { castReaction, operationOfPost } from '../operation/vote.ts';
import type { Context } from '../operation/context.ts';
import { orLost } from './lost.ts';
import { recountVotes } from './recount.ts';
import { keepReading, readMissed, type Reading } from './reading.ts';

/** After a resync that failed, the next one is tried this much later. */
const RESYNC_AGAIN_MS = 5_000;

export interface Listening {
  /** Reads the reactions under the post with this key: somebody may have been faster than vigie's own bookkeeping. */
  rereadVotes(key: string): void;
}

/** What is listened to, and what that may concern. */
export interface Heard {
  readonly chat: ChatEvents;
  readonly desk: Desk;
  /** Whether a post that reads like this reads as vigie wrote it. */
  readonly ours: (postId: string, fingerprint: string | null) => Promise<boolean>;
  /** Called when vigie may write elsewhere than before. */
  readonly placesChanged: () => void;
  /** Takes vigie's marks off a post. */
  readonly unmark: Unmark;
}

/**
 * Listens to the chat server for as long as the signal lives. Posts become requests, reactions become votes, and after
 * every gap in the stream all that matters is read again.
 */
export async function listenToChat(
  context: Context,
  { desk, chat, ours, unmark, placesChanged }: Heard,
  signal: AbortSignal,
): Promise<Listening> {
  const progress = keepReading(context, signal);
  const last = lastAsked(context, unmark);
  let inOrder: Promise<unknown> = Promise.resolve();
  /** Resyncs asked for, and the latest one that came to its end: in between, something before the newest post may be unread. */
  const resyncs = { asked: 0, done: 0 };
  /** Reactions and resyncs one after the other: adding and taking back must not overtake each other. */
  const queue = (what: string, act: () => Promise<void>): void => {
    inOrder = inOrder.then(act).catch((error: unknown) => {
      context.log.warn({ problem: problemOf(error) }, `${what} could not be handled`);
      if (!signal.aborted) void context.clock.sleep(RESYNC_AGAIN_MS, signal).then(() => !signal.aborted && resyncSoon());
    });
  };
  const resyncSoon = (): void => {
    resyncs.asked += 1;
    const number = resyncs.asked;
    queue('resync', async () => {
      await resync({ context, chat, last }, desk);
      placesChanged();
      await recountVotes(context, null);
      resyncs.done = number;
    });
  };
  const handle = (event: ChatEvent): void => {
    switch (event.kind) {
      case 'post':
        void hear({ context, chat, last }, event.post, resyncs.done === resyncs.asked ? progress : null).catch((error: unknown) =>
          context.log.error({ error }, 'a post could not be handled'),
        );
        return;
      case 'reaction':
        if (event.reaction.user !== chat.me().id) queue('a reaction', () => react(context, desk, event.reaction));
        return;
      case 'edited':
        // In their order with the reactions: whoever votes after an edit has read what it left.
        queue('an edit', () => checkEdit(context, ours, event));
        if (event.now !== null)
          void hearEdit({ context, chat, unmark }, event.now).catch((error: unknown) =>
            context.log.error({ error }, 'an edited post could not be handled'),
          );
        return;
      case 'resync':
        resyncSoon();
        return;
      case 'places':
        context.people.expire();
        queue('a change of places', () => lookAtPlaces(context, placesChanged));
        return;
      case 'person':
        context.people.expire();
        queue("a change of somebody's account", () => recountVotes(context, event.user));
        return;
      case 'proven':
        if (resyncs.done === resyncs.asked) progress.proven(event.at);
        return;
      default:
        event satisfies never;
    }
  };
  await chat.listen(handle, signal);
  return {
    rereadVotes: (key) =>
      queue('the votes of a new post', async () => {
        const operation = await operationOfPost(context, key);
        if (operation !== null) await readVotes(context, chat, operation);
      }),
  };
}

interface Ears {
  readonly context: Context;
  readonly chat: ChatEvents;
  readonly last: LastAsked;
}

/** @param progress where it is noted that the channel is read up to here; null when something before may be unread */
async function hear({ context, chat, last }: Ears, post: IncomingPost, progress: Reading | null): Promise<void> {
  const now = context.clock.now();
  const request = receivePost(post, chat.me(), now) ?? (await wordOfThread(context, post, now));
  if (request !== null) await last(request, await handlePost(context, request, `@${chat.me().username}`));
  progress?.note(post.channel, post.at);
}

/** Posts of what is under way are looked at again: one that vigie lost goes on elsewhere. */
async function lookAtPlaces(context: Context, placesChanged: () => void): Promise<void> {
  for (const operation of await underWay(context)) await context.store.outbox.renew(postKey(operation, operation.round));
  placesChanged();
}

async function underWay({ store }: Context): Promise<readonly Operation[]> {
  return await store.operations.operations({ states: ['waiting', 'approved', 'running'], limit: 500 });
}

/** Reads again what may have been missed: posts since the last one seen, and reactions on every pending approval. */
async function resync(ears: Ears, desk: Desk): Promise<void> {
  const { context, chat } = ears;
  context.people.expire();
  await readMissed(context, chat, async (post) => {
    await hear(ears, post, null);
    await context.store.cursors.advance(post.channel, post.at);
  });
  for (const operation of await underWay(context)) await readVotes(context, chat, operation);
  await rereadAlerts(context, desk, chat);
}

/** What it is under a post decides what a reaction means. */
async function react(context: Context, desk: Desk, reaction: ReactionChange): Promise<void> {
  const post = await context.store.outbox.byPost(reaction.post);
  if (post !== null && (await takeOffer(context, post, reaction))) return;
  const alerts = post === null ? null : alertPostOf(post.key);
  await (alerts === null ? castReaction(context, reaction) : reactToAlert(context, desk, alerts, reaction));
}

/** Somebody may have taken an alert while vigie didn't listen. Only 👀 is made up for: the others start something. */
async function rereadAlerts(context: Context, desk: Desk, chat: ChatEvents): Promise<void> {
  const open = [...desk.book.groups.values()].filter((group) => group.closedAt === null);
  for (const id of new Set(open.map((group) => group.digest ?? group.id))) {
    const postId = await context.store.outbox.postId(`alert:${id}`);
    const reactions = postId === null ? [] : ((await orLost(chat.reactions(postId))) ?? []);
    const eyes = reactions.filter((reaction) => reaction.emoji === 'eyes' && reaction.user !== chat.me().id);
    for (const reaction of eyes) await reactToAlert(context, desk, id, reaction);
  }
}

/** The server's reactions are the truth: new ones are votes, and votes whose reaction is gone are withdrawn. */
async function readVotes(context: Context, chat: ChatEvents, operation: Operation): Promise<void> {
  const postId = await context.store.outbox.postId(postKey(operation, operation.round));
  if (postId === null || operation.plan === null) return;
  const me = chat.me().id;
  const reactions = await orLost(chat.reactions(postId));
  // A post that vigie can't look at says nothing about the votes that were given there: the story goes on in another one.
  if (reactions === null) {
    await context.store.outbox.renew(postKey(operation, operation.round));
    return context.wake('sender');
  }
  const there = reactions.filter((reaction) => reaction.user !== me);
  const stored = await context.store.operations.votes(operation.id);
  const planHash = operation.plan.hash;
  const gone = stored.filter(
    (vote) => vote.means === 'reaction' && vote.planHash === planHash && !there.some((reaction) => sameVote(reaction, vote)),
  );
  for (const { user, verdict } of gone) await apply(context, operation.id, { kind: 'withdrawn', user, planHash, verdict });
  for (const reaction of there)
    if (!stored.some((vote) => vote.planHash === planHash && sameVote(reaction, vote))) await castReaction(context, reaction);
}

function sameVote(reaction: ReactionChange, vote: { readonly user: string; readonly verdict: string }): boolean {
  return reaction.user === vote.user && verdictOf(reaction.emoji) === vote.verdict;
}

/** An edit of the post of a pending plan that isn't vigie's own makes the plan stale. */
async function checkEdit(
  context: Context,
  ours: (postId: string, fingerprint: string | null) => Promise<boolean>,
  { post: postId, fingerprint }: Extract<ChatEvent, { kind: 'edited' }>,
): Promise<void> {
  const post = await context.store.outbox.byPost(postId);
  const operation = post === null ? null : await operationOfPost(context, post.key);
  if (post === null || operation === null || (await ours(postId, fingerprint))) return;
  if (fingerprint === null && operation.state === 'running') {
    await context.store.outbox.renew(post.key);
    return context.wake('sender');
  }
  await declareTampered(context, post.key);
}

/** Whoever reads a plan's post doesn't read what vigie wrote: while it waits, it is asked for again. */
export async function declareTampered(context: Context, key: string): Promise<void> {
  const operation = await operationOfPost(context, key);
  if (operation === null || (operation.state !== 'waiting' && operation.state !== 'approved')) return;
  await apply(context, operation.id, { kind: 'tampered', by: null }, await eligible(context, operation));
}
