import { z } from 'zod';
import { sha256 } from '#kernel/hash.ts';
import { OFFER } from '#domain/operation/emoji.ts';
import type { Offer } from '#domain/operation/refusal.ts';
import type { ReactionChange } from '#ports/chat.ts';
import type { SentPost } from '#ports/store.ts';
import type { Context } from '../operation/context.ts';
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
  await handleRequest(context, {
    key: `offer:${sha256(post.key)}`,
    user,
    text: offer.text,
    means: 'reaction',
    trigger: '',
    place: offer.place,
    thread: offer.thread,
    at,
    late: context.clock.now() - post.createdAt > OFFER_FRESH_MS,
    edited: false,
  });
  return true;
}
