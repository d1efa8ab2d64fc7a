import { COMMAND_FRESH_MS } from '#domain/operation/limits.ts';
import type { Means } from '#domain/operation/means.ts';
import type { Place } from '#domain/operation/operation.ts';
import { quotedBlock } from '#domain/command/markup.ts';
import type { IncomingPost } from '#ports/chat.ts';

/** First stage: something that a person said to vigie, from whichever way in. */
export interface Request {
  /** Names what came in, so that it is never answered twice. */
  readonly key: string;
  readonly user: string;
  readonly text: string;
  readonly means: Exclude<Means, 'button' | 'schedule'>;
  /** What the chat server signed with a slash command; empty for every other means. */
  readonly trigger: string;
  /** Its root is the thread in which a refusal is said: under the very post that asked. */
  readonly place: Place;
  /** The thread in which it was asked, where an answer belongs; null for the channel itself. */
  readonly thread: string | null;
  readonly at: number;
  /** Found too late to be run. */
  readonly late: boolean;
  /** It doesn't read any more as it was first said. */
  readonly edited: boolean;
  /** The post that says it; left out, none does. */
  readonly post?: string;
  /** A quotation or a block of code: somebody talks about it, and wants nothing done yet. */
  readonly talk?: boolean;
  /** The operation that has to have succeeded before. */
  readonly after?: string | null;
}

/**
 * A post that speaks to vigie, or null: a direct message, or one that begins with the mention. Only people's own posts
 * are commands; what a webhook, a bot or a plugin wrote never is, and props can only ever make vigie ignore a post.
 */
export function receivePost(post: IncomingPost, me: { readonly id: string; readonly username: string }, now: number): Request | null {
  if (post.user === me.id || post.integration || post.system) return null;
  const said = saidTo(post, me.username);
  return said === null ? null : requestOf(post, said, now);
}

/** What a person said in a post, as a request. @param said what of it is the command */
export function requestOf(post: IncomingPost, said: { readonly text: string; readonly talk: boolean }, now: number): Request {
  return {
    key: `post:${post.id}`,
    post: post.id,
    talk: said.talk,
    user: post.user,
    text: said.text,
    means: 'post',
    trigger: '',
    place: { channel: post.channel, root: post.root ?? post.id, direct: post.direct },
    thread: post.root,
    at: post.at,
    late: now - post.at > COMMAND_FRESH_MS,
    edited: post.edited,
  };
}

/** What a post says to vigie, and whether it only talks about it; null when it speaks to somebody else. */
function saidTo({ text, direct }: IncomingPost, username: string): { readonly text: string; readonly talk: boolean } | null {
  const block = quotedBlock(text);
  if (block !== null) {
    const inside = addressed(block, username) ?? (direct ? block : null);
    return inside === null ? null : { text: inside, talk: true };
  }
  const said = addressed(text, username) ?? (direct ? text.trim() : null);
  if (said === null) return null;
  const quoted = quotedBlock(said);
  return quoted === null ? { text: said, talk: false } : { text: addressed(quoted, username) ?? quoted, talk: true };
}

/** Bullets, and marks of bold or code, that may stand before the mention. */
const BEFORE = /^[\s\u00a0]*(?:(?:[-*+•]|\d{1,2}[.)]|#{1,6})[\s\u00a0]+)?[*_~`]*/u;

/** The text behind `@vigie` at the start of a post; null when the post speaks to somebody else. */
function addressed(text: string, username: string): string | null {
  const trimmed = text.replace(BEFORE, '');
  const mention = `@${username}`;
  if (trimmed.slice(0, mention.length).toLowerCase() !== mention.toLowerCase()) return null;
  const rest = trimmed.slice(mention.length);
  if (rest === '' || /^[\s:,\u00a0\u202f]/u.test(rest)) return rest.replace(/^[\s:,\u00a0\u202f]+/u, '').trimEnd();
  return /^[?!.…]+$/u.test(rest) ? rest : null;
}

/** Which request vigie's own post answered; null for what answers none. @param key of what the post says */
export function answeredRequest(key: string): string | null {
  return /^(?:answer|refused):(?<request>.+)$/su.exec(key)?.groups?.['request'] ?? null;
}
