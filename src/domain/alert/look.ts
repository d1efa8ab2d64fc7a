import type { Json, JsonObject } from '#kernel/json.ts';
import type { AlertKey } from './key.ts';

/** The time that a look is answerable for: after `from`, up to and including `to` (ms). Late documents before `from` count too. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A moment at which a rule matched, for one key. ElastAlert calls it a match. */
export interface Finding {
  readonly key: AlertKey;
  /** Event time, ms. */
  readonly at: number;
  /** What was measured: a count, a metric, the new term, the new value. */
  readonly value: Json;
  /** What it was held against: the threshold that was passed, the former value. */
  readonly limit: Json;
  /** How many documents stand behind it. */
  readonly matches: number;
  /** One of them, for the rule's texts. Data that an attacker may have written. */
  readonly document: JsonObject;
}

/** How a key stands at the end of a look. */
export interface KeyReport {
  readonly key: AlertKey;
  /** `silent`: its source sent nothing during the rule's window, so nobody can say that all is well. */
  readonly state: 'breached' | 'clear' | 'silent';
  readonly value: number | null;
}

/** What a rule remembers between looks: each type has its own shape. Stored. */
export type RuleMemory = JsonObject;

export interface Look {
  /** Those that no earlier look told, oldest first. */
  readonly findings: readonly Finding[];
  /** Of every key that was asked for; of others as far as the type knows them for nothing. */
  readonly reports: readonly KeyReport[];
  readonly memory: RuleMemory;
  /** How many documents were counted instead of read, since there were too many. */
  readonly counted?: number;
  /** What the rule would have to remember and had to let go. */
  readonly forgotten?: Forgotten;
  /** The fewest shards that one of its searches went to. */
  readonly shards?: number;
  /** The indices behind its pattern that have documents, as one text. */
  readonly indices?: string;
  /** Where a flatline has just found somebody silent. */
  readonly together?: Together;
}

export interface Forgotten {
  readonly count: number;
  /** Keys begin anew; documents that come late are missed. */
  readonly of: 'keys' | 'documents';
}

/** Keys that sent their last document at about the same time, none since. */
export interface Together {
  /** Those that are to be found silent at the next tick only included. */
  readonly keys: readonly AlertKey[];
  /** When the last of their documents came, ms. */
  readonly since: number;
  /** Keys that go on. */
  readonly others: number;
}
