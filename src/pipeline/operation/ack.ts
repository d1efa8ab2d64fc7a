import type { Problem } from '#kernel/errors.ts';
import type { MessageData } from '#domain/outbox-entry.ts';

/** What whoever asked is told at once, in private where the way in allows it. */
export type Ack =
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'accepted'; readonly operation: string; readonly action: string; readonly target: string | null }
  | { readonly kind: 'answer'; readonly message: MessageData }
  | { readonly kind: 'answered' }
  /** In a direct message of vigie's to whoever asked. */
  | { readonly kind: 'answered-direct' }
  | { readonly kind: 'voted'; readonly operation: string }
  | { readonly kind: 'duplicate' };
