import { z } from 'zod';
import { sha256 } from '#kernel/hash.ts';
import { OFFER } from '#domain/operation/emoji.ts';
import type { Offer } from '#domain/operation/refusal.ts';
import type { ReactionChange } from '#ports/chat.ts';
import type { SentPost } from '#ports/store.ts';
import type { Ack } from '../operation/ack.ts';
import type { Context } from '../operation/context.ts';
import { operationOfThread, saysYes } from '../operation/meant.ts';
import type { Request } from '../operation/receive.ts';
import { handleRequest } from '../operation/request.ts';

/** How long an offer stands: whoever comes back to it later has forgotten what it was about. */
const OFFER_FRESH_MS = 15 * 60_000;

const offerSchema = z.object({
  text: z.string(),
  user: z.string(),
  place: z.object({ channel: z.string(), root: z.string().nullable(), direct: z.boolean() }),
  thread: z.string().nullable(),
});

/** What a post of vigie's offers to run; null for nothing. */
function offerOf({ message }: SentPost): Offer | null {
  const read = offerSchema.safeParse(message.data['offer']);
  return read.success ? read.data : null;
}

/**
 * The reaction of whoever an offer is for sends its command in their name, through all stages.
 * @returns whether the post offers something: then the reaction means nothing else
 */
export async function takeOffer(context: Context, post: SentPost, { added, user, emoji, at }: ReactionChange): Promise<boolean> {
  const offer = offerOf(post);
  if (offer === null) return false;
  if (!added || emoji !== OFFER || user !== offer.user) return true;
  await send(context, post, offer, { at, edited: false, late: false });
  return true;
}

interface Offered {
  readonly post: SentPost;
  readonly offer: Offer;
}

/**
 * What `yes` accepts in a thread: the newest offer to whoever says it that stood there before.
 * @returns null where nothing is offered to them: then the word means something else
 */
export async function offerMeant(
  context: Context,
  { user, thread, text, at }: Pick<Request, 'user' | 'thread' | 'text' | 'at'>,
): Promise<Offered | null> {
  if (thread === null || !saysYes(text) || (await operationOfThread(context, thread)) !== null) return null;
  const said = await context.store.outbox.inThread(thread, context.clock.now() - OFFER_FRESH_MS);
  for (const post of said) {
    const offer = offerOf(post);
    if (offer?.user === user && post.createdAt < at) return { post, offer };
  }
  return null;
}

/** The word counts as the tap of whoever said it. */
export async function takeOfferByWord(context: Context, { post, offer }: Offered, word: Request): Promise<Ack> {
  return await send(context, post, offer, word);
}

/** Under one key, however often and by whichever way it is taken: it is run once. */
async function send(context: Context, post: SentPost, offer: Offer, said: Pick<Request, 'at' | 'late' | 'edited'>): Promise<Ack> {
  return await handleRequest(context, {
    key: `offer:${sha256(post.key)}`,
    user: offer.user,
    text: offer.text,
    means: 'reaction',
    trigger: '',
    place: offer.place,
    thread: offer.thread,
    at: said.at,
    late: said.late || context.clock.now() - post.createdAt > OFFER_FRESH_MS,
    edited: said.edited,
  });
}
