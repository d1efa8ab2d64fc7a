import type { Clock } from '#kernel/clock.ts';
import type { Vocabulary } from '#domain/command/grammar.ts';
import type { Operation } from '#domain/operation/operation.ts';
import type { Job } from '#domain/schedule/job.ts';
import type { Pace } from '#domain/operation/pace.ts';
import type { Policy } from '#domain/operation/policy.ts';
import type { TriggerCheck } from '#ports/chat.ts';
import type { Clients } from '#ports/clients.ts';
import type { Inventory } from '#ports/inventory.ts';
import type { Log } from '#ports/log.ts';
import type { Store } from '#ports/store.ts';
import type { Entry } from './catalogue.ts';
import type { People } from '../people/people.ts';
import type { Follows } from './follows.ts';
import type { Reads } from './reads.ts';

/** What the stages share: made once by `app`, changed by nobody. */
export interface Context {
  readonly store: Store;
  readonly clock: Clock;
  readonly people: People;
  readonly verifyTrigger: TriggerCheck;
  /** Whether the post of an operation's current plan reads as vigie wrote it; null when nobody can tell now. */
  readonly intact: (operation: Operation) => Promise<boolean | null>;
  readonly pace: Pace;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly vocabulary: Vocabulary;
  /** Commands that show how an action is used, by language. */
  readonly examplesOf: (id: string) => Readonly<Record<string, readonly string[]>>;
  readonly policy: Policy;
  readonly inventory: Inventory;
  readonly clients: Clients;
  /** What vigie asks for by itself. */
  readonly jobs: readonly Job[];
  /** Where a request from a direct message is shown. */
  readonly operationsChannel: string;
  /** Where the people of the house are told; null: nowhere. */
  readonly announceChannel: string | null;
  /** Names of the pagers: an emergency goes to all of them. */
  readonly pagers: readonly string[];
  /** Answers that are being looked for. */
  readonly reads: Reads;
  /** Answers that go on after they were given. */
  readonly follows: Follows;
  readonly log: Log;
  /** The address at which people find a post. */
  readonly linkTo: (post: string) => string;
  /** Called after every commit: the sender looks for work, and the runner too unless it was a mere read. */
  readonly wake: (whom?: 'sender') => void;
}
