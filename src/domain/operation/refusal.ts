import type { JsonObject } from '#kernel/json.ts';
import type { Destination, OutboxEntry } from '../outbox-entry.ts';
import { OFFER } from './emoji.ts';
import { markOf } from './mark.ts';
import type { Place } from './operation.ts';

/** A command that vigie would run in somebody's name once they say so by a reaction of their own. */
export interface Offer {
  readonly text: string;
  /** Nobody else's reaction counts. */
  readonly user: string;
  readonly place: Place;
  readonly thread: string | null;
}

interface Offered {
  /** The post that asked: it is marked. */
  readonly post: string | null;
  readonly offer: string | null;
  /** Whose it is; null: nobody could take it. */
  readonly of: Omit<Offer, 'text'> | null;
}

/** A refusal as a post: with its reason, the mark of the post that asked, and what may be done instead by one reaction. */
export function refusalSaid(
  key: string,
  to: Destination,
  said: JsonObject & { readonly problem: { readonly code: string } },
  { post, offer, of }: Offered,
): OutboxEntry {
  const offered = offer === null || of === null ? null : { text: offer, ...of, place: { ...of.place } };
  const mark = post === null ? null : { post, emoji: markOf(said.problem.code) };
  return {
    kind: 'create',
    key,
    to,
    message: { template: 'refusal', data: { ...said, offer: offered, mark } },
    seeds: offered === null ? [] : [OFFER],
  };
}
