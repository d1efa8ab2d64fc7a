import { isRecord } from '#kernel/json.ts';
import { sha256 } from '#kernel/hash.ts';
import { MARKS, markOf } from '#domain/operation/mark.ts';
import { refusalSaid } from '#domain/operation/refusal.ts';
import type { ChatEvents, IncomingPost } from '#ports/chat.ts';
import type { Context } from '../operation/context.ts';
import { receivePost, type Request } from '../operation/receive.ts';
import type { Unmark } from './posts.ts';

interface Ears {
  readonly context: Context;
  readonly chat: ChatEvents;
  readonly unmark: Unmark;
}

/**
 * Somebody's post reads otherwise now. An edit proves nobody, so nothing is run by it: what wasn't understood before is offered to its
 * author in its new words, and of anything else it is said that vigie doesn't read edits.
 */
export async function hearEdit({ context, chat, unmark }: Ears, post: IncomingPost): Promise<void> {
  const { clock, store } = context;
  const request = post.edited ? receivePost(post, chat.me(), clock.now()) : null;
  if (request === null || (await store.outbox.byPost(post.id)) !== null) return;
  const acted = await whatBecame(context, request);
  // Whoever edits over and over is answered as seldom as whoever asks.
  if (acted === 'nothing-known' || context.pace.admit(`own ${request.user}`, clock.now()) !== 'go') return;
  if (acted === 'misunderstood') for (const emoji of Object.values(MARKS)) await unmark(post.id, emoji).catch(() => undefined);
  const { place, user, thread } = request;
  const code = acted === 'misunderstood' ? 'edited_offer' : 'edited_too_late';
  const said = { id: null, action: null, target: null, requester: null, problem: { code, params: {} } };
  const key = acted === 'misunderstood' ? `edit:${request.key}:${sha256(request.text)}` : `edit:${request.key}`;
  const to = { channel: place.channel, root: place.root, underKey: null };
  const offer = acted === 'misunderstood' ? request.text : null;
  await store.operations.commit({ say: [refusalSaid(key, to, said, { post: null, offer, of: { user, place, thread } })] });
  context.wake('sender');
}

/** What was done about the post as it first read. */
async function whatBecame({ store }: Context, { key }: Request): Promise<'misunderstood' | 'acted' | 'nothing-known'> {
  if (!(await store.operations.seen(key))) return 'nothing-known';
  const refused = await store.outbox.byKey(`refused:${key}`);
  const problem = refused?.message.data['problem'];
  return isRecord(problem) && markOf(String(problem['code'])) === MARKS.unclear ? 'misunderstood' : 'acted';
}
