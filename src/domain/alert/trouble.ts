import type { JsonObject } from '#kernel/json.ts';
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

/** Troubles that others find than those who look: with what vigie does by itself. All there are: one that is missing is over. */
export type SystemTroubles = Partial<Readonly<Record<SystemRuleName, readonly Trouble[]>>>;
