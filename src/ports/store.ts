import type { Json } from '#kernel/json.ts';
import type { Alert } from '#domain/alert/alert.ts';
import type { Book, RuleState } from '#domain/alert/book.ts';
import type { Swap } from '#domain/alert/oncall.ts';
import type { PageOrder } from '#domain/alert/page.ts';
import type { Backup } from '#domain/backup/backup.ts';
import type { AuditEntry, Commit, Release } from '#domain/operation/commit.ts';
import type { Freeze } from '#domain/operation/freeze.ts';
import type { HeldLock } from '#domain/operation/locks.ts';
import type { Operation } from '#domain/operation/operation.ts';
import type { State } from '#domain/operation/states.ts';
import type { Vote } from '#domain/operation/votes.ts';
import type { Occurrence } from '#domain/schedule/schedule.ts';
import type { Destination, MessageData } from '#domain/outbox-entry.ts';

/** A guarded change found the operation in another state, or the inbound was decided already: decide again. */
export class StoreConflict extends Error {
  override readonly name = 'StoreConflict';
}

/** A lock that the commit wanted is held. Nothing of the commit was stored. */
export class LockConflict extends Error {
  override readonly name = 'LockConflict';
  readonly held: HeldLock;

  constructor(held: HeldLock) {
    super(`${held.path} is held by ${held.operation}`);
    this.held = held;
  }
}

export interface OperationFilter {
  readonly states?: readonly State[];
  readonly target?: string;
  /** Newest first; at most so many. */
  readonly limit: number;
}

/** How long what is noted may be lost in a power cut, in milliseconds. */
export const SYNC_WITHIN_MS = 200;

export interface OperationStore {
  /** The one writing door: it is on the disk when this resolves. @throws StoreConflict, LockConflict; store_unavailable */
  commit(commit: Commit): Promise<void>;
  /**
   * The same for what nobody was promised and the chat can tell again: it outlives vigie's own death at once, and a power cut within SYNC_WITHIN_MS.
   * Whatever is committed later comes behind it. @throws as above
   */
  note(commit: Commit): Promise<void>;
  /** All that was noted is on the disk when this resolves. @throws store_unavailable */
  settled(): Promise<void>;
  operation(id: string): Promise<Operation | null>;
  operations(filter: OperationFilter): Promise<readonly Operation[]>;
  votes(operation: string): Promise<readonly Vote[]>;
  locks(): Promise<readonly HeldLock[]>;
  seen(key: string): Promise<boolean>;
  /** A short id that no operation ever had. */
  freshId(): Promise<string>;
}

export type StepMode = 'repeatable' | 'once';

/** A step of a running operation: written before its effect, and again with its result. */
export interface Step {
  readonly name: string;
  readonly mode: StepMode;
  readonly state: 'started' | 'done';
  readonly result: Json;
  readonly startedAt: number;
}

export interface Journal {
  steps(operation: string): Promise<readonly Step[]>;
  begin(operation: string, name: string, mode: StepMode): Promise<void>;
  finish(operation: string, name: string, result: Json): Promise<void>;
}

/** Something that the sender still has to say or to bring up to date. */
export interface PendingEntry {
  readonly kind: 'create' | 'state';
  readonly key: string;
  readonly to: Destination;
  readonly message: MessageData;
  readonly seeds: readonly string[];
  /** Counts the wanted states; `sent` names the one that was said. */
  readonly version: number;
  readonly postId: string | null;
  readonly seeded: readonly string[];
  readonly attempts: number;
  readonly lastSentAt: number | null;
  readonly createdAt: number;
  /** The channel where its post stands, if that is another one than it was meant for. */
  readonly place: string | null;
  /** The post that it had before, in a channel where vigie could not write any more, and which version that one shows. */
  readonly left: { readonly postId: string; readonly version: number } | null;
}

/** A post of vigie's own, as last written. */
export interface SentPost {
  readonly key: string;
  readonly postId: string;
  readonly channel: string;
  readonly fingerprint: string;
  readonly message: MessageData;
  readonly createdAt: number;
  readonly final: boolean;
}

/** What was said, and as which post. */
export interface SentNow {
  readonly postId: string;
  readonly fingerprint: string;
  readonly seeded: readonly string[];
  /** Set when its post stands in another channel than before, and leaves one behind or none. */
  readonly moved?: { readonly place: string | null; readonly left: string | null };
}

export interface Outbox {
  /** What may be said now, oldest first. @param except channels that it isn't asked of */
  due(now: number, limit: number, except?: readonly string[]): Promise<readonly PendingEntry[]>;
  /** When the next thing becomes due, or null. */
  nextDue(except?: readonly string[]): Promise<number | null>;
  /** Since when the oldest thing that isn't said yet waits (ms), or null. */
  oldestUnsaid(): Promise<number | null>;
  /** Keys of all that is still to be said, or to be brought up to date. */
  unsaid(): Promise<readonly string[]>;
  /** How much is still to be said. */
  pending(): Promise<number>;
  postId(key: string): Promise<string | null>;
  byPost(postId: string): Promise<SentPost | null>;
  byKey(key: string): Promise<SentPost | null>;
  /** What was said in a thread after `since` (ms), newest first. @param root the post that the thread hangs on */
  inThread(root: string, since: number): Promise<readonly SentPost[]>;
  /** Records what was said, and as which post. */
  sent(key: string, version: number, post: SentNow): Promise<void>;
  /** Which of vigie's own reactions stand under a post by now. */
  seeded(key: string, postId: string, seeded: readonly string[]): Promise<void>;
  /** Posts that are up to date, and lack reactions of vigie's own. */
  unseeded(): Promise<readonly PendingEntry[]>;
  /** Its post is looked at again: somebody may have taken it away. Nothing, where it has none. */
  renew(key: string): Promise<void>;
  /** What was said elsewhere since its place was lost, and made after `since` (ms), where the post left behind shows less. */
  leftBehind(since: number, limit: number): Promise<readonly PendingEntry[]>;
  /** The post that was left behind shows this version. */
  broughtUp(key: string, version: number): Promise<void>;
  /** Not now: try again at `notBefore`. */
  postpone(key: string, notBefore: number): Promise<void>;
  /** Never: Mattermost refuses it for good. Kept for `doctor`. */
  giveUp(key: string, version: number, reason: string): Promise<void>;
}

