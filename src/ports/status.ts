import type { JsonObject } from '#kernel/json.ts';
import type { Problem } from '#kernel/errors.ts';
import type { Inventory } from './inventory.ts';

/** What people see first: what is wrong. `fact`: neither well nor wrong, told of the one thing that was asked about. */
export type StatusLevel = 'trouble' | 'well' | 'fact';

/** One line of `status`. Its words are the section `says` of the template `status-line`, with the command to type next where there is one. */
export type StatusLine = {
  readonly level: StatusLevel;
  readonly says: string;
  readonly about: JsonObject;
};

/** What is asked about. */
export interface StatusAbout {
  /** All names of one machine, service or database; null: the whole house. */
  readonly names: readonly string[] | null;
  readonly inventory: Pick<Inventory, 'guest'>;
}

/** A system that says how it stands. */
export interface StatusSource {
  /** Its room: a key of the list `systems` in `words.md`. */
  readonly system: string;
  /** @throws whatever the system answers with: then nobody knows how it stands */
  readonly ask: (about: StatusAbout, signal: AbortSignal) => Promise<readonly StatusLine[]>;
}

/** What a system said, or why nobody knows: what doesn't answer is never well. */
export interface SystemStatus {
  readonly system: string;
  readonly lines: readonly StatusLine[];
  readonly problem: Problem | null;
}

/** The whole house, as `status` and `/metrics` see it. */
export interface House {
  /** All systems at once, each within three seconds. @param names of one thing, or null for all */
  status(names: readonly string[] | null, signal: AbortSignal): Promise<readonly SystemStatus[]>;
}
