import { onceFor } from '#kernel/once-for.ts';
import type { Alert } from './alert.ts';
import type { AlertGroup, Escalation } from './group.ts';
import type { RuleMemory, Span } from './look.ts';
import type { Silence } from './silence.ts';

/** One post that stands for many groups, when too much happened at once. */
export interface Digest {
  readonly id: string;
  readonly channel: string;
  readonly openedAt: number;
  readonly escalation: Escalation | null;
  /** User name of whoever was on call when something critical was in it. */
  readonly woken: string | null;
  /** Hash of what its post shows. */
  readonly shown: string | null;
  readonly closedAt: number | null;
}

/** Everything that is known of alerts now: what is open, and what was resolved lately. */
export interface Book {
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly groups: ReadonlyMap<string, AlertGroup>;
  readonly digests: ReadonlyMap<string, Digest>;
  readonly silences: ReadonlyMap<string, Silence>;
  /** When remedies were started, by target: at most once an hour each. */
  readonly remedies: ReadonlyMap<string, RemedyUse>;
}

/** What a rule remembers, and how its looks went. */
export interface RuleState {
  /** Name of the rule. */
  readonly id: string;
  /** Of what it meant then: a rule that changed begins anew. */
  readonly hash: string;
  readonly memory: RuleMemory | null;
  /** Looks that failed one after the other. */
  readonly failures: number;
  readonly failingSince: number | null;
  /** Time that was given up, since nobody could look at it: when it was, and since when that is known (ms). */
  readonly skipped?: readonly (Span & { readonly at: number })[];
}

/** Event time up to which each rule was looked at, by name: kept apart, since that is all that a quiet tick changes. */
export interface LookedTo {
  readonly id: 'all';
  readonly to: Readonly<Record<string, number>>;
}

/** When a remedy was started for a target. */
export interface RemedyUse {
  /** The target. */
  readonly id: string;
  readonly at: number;
}

/** What one decision changes of the book: each item in its new form. */
export interface BookChange {
  readonly alerts?: readonly Alert[];
  readonly groups?: readonly AlertGroup[];
  readonly digests?: readonly Digest[];
  readonly silences?: readonly Silence[];
  readonly remedies?: readonly RemedyUse[];
  readonly rules?: readonly RuleState[];
  readonly looked?: readonly LookedTo[];
}

/** Alerts by their group, worked out once for each state of the book: a storm asks for them hundreds of times. */
const byGroup = onceFor((alerts: Book['alerts']) => Map.groupBy(alerts.values(), (alert) => alert.group));

export function membersOf({ alerts }: Book, group: Pick<AlertGroup, 'id'>): readonly Alert[] {
  return byGroup(alerts).get(group.id) ?? [];
}

/** The same by their rule. */
const byRule = onceFor((alerts: Book['alerts']) => Map.groupBy(alerts.values(), (alert) => alert.rule));

export function alertsOf({ alerts }: Pick<Book, 'alerts'>, rule: string): readonly Alert[] {
  return byRule(alerts).get(rule) ?? [];
}

/** A copy with these in the place of their former selves. */
export function withAll<T extends { readonly id: string }>(map: ReadonlyMap<string, T>, changed: readonly T[]): ReadonlyMap<string, T> {
  if (changed.length === 0) return map;
  const next = new Map(map);
  for (const each of changed) next.set(each.id, each);
  return next;
}

/** What differs between two books, to be stored. */
export function changeBetween(before: Book, after: Book): BookChange {
  return {
    alerts: fresh(before.alerts, after.alerts),
    groups: fresh(before.groups, after.groups),
    digests: fresh(before.digests, after.digests),
    silences: fresh(before.silences, after.silences),
    remedies: fresh(before.remedies, after.remedies),
  };
}

function fresh<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): readonly T[] {
  if (before === after) return [];
  return [...after].filter(([id, item]) => before.get(id) !== item).map(([, item]) => item);
}