/** What is known of alerts, as it was stored. */
export interface StoredAlerts {
  readonly book: Book;
  readonly rules: ReadonlyMap<string, RuleState>;
  readonly looked: Readonly<Record<string, number>>;
  /** Every id that an alert or a silence ever had, as far as it is kept. */
  readonly ids: ReadonlySet<string>;
}

export interface AlertStore {
  /** Everything that is open, and what was over after `since`. */
  load(since: number): Promise<StoredAlerts>;
  /** An alert of any age by its id, or null. */
  alert(id: string): Promise<Alert | null>;
  /** Forgets what was over before. */
  prune(before: number): Promise<void>;
}

/** A page that is still to be sent. */
export interface PendingPage extends PageOrder {
  readonly attempts: number;
  readonly createdAt: number;
}

export interface PageBox {
  /** What may be sent now, oldest first. @param except pagers that it isn't asked of */
  due(now: number, limit: number, except?: readonly string[]): Promise<readonly PendingPage[]>;
  nextDue(except?: readonly string[]): Promise<number | null>;
  sent(key: string, pager: string): Promise<void>;
  postpone(key: string, pager: string, notBefore: number): Promise<void>;
  giveUp(key: string, pager: string, reason: string): Promise<void>;
}

export interface LedgerRelease extends Release {
  /** Counts from 1 for each service: `pad/3`. */
  readonly number: number;
  readonly at: number;
}

export interface Ledger {
  /** Newest first. */
  releases(service: string, limit: number): Promise<readonly LedgerRelease[]>;
}

export interface RotaStore {
  /** Those that aren't over at `since`, in the order in which they were stored. */
  swaps(since: number): Promise<readonly Swap[]>;
}

export interface FreezeStore {
  /** What is frozen now, in the order in which it was frozen. It is written through `Commit.freezes`. */
  open(now: number): Promise<readonly Freeze[]>;
}

export interface BackupFilter {
  readonly kind?: Backup['kind'];
  /** Null for all. */
  readonly target: string | null;
  /** Those that are there (by default), those that were removed but of which something remains somewhere, or all. */
  readonly which?: 'there' | 'remains' | 'all';
  /** Newest first; at most so many. */
  readonly limit: number;
}

/** vigie's own knowledge of backups. It is written through `Commit.backups`. */
export interface BackupLedger {
  backups(filter: BackupFilter): Promise<readonly Backup[]>;
  backup(key: Pick<Backup, 'kind' | 'target' | 'id'>): Promise<Backup | null>;
}

/** The ledger of occurrences of jobs. */
export interface OccurrenceStore {
  /** The newest of a job that isn't due later than this, or null. */
  newest(job: string, upTo: number): Promise<Occurrence | null>;
  /** Whether something is skipped at a time that hasn't come: the clock was set back. */
  ahead(job: string, now: number): Promise<boolean>;
  /** Those that aren't over. */
  open(): Promise<readonly Occurrence[]>;
  /** The newest of a job that no later one made up for, or null. @param over leaves out what isn't over */
  latest(job: string, over?: 'over'): Promise<Occurrence | null>;
  /** Of a job, newest first. */
  recent(job: string, limit: number): Promise<readonly Occurrence[]>;
  /** Everything that was entered after this moment, job by job. */
  since(at: number): Promise<readonly Occurrence[]>;
  /** Forgets what was entered before. */
  prune(before: number): Promise<void>;
}

export interface AuditRecord extends AuditEntry {
  readonly seq: number;
  readonly at: number;
  readonly hash: string;
}

export interface AuditLog {
  /** Oldest first. */
  entries(filter: { readonly since: number; readonly limit: number; readonly operation?: string }): Promise<readonly AuditRecord[]>;
  head(): Promise<{ readonly seq: number; readonly hash: string }>;
  /** The hash of an entry, as it is stored; null when there is none of that number. */
  hashOf(seq: number): Promise<string | null>;
  /** Walks the whole chain. `broken` is the first entry that doesn't follow from the one before. */
  verify(): Promise<{ readonly entries: number; readonly head: string; readonly broken: number | null }>;
}

export interface Cursors {
  /** Up to when the posts of a channel were looked at; null for a channel never seen. */
  cursor(channel: string): Promise<number | null>;
  advance(channel: string, at: number): Promise<void>;
  all(): Promise<ReadonlyMap<string, number>>;
  /** A small fact to keep, such as the hashes of what was loaded. */
  fact(name: string): Promise<string | null>;
  remember(name: string, value: string): Promise<void>;
}

export interface Store {
  readonly operations: OperationStore;
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly ledger: Ledger;
  readonly rota: RotaStore;
  readonly freezes: FreezeStore;
  readonly backups: BackupLedger;
  readonly alerts: AlertStore;
  readonly pages: PageBox;
  readonly occurrences: OccurrenceStore;
  readonly audit: AuditLog;
  readonly cursors: Cursors;
  /** Copies the whole store to a file, consistently, while it is used. */
  copyTo(file: string): Promise<void>;
  close(): Promise<void>;
}
