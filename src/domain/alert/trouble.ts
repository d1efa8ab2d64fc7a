import type { JsonObject } from '#kernel/json.ts';
import { isOpen } from './alert.ts';
import { alertsOf, type Book } from './book.ts';
import type { AlertKey } from './key.ts';
import type { Severity } from './rule.ts';
import type { SystemRuleName } from './system.ts';

/** Something that is wrong with vigie's own sight. */
export interface Trouble {
  readonly key: AlertKey;
  readonly since: number;
  readonly value: string | number;
  readonly document: JsonObject;
  /** Another one than its rule's. */
  readonly severity?: Severity;
  /** Its post says how it is now, and not only how it began. */
  readonly isCurrent?: boolean;
}

/** Those that people were told of and that aren't over: what is wrong when vigie ends is so when it starts. */
export function openTroubles(book: Book, name: SystemRuleName): readonly Trouble[] {
  return alertsOf(book, name)
    .filter(isOpen)
    .map(({ key, startedAt: since, value, document }) => ({
      key,
      since,
      value: typeof value === 'number' ? value : String(value),
      document,
    }));
}

/** Troubles that others find than those who look: with what vigie does by itself. All there are: one that is missing is over. */
export type SystemTroubles = Partial<Readonly<Record<SystemRuleName, readonly Trouble[]>>>;
