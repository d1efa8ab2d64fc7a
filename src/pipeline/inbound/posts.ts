import { BOUNDS } from '#kernel/bounds.ts';
import { commandLines } from '#domain/command/lines.ts';
import { MARKS } from '#domain/operation/mark.ts';
import type { IncomingPost } from '#ports/chat.ts';
import type { Ack } from '../operation/ack.ts';
import type { Context } from '../operation/context.ts';
import { isWordOfThread } from '../operation/meant.ts';
import { requestOf, type Request } from '../operation/receive.ts';
import { handleRequest } from '../operation/request.ts';
import { offerMeant, takeOfferByWord } from './offers.ts';

/** Takes a reaction of vigie's off a post. */
export type Unmark = (post: string, emoji: string) => Promise<void>;

/**
 * All commands of a post, in their order, an operation each. The first that is refused stops those below it.
 * @param mention as it may stand before each line
 * @returns what became of the last one that was looked at
 */
export async function handlePost(context: Context, request: Request, mention: string): Promise<Ack> {
  const offered = request.talk === true ? null : await offerMeant(context, request);
  if (offered !== null) return await takeOfferByWord(context, offered, request);
  const found = request.talk === true ? [request.text] : commandLines(request.text, mention, context.vocabulary);
  // Together they are one command that nobody understands: all of it is refused.
  const lines = found.length > BOUNDS.commandLines.most ? [request.text] : found;
  let ack: Ack = { kind: 'duplicate' };
  let after: string | null = null;
  for (const [index, text] of lines.entries()) {
    const key = index === 0 ? request.key : `${request.key}:${index + 1}`;
    ack = await handleRequest(context, { ...request, key, text, after });
    if (ack.kind === 'refused') break;
    // Heard again after a break: what was refused then has stopped the rest.
    if (ack.kind === 'duplicate' && (await context.store.outbox.byKey(`refused:${key}`)) !== null) break;
    if (ack.kind === 'accepted') after = ack.operation;
  }
  return ack;
}

/** `oui` in the thread of a plan that waits, or of something that is offered, needs no mention: it is said to nobody else. */
export async function wordOfThread(context: Context, post: IncomingPost, now: number): Promise<Request | null> {
  const { root, integration, system, text } = post;
  if (root === null || integration || system) return null;
  const request = requestOf(post, { text: text.trim(), talk: false }, now);
  return (await isWordOfThread(context, text, root)) || (await offerMeant(context, request)) !== null ? request : null;
}

/** Told of each request and of what became of it. */
export type LastAsked = (request: Request, ack: Ack) => Promise<void>;

/** People whose last refusal is known. */
const KNOWN = 1_000;

/** Whoever says it again, and rightly, finds the mark gone from the post that was refused. */
export function lastAsked(context: Context, unmark: Unmark): LastAsked {
  const refused = new Map<string, string>();
  return async ({ user, place, post }, ack) => {
    const who = `${user} ${place.channel}`;
    const before = refused.get(who);
    refused.delete(who);
    if (ack.kind === 'refused') {
      if (post !== undefined) refused.set(who, post);
      for (const oldest of refused.keys()) if (refused.size > KNOWN) refused.delete(oldest);
      return;
    }
    if (before === undefined || before === post) return;
    for (const emoji of Object.values(MARKS))
      await unmark(before, emoji).catch((error: unknown) => context.log.warn({ error }, 'a mark could not be taken back'));
  };
}
