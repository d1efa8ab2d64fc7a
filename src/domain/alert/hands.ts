import { isActive, type Alert, type Taker } from './alert.ts';
import { membersOf, withAll, type Book } from './book.ts';
import type { AlertGroup } from './group.ts';
import { latestEnd, type Silence } from './silence.ts';
import type { Matchers, Severity } from './rule.ts';

/** Groups behind a post of alerts: its own, or all of its digest. */
export function groupsOfPost(book: Book, id: string): readonly AlertGroup[] {
  return [...book.groups.values()].filter((group) => group.id === id || group.digest === id);
}

/** Open members of these groups that people may know of. */
export function activeIn(book: Book, groups: readonly AlertGroup[]): readonly Alert[] {
  return groups.flatMap((group) => membersOf(book, group)).filter(isActive);
}

/** 👀: no reminders until they resolve. Somebody who takes what another has takes it over. */
export function take(book: Book, alerts: readonly Alert[], by: Taker, now: number): Book {
  const taken = alerts.filter(isActive).map((alert): Alert => ({ ...alert, state: 'acknowledged', takenBy: by, takenAt: now }));
  return { ...book, alerts: withAll(book.alerts, taken) };
}

/** 👀 taken back: it is everybody's again. */
export function release(book: Book, alerts: readonly Alert[], user: string): Book {
  const own = alerts.filter((alert) => alert.state === 'acknowledged' && alert.takenBy?.id === user);
  const freed = own.map((alert): Alert => ({ ...alert, state: 'firing', takenBy: null, takenAt: null }));
  return { ...book, alerts: withAll(book.alerts, freed) };
}

/** 🔕: that rule and key, at that severity and below. */
export function matchersOf(alert: Alert): Matchers {
  return { rule: alert.rule, ...alert.key };
}

export interface Asked {
  readonly id: string;
  readonly matchers: Matchers;
  readonly ms: number;
  readonly by: Taker;
  readonly reason: string;
  /** The worst severity that it is to cover. */
  readonly upTo: Severity;
  readonly now: number;
}

/** A silence; one that covers critical alerts ends within a day, whatever was asked. */
export function silenced(
  book: Book,
  { id, matchers, ms, by, reason, upTo, now }: Asked,
): { readonly book: Book; readonly silence: Silence } {
  const silence: Silence = { id, matchers, upTo, startsAt: now, endsAt: latestEnd(upTo, now, now + ms), by, reason, endedBy: null };
  return { book: { ...book, silences: withAll(book.silences, [silence]) }, silence };
}

export function unsilenced(book: Book, silence: Silence, by: string, now: number): Book {
  return { ...book, silences: withAll(book.silences, [{ ...silence, endsAt: Math.min(silence.endsAt, now), endedBy: by }]) };
}
