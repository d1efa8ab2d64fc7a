import type { JsonObject } from '#kernel/json.ts';

/** A message as data: the name of a template and what it may use. Its words are made when it is sent. */
export interface MessageData {
  readonly template: string;
  readonly data: JsonObject;
}

/** Where something is to be said: a channel, and a thread named by a post id or by the key of a post of vigie's own. */
export interface Destination {
  readonly channel: string;
  readonly root: string | null;
  readonly underKey: string | null;
}

/** Stands before a user id where a channel would be. */
const DIRECT = '@';

/** A direct message of vigie's to one person. */
export function directTo(user: string): Destination {
  return { channel: `${DIRECT}${user}`, root: null, underKey: null };
}

/** Whom a destination means alone; null for a channel. */
export function personOf({ channel }: Destination): string | null {
  return channel.startsWith(DIRECT) ? channel.slice(DIRECT.length) : null;
}

/**
 * What is to be said, stored in the transaction of what happened. `create` is said once: its key stands in the post's
 * props and is looked for before it is posted again. `state` is the wanted state of a post: the latest wins.
 */
export interface OutboxEntry {
  readonly kind: 'create' | 'state';
  readonly key: string;
  readonly to: Destination;
  readonly message: MessageData;
  /** Reactions that vigie puts under the post first, so that people only click. */
  readonly seeds: readonly string[];
}

export function inThread(channel: string, key: string): Destination {
  return { channel, root: null, underKey: key };
}
