/** How much harm an action can do; it decides who has to agree. */
export const RISKS = ['read', 'safe', 'change', 'danger'] as const;
export type Risk = (typeof RISKS)[number];

/** The life of an operation. */
export type State =
  | 'received'
  | 'refused'
  | 'waiting'
  | 'approved'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'indeterminate'
  | 'cancelled'
  | 'denied'
  | 'expired'
  | 'stale';

/** What may follow what. Everything else is a bug, and the store refuses it. */
export const TRANSITIONS = {
  // A plan without effects ends at once; a safe one needs nobody.
  received: ['waiting', 'approved', 'succeeded', 'refused', 'failed', 'cancelled'],
  waiting: ['approved', 'denied', 'expired', 'stale', 'cancelled'],
  // Back to waiting: a vote was withdrawn, or an approver left, before it started.
  approved: ['running', 'waiting', 'stale', 'expired', 'denied', 'cancelled', 'failed'],
  running: ['succeeded', 'failed', 'indeterminate', 'cancelled'],
  // The plan changed: the new one is asked for in a new post.
  stale: ['waiting', 'succeeded'],
  indeterminate: ['succeeded', 'failed'],
  refused: [],
  succeeded: [],
  failed: [],
  cancelled: [],
  denied: [],
  expired: [],
} as const satisfies Record<State, readonly State[]>;

export function mayFollow(from: State, to: State): boolean {
  const next: readonly State[] = TRANSITIONS[from];
  return next.includes(to);
}

/** True where nothing follows: the post shows the true end of the story. An indeterminate operation is still open. */
export function isFinal(state: State): boolean {
  return TRANSITIONS[state].length === 0;
}

/** True where vigie does nothing more by itself: what is indeterminate waits for a person. */
export function isOver(state: State): boolean {
  return isFinal(state) || state === 'indeterminate';
}
