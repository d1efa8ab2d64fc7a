import type { Problem } from '#kernel/errors.ts';
import type { Plainness } from '#messages/plainer.ts';

/** What the chat server fails on while it takes everything else: a database that can't store one letter answers as if it were down. */
export interface Doubts {
  /** How plain the next try has to be. */
  plainness(key: string): Plainness;
  failed(key: string, problem: Problem): void;
  said(key: string): void;
}

interface Doubt {
  readonly failures: number;
  /** Failures between which something else was said: the fault is this post's then. */
  readonly own: number;
  readonly saidBefore: number;
}

/** Failures of its own from which on a post is tried without attachments, and as one line. */
const PLAINER = { words: 2, line: 3 } as const;
/** With nothing else to tell by, every second try is a line from here on. */
const ALONE = 6;

export function createDoubts(): Doubts {
  const doubts = new Map<string, Doubt>();
  let said = 0;
  return {
    plainness(key) {
      const doubt = doubts.get(key);
      if (doubt === undefined) return 'whole';
      if (doubt.own >= PLAINER.line || (doubt.failures >= ALONE && doubt.failures % 2 === 0)) return 'line';
      return doubt.own >= PLAINER.words ? 'words' : 'whole';
    },
    failed(key, { code, params }) {
      if (code !== 'chat_unreachable' || !String(params['reason']).startsWith('HTTP 5')) return;
      const before = doubts.get(key) ?? { failures: 0, own: 0, saidBefore: -1 };
      const isOwn = before.saidBefore !== -1 && before.saidBefore !== said;
      doubts.set(key, { failures: before.failures + 1, own: before.own + (isOwn ? 1 : 0), saidBefore: said });
    },
    said(key) {
      said += 1;
      doubts.delete(key);
    },
  };
}
