import type { Problem } from '#kernel/errors.ts';
import type { MessageData } from '#domain/outbox-entry.ts';

/** What whoever asked is told at once, in private where the way in allows it. */
export type Ack =
  | {
      readonly kind: 'refused';
      readonly problem: Problem;
      /** What was probably meant, as it would have to be typed; null: nobody can tell. */
      readonly offer: string | null;
    }
  | {
      readonly kind: 'accepted';
      readonly operation: string;
      readonly action: string;
      readonly target: string | null;
      /** Why its post comes in the operations channel, and not where it was asked for; null: it doesn't. */
      readonly elsewhere: 'direct' | 'uninvited' | null;
    }
  | {
      readonly kind: 'answer';
      readonly message: MessageData;
      /** The language of whoever reads it alone; null: that of the place. */
      readonly locale: string | null;
      /** Everybody would see it, if vigie were where it was asked. */
      readonly uninvited: boolean;
    }
  | { readonly kind: 'answered' }
  /** In a direct message of vigie's to whoever asked. */
  | { readonly kind: 'answered-direct' }
  | { readonly kind: 'voted'; readonly operation: string }
  | { readonly kind: 'duplicate' };
