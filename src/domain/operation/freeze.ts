import { overlap } from './locks.ts';
import type { Risk } from './states.ts';

/** A lock that a person set: until its end nothing of this scope is changed. */
export interface Freeze {
  /** The operation that set it, by which it is ended. */
  readonly operation: string;
  /** A name of the configuration or of a service; `*`: everything. */
  readonly scope: string;
  readonly reason: string;
  /** A user name. */
  readonly by: string;
  readonly at: number;
  readonly until: number;
  /** Ended before its time, ms; null: not yet. */
  readonly endedAt: number | null;
  /** Of a maintenance: the user id of whoever does it, who may change it all the same. */
  readonly lets?: string;
}

/** What an operation would touch. */
export interface Touched {
  readonly risk: Risk;
  /** Every name of its target. */
  readonly names: readonly string[];
  readonly locks: readonly string[];
  /** User id of who asks. */
  readonly by: string;
}

/** Locks on vigie's own things: nothing of the house is changed under them. */
const OWN = /^(?:freezes|silences|maintenance:|rota|operation:|alert:)/u;

export function isFrozenNow({ until, endedAt }: Freeze, now: number): boolean {
  return endedAt === null && until > now;
}

/** The freeze that stands in the way, the one that lasts longest; null when none does. Reads and what only adds are never in its way. */
export function freezeOn(freezes: readonly Freeze[], touched: Touched, now: number): Freeze | null {
  if (touched.risk !== 'change' && touched.risk !== 'danger') return null;
  const inTheWay = freezes.filter((freeze) => isFrozenNow(freeze, now) && freeze.lets !== touched.by && covers(freeze, touched));
  return inTheWay.toSorted((a, b) => b.until - a.until)[0] ?? null;
}

function covers({ scope }: Freeze, { names, locks }: Touched): boolean {
  const others = locks.filter((lock) => !OWN.test(lock));
  // What ends a freeze, or a maintenance, is named after it.
  if (others.length === 0) return false;
  if (scope === '*') return true;
  // What empties the whole Swarm moves this service as well.
  return names.includes(scope) || others.some((lock) => overlap(lock, `swarm/service:${scope}`));
}
