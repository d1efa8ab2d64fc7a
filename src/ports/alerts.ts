import type { JsonObject } from '#kernel/json.ts';
import type { Span } from '#domain/alert/look.ts';
import type { Matchers } from '#domain/alert/rule.ts';
import type { Silence } from '#domain/alert/silence.ts';
import type { Person } from '#domain/operation/operation.ts';

/** One alert as its line in an answer: see `memberData`. */
export type AlertLine = JsonObject & { readonly id: string };

/** A turn in the life of an alert that would have been. */
export interface PastEvent {
  readonly event: 'fired' | 'resolved';
  /** Event time, ms. */
  readonly at: number;
  /** Values of the key, as people read them; empty for a rule without one. */
  readonly key: string;
  readonly value: string;
}

/** What is firing, for handlers. */
export interface AlertsReader {
  /** Open alerts, those that people know of first, the worst first. */
  open(): readonly AlertLine[];
  /** One of any age. @throws alert_unknown, with the nearest */
  get(id: string): Promise<AlertLine>;
  /** Those that fired within a span and are about one of these names: a machine, a service, … Oldest first. */
  fired(names: readonly string[], span: Span): Promise<readonly { readonly id: string; readonly rule: string; readonly at: number }[]>;
  /** Those that end later than now. */
  silences(): readonly Silence[];
  /** @throws silence_unknown, with the nearest */
  silence(id: string): Silence;
  /**
   * What somebody typed as matchers: `rule=disk,host.name=pica01`, or the id of an alert, a rule or a host that is firing.
   * @throws matchers_invalid, with what is firing
   */
  matchers(text: string): { readonly matchers: Matchers; readonly covers: readonly AlertLine[] };
  /**
   * The life of a rule's alerts in the past, oldest first.
   * @throws rule_unknown, with the nearest; what its search throws
   */
  replay(rule: string, span: Span, signal: AbortSignal): Promise<readonly PastEvent[]>;
  /** What is watched, by name. */
  rules(): readonly JsonObject[];
}

export interface Alerts extends AlertsReader {
  /** What of these is over already is left out. @param comment a line for the threads of their posts @throws alert_not_open when all are */
  take(ids: readonly string[], comment: string | null, by: Person): Promise<void>;
  /** @returns the silence's id */
  addSilence(silence: { readonly matchers: Matchers; readonly ms: number; readonly reason: string }, by: Person): Promise<string>;
  endSilence(id: string, by: Person): Promise<void>;
}
