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

/**
 * What is to be said, stored in the transaction of what happened. `create` is said once: its key stands in the post's
 * props and is looked for before it is posted again. `state` is the wanted state of a post: the latest wins.
 */
export interface Say {
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
