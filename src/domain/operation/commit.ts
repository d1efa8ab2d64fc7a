import type { Json, JsonObject } from '#kernel/json.ts';
import type { BookChange } from '../alert/book.ts';
import type { Swap } from '../alert/oncall.ts';
import type { PageOrder } from '../alert/page.ts';
import type { Backup } from '../backup/backup.ts';
import type { OccurrenceChange } from '../schedule/schedule.ts';
import type { OutboxEntry } from '../outbox-entry.ts';
import type { Freeze } from './freeze.ts';
import type { Operation } from './operation.ts';
import type { State } from './states.ts';
import type { Vote } from './votes.ts';

/** A guarded change: it happens only if the operation still is in `from`. */
export interface Transition {
  readonly operation: string;
  readonly from: State;
  readonly to: State;
  readonly patch: Partial<Operation>;
}

/** A line of the audit. Who did it, to which operation, and what else is worth keeping for years. */
export interface AuditEntry {
  readonly kind: string;
  readonly operation: string | null;
  /** A user id, or `vigie`. */
  readonly by: string;
  readonly detail: JsonObject;
}

/** What a service ran from some moment on: vigie's own ledger, since Docker remembers one specification only. */
export interface Release {
  readonly service: string;
  readonly image: string;
  readonly digest: string;
  readonly spec: Json;
  readonly operation: string | null;
  readonly requester: string | null;
  readonly approvers: readonly string[];
  /** `other`: found changed by other hands than vigie's. */
  readonly origin: 'vigie' | 'other';
}

/** Everything that one decision changes, stored in one transaction or not at all. */
export interface Commit {
  /** What came in, so that it is never decided twice. */
  readonly seen?: string;
  readonly create?: Operation;
  /** Operations of one occurrence of a job: all of them or none. */
  readonly createAll?: readonly Operation[];
  readonly transitions?: readonly Transition[];
  readonly votes?: readonly Vote[];
  readonly withdrawn?: readonly Pick<Vote, 'operation' | 'planHash' | 'user' | 'verdict'>[];
  /** Locks to take; the commit fails whole when one of them is held. */
  readonly lock?: { readonly operation: string; readonly paths: readonly string[] };
  /** Operation whose locks are given back. */
  readonly unlock?: string;
  readonly releases?: readonly Release[];
  /** Alerts, groups, silences and what rules remember. */
  readonly book?: BookChange;
  readonly pages?: readonly PageOrder[];
  /** Who takes over from whom; one that is stored already stays as it is. */
  readonly swaps?: readonly Swap[];
  /** What people froze, or froze no longer; what was stored of it before is replaced. */
  readonly freezes?: readonly Freeze[];
  /** One for each operation and target, in its new form: what was stored of it before is replaced. */
  readonly backups?: readonly Backup[];
  /** Occurrences of jobs; the commit fails whole when one of them is entered already. */
  readonly occurrences?: readonly OccurrenceChange[];
  readonly audit?: readonly AuditEntry[];
  readonly say?: readonly OutboxEntry[];
}

/** A change of an operation that keeps its state. */
export function amend(operation: Operation, patch: Partial<Operation>): Transition {
  return { operation: operation.id, from: operation.state, to: operation.state, patch };
}

export function move(operation: Operation, to: State, patch: Partial<Operation> = {}): Transition {
  return { operation: operation.id, from: operation.state, to, patch };
}
