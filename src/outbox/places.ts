import { VigieError } from '#kernel/errors.ts';
import type { PostBody } from '#ports/chat.ts';
import type { PendingEntry } from '#ports/store.ts';
import type { Renderer } from '#messages/post.ts';
import type { Language } from '#messages/templates.ts';
import type { Witness } from './witness.ts';

interface Words {
  readonly renderer: Renderer;
  readonly witness: Pick<Witness, 'publisher'>;
}

/** The words of a post that stands elsewhere than it was meant, with where its story began. @param left the post there, if there was one */
export function begun({ renderer, witness }: Words, body: PostBody, left: string | null, language: Language): PostBody {
  const link = left === null ? null : witness.publisher.link(left);
  return withLine(body, renderer.words(language, 'elsewhere', 'began', { link }));
}

/** The words of the post that was left behind, with where its story went on. */
export function wentOn({ renderer, witness }: Words, body: PostBody, there: string, language: Language): PostBody {
  return withLine(body, renderer.words(language, 'elsewhere', 'went-on', { link: witness.publisher.link(there) }));
}

function withLine(body: PostBody, line: string): PostBody {
  return { ...body, message: body.message === '' ? line : `${body.message}\n${line}` };
}

/** What a post that was moved says besides its words. */
export function inItsPlace(words: Words, body: PostBody, { place, left }: PendingEntry, language: Language): PostBody {
  return place === null ? body : begun(words, body, left?.postId ?? null, language);
}

export function refusalOf(error: unknown): { readonly status: number; readonly id: string } | null {
  if (!(error instanceof VigieError) || error.code !== 'chat_refused') return null;
  return { status: Number(error.params['status']), id: String(error.params['id']) };
}

/**
 * The channel is archived, vigie isn't in it any more, or the post is gone or too old to be edited. Source: ids of mattermost-recorded,
 * section 7; the last one is of `PostEditTimeLimit`.
 */
export function isPlace(error: unknown): boolean {
  const refusal = refusalOf(error);
  return refusal !== null && (refusal.status === 403 || refusal.status === 404 || /deleted|time_limit/u.test(refusal.id));
}

/** The post that it answers is gone, or is no root. */
export function isRoot(error: unknown): boolean {
  const refusal = refusalOf(error);
  return refusal !== null && (refusal.status === 404 || refusal.id.includes('root_id'));
}

/** It is the post itself that can't be taken: too large, or something in it. */
export function isBody(error: unknown): boolean {
  const refusal = refusalOf(error);
  return refusal !== null && !isPlace(error);
}
