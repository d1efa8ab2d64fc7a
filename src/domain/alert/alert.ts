import type { Json, JsonObject } from '#kernel/json.ts';
import { keyText, type AlertKey } from './key.ts';
import { hostOfTarget } from './probe-target.ts';
import type { Severity } from './rule.ts';

/** `pending`: not held long enough yet to tell anybody. */
export type AlertState = 'pending' | 'firing' | 'acknowledged' | 'resolved';

/** How well the alert is seen, whatever its state: its source may be silent, or the rule's query fail. */
export type Sight = 'seen' | 'no-data' | 'unknown';

export interface Taker {
  /** User id. */
  readonly id: string;
  readonly username: string;
}

/** What a finding says, as it was measured. */
export interface Saying {
  readonly value: Json;
  readonly limit: Json;
}

/** All that an alert said so far, once it said more than one thing. */
export interface Said {
  /** Each once, the newest last. */
  readonly values: readonly Saying[];
  /** How many there were before these. */
  readonly more: number;
  /** How many of all of them, the newest, people weren't told of yet. */
  readonly untold: number;
}

/** One occurrence of a rule speaking for one key: the identity is rule, key and start. */
export interface Alert {
  /** Short, to type on a phone. */
  readonly id: string;
  readonly rule: string;
  readonly key: AlertKey;
  readonly severity: Severity;
  readonly state: AlertState;
  readonly sight: Sight;
  /** Event time of the first finding, ms. */
  readonly startedAt: number;
  /** When it had held for long enough to tell somebody. */
  readonly firingAt: number | null;
  /** Event time up to which it was seen to hold. */
  readonly lastAt: number;
  /** Since when the condition is over; null while it holds. */
  readonly clearSince: number | null;
  readonly resolvedAt: number | null;
  /** When it last told something else than before: it is told anew. */
  readonly newsAt?: number;
  /** What it said, if that was more than what it says now. */
  readonly said?: Said;
  readonly value: Json;
  readonly limit: Json;
  readonly matches: number;
  readonly document: JsonObject;
  /** Event times at which it started within the last hour, this one included. */
  readonly starts: readonly number[];
  readonly flapping: boolean;
  /** ElastAlert's `realert`: nobody is told before. */
  readonly quietUntil: number | null;
  readonly takenBy: Taker | null;
  readonly takenAt: number | null;
  /** The group whose post shows it; null as long as it is pending. */
  readonly group: string | null;
  /** Found while the time that vigie was away is made up for. */
  readonly missed: boolean;
}

export function isOpen(alert: Alert): boolean {
  return alert.state !== 'resolved';
}

/** Told to people, or about to be. */
export function isActive(alert: Alert): boolean {
  return alert.state === 'firing' || alert.state === 'acknowledged';
}

/** One text for rule and key: at most one alert of each is open. */
export function identity(alert: Pick<Alert, 'rule' | 'key'>): string {
  return `${alert.rule}\n${keyText(alert.key)}`;
}

/** What matchers of silences, inhibitions and grouping look at: the key's fields, its machine as `host`, and what names the rule. */
export function labels(alert: Pick<Alert, 'rule' | 'severity' | 'key'>): Readonly<Record<string, string>> {
  const host = hostOf(alert);
  return { ...(host === null ? {} : { host }), ...alert.key, rule: alert.rule, severity: alert.severity };
}

/** Fields that name a machine, or else what runs on it, in the order in which they are believed. */
const HOST_FIELDS = ['host.name', 'host', 'agent.hostname', 'beat.hostname', 'target', 'monitor.name', 'service.name'] as const;

/** The machine that an alert is about, if its key tells. */
export function hostOf(alert: Pick<Alert, 'key'>): string | null {
  const field = HOST_FIELDS.find((name) => alert.key[name] !== undefined);
  const value = field === undefined ? undefined : alert.key[field];
  return value === undefined ? null : field === 'target' ? hostOfTarget(value) : value;
}
