import type { ChartData } from '../chart.ts';
import type { AuditEntry } from '../operation/commit.ts';
import type { OutboxEntry } from '../outbox-entry.ts';
import { membersOf, withAll, type Book } from './book.ts';
import { isActive, type Alert } from './alert.ts';
import type { AlertGroup } from './group.ts';
import type { OnCall } from './oncall.ts';
import type { PageOrder } from './page.ts';
import type { Rule } from './rule.ts';
import type { AlertSettings } from './settings.ts';

/** Why somebody isn't told of an alert. Shown, so that nobody wonders. */
export type Withheld =
  | { readonly because: 'inhibited'; readonly by: string }
  | { readonly because: 'silenced'; readonly by: string; readonly until: number }
  | { readonly because: 'maintenance'; readonly by: string }
  | { readonly because: 'realert'; readonly until: number };

/** What is done with a group now. */
export type Decision =
  | { readonly tell: 'first' }
  | { readonly tell: 'grown'; readonly fresh: readonly string[] }
  | { readonly tell: 'repeat' }
  | { readonly tell: 'resolved' }
  | { readonly tell: 'closed' }
  | { readonly tell: 'nothing'; readonly because: 'waiting' | 'withheld' | 'told' };

/**
 * What passes through the stages: `now` is taken once, each stage takes the round of the one before and returns its own.
 * What is to be stored, said and paged collects in it.
 */
export interface Round {
  readonly now: number;
  readonly settings: AlertSettings;
  readonly rules: ReadonlyMap<string, Rule>;
  readonly onCall: OnCall;
  /** Hosts whose probe fails but doesn't count yet. */
  readonly probing: ReadonlySet<string>;
  /** Drawn up beforehand for groups that people are told of for the first time, or reminded of, by the key of the group. */
  readonly charts: ReadonlyMap<string, ChartData>;
  /** The book as it was stored last, to see what a round changes. */
  readonly before: Book;
  readonly book: Book;
  readonly withheld: ReadonlyMap<string, Withheld>;
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly say: readonly OutboxEntry[];
  readonly pages: readonly PageOrder[];
  readonly audit: readonly AuditEntry[];
  readonly freshId: () => string;
}

export type Stage = (round: Round) => Round;

export function withAlerts(round: Round, alerts: readonly Alert[]): Round {
  return { ...round, book: { ...round.book, alerts: withAll(round.book.alerts, alerts) } };
}

export function withGroups(round: Round, groups: readonly AlertGroup[]): Round {
  return { ...round, book: { ...round.book, groups: withAll(round.book.groups, groups) } };
}

export function openGroups(round: Round): readonly AlertGroup[] {
  return [...round.book.groups.values()].filter((group) => group.closedAt === null);
}

/** Members that people are to know of now. */
export function toldMembers(round: Round, group: AlertGroup): readonly Alert[] {
  return membersOf(round.book, group).filter((alert) => isActive(alert) && !round.withheld.has(alert.id));
}
