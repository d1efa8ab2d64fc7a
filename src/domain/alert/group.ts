import { onceFor } from '#kernel/once-for.ts';
import type { ChartData } from '../chart.ts';
import { hostOf, isActive, labels, type Alert } from './alert.ts';
import { rank } from './silence.ts';
import type { Rule, Severity } from './rule.ts';

/** Where a step of waking somebody stands; counts from 0. */
export interface Escalation {
  /** How many steps were taken. */
  readonly step: number;
  /** When the last one was. */
  readonly at: number;
}

/** Alerts that are one story: they share a channel and the values of `group_by`, and stand in one post. */
export interface AlertGroup {
  readonly id: string;
  readonly key: string;
  /** Channel id. */
  readonly channel: string;
  /** What its members have in common, as people read it: `pica01`. */
  readonly where: string;
  readonly openedAt: number;
  /** When somebody may be told next: after `group_wait` at first, after `group_interval` later. */
  readonly notifyAt: number;
  readonly firstNotifiedAt: number | null;
  /** When people were last told something new, or reminded. */
  readonly notifiedAt: number | null;
  /** Ids of the alerts that people were told of. */
  readonly told: readonly string[];
  readonly escalation: Escalation | null;
  /** User name of whoever was on call when its post was written; null: nobody, or nothing critical. */
  readonly woken: string | null;
  /** The digest that stands for its post, when there were too many at once. */
  readonly digest: string | null;
  /** Drawn for the moment it fired; a posted picture can't be replaced. */
  readonly chart: ChartData | null;
  /** Hash of what its post shows, so that it is edited only when that changes. */
  readonly shown: string | null;
  readonly closedAt: number | null;
}

const toldIds = onceFor((told: AlertGroup['told']) => new Set(told));

/** Whether people were told of an alert of the group, which may have ten thousand. */
export function wasTold({ told }: Pick<AlertGroup, 'told'>, id: string): boolean {
  return toldIds(told).has(id);
}

/** The post of a group: the key under which the outbox keeps it. */
export function groupPostKey(group: Pick<AlertGroup, 'id'>): string {
  return `alert:${group.id}`;
}

/** What makes alerts one group, and its name for people. Without `group_by` that is the host, or else the rule. */
export function groupingOf(alert: Alert, rule: Rule | null, channel: string): { readonly key: string; readonly where: string } {
  const by = rule?.groupBy ?? null;
  const all = labels(alert);
  const values = by === null ? [hostOf(alert) ?? alert.rule] : by.map((field) => all[field] ?? '');
  const where = values.filter((value) => value !== '').join(', ');
  return { key: JSON.stringify([channel, ...values]), where: where === '' ? alert.rule : where };
}

/** The worst severity among alerts; `info` for none. */
export function worst(alerts: readonly Alert[]): Severity {
  return alerts.reduce<Severity>((found, { severity }) => (rank(severity) > rank(found) ? severity : found), 'info');
}

/** Members that are told to people, the worst and the oldest first. */
export function inOrder(alerts: readonly Alert[]): readonly Alert[] {
  return alerts.toSorted(
    (a, b) => Number(isActive(b)) - Number(isActive(a)) || rank(b.severity) - rank(a.severity) || a.startedAt - b.startedAt,
  );
}
