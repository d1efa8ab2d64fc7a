import type { Clock } from '#kernel/clock.ts';
import type { AlertKey } from '#domain/alert/key.ts';
import type { RuleMemory, Span } from '#domain/alert/look.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { Blindness } from '#domain/alert/source.ts';
import type { Outcome } from '#domain/alert/transition.ts';
import type { SystemTroubles } from '#domain/alert/trouble.ts';
import type { Search } from '#ports/search.ts';
import type { Log } from '#ports/log.ts';
import type { Clocks } from './clocks.ts';
import type { Desk } from './desk.ts';

/** One rule's turn. */
export interface LookRequest {
  readonly rule: Rule;
  readonly memory: RuleMemory | null;
  readonly span: Span;
  /** Keys with an open alert: each gets a report. */
  readonly open: readonly AlertKey[];
}

export interface PollOptions {
  readonly desk: Desk;
  readonly clock: Clock;
  readonly log: Log;
  readonly rules: () => ReadonlyMap<string, Rule>;
  /** What is wrong with what vigie does by itself. */
  readonly troubles?: (now: number) => Promise<SystemTroubles>;
  readonly searches: ReadonlyMap<string, Search>;
  readonly look: (requests: readonly LookRequest[], search: Search, signal: AbortSignal) => Promise<readonly Outcome[]>;
  /** Rules that are looked at with care, since a vigie died while it looked at them. */
  readonly suspects?: ReadonlySet<string>;
  /** What stands behind the rules' patterns, if anybody watches it. */
  readonly sources?: Sources;
  /** Whose clock is wrong, if anybody watches it. */
  readonly clocks?: Clocks;
  /** Hosts whose probe is pending; kept up to date by the poll. */
  readonly probing: Set<string>;
  readonly probe: (rule: Rule, memory: RuleMemory | null, now: number, signal: AbortSignal) => Promise<Outcome>;
}

export interface Result {
  readonly rule: Rule;
  readonly span: Span;
  readonly outcome: Outcome;
  readonly missed: boolean;
  /** It was given up: its time isn't looked at any more. */
  readonly skipped?: boolean;
}

/** A source that rules are blind for. */
export interface LostSource {
  readonly cluster: string;
  /** The pattern of the rules on it. */
  readonly index: string;
  /** Since when, ms. */
  readonly since: number;
  readonly blindness: Blindness;
  /** Whether there ever was anything. */
  readonly wasThere: boolean;
}

/**
 * What stands behind the patterns of rules, at each look. The number of shards that a search went to, and the indices that have documents, tell whether that changed:
 * only then it is asked which indices there are.
 */
export interface Sources {
  readonly lost: ReadonlyMap<string, LostSource>;
  /** The same look, but none over a source that isn't all there: that one fails for all its rules. */
  guarding(look: PollOptions['look']): PollOptions['look'];
  /** When the newest document of each index was. */
  note(cluster: string, index: string, newest: ReadonlyMap<string, number>): Promise<void>;
}
