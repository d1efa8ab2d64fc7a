import type { JsonObject } from '#kernel/json.ts';
import type { Problem } from '#kernel/errors.ts';
import type { HypervisorReader } from './hypervisor.ts';
import type { Inventory } from './inventory.ts';
import type { NamesReader } from './names.ts';
import type { Prober } from './prober.ts';
import type { RoutesReader } from './routes.ts';
import type { SwarmReader } from './swarm.ts';

/** What people see first: what is wrong. `fact`: neither well nor wrong, told of the one thing that was asked about. */
export type StatusLevel = 'trouble' | 'well' | 'fact';

/** One line of `status`. Its words are the section `says` of the template `status-line`, with the command to type next where there is one. */
export type StatusLine = {
  readonly level: StatusLevel;
  readonly says: string;
  readonly about: JsonObject;
};

/** What was read to know what somebody means, for whoever would ask it again: it may still be under way, and throws as its system does. */
export type StatusSeen = Pick<SwarmReader, 'services' | 'nodes'> & Pick<HypervisorReader, 'guests' | 'cluster'>;

/** One machine, service or database that is asked about. */
export interface StatusSubject {
  /** All that it is called. */
  readonly names: readonly string[];
  readonly seen: StatusSeen;
}

/** What public names are held against, and what shows their certificates. */
export interface StatusAround {
  readonly names: NamesReader;
  readonly routes: RoutesReader;
  readonly swarm: SwarmReader;
  readonly hypervisor: HypervisorReader;
  readonly prober: Prober;
  readonly self: { now(): number };
}

/** What is asked about. */
export interface StatusAbout {
  /** All names of one machine, service or database; null: the whole house. */
  readonly names: readonly string[] | null;
  /** Null: nothing was read before. */
  readonly seen: StatusSeen | null;
  readonly inventory: Pick<Inventory, 'guest'>;
  readonly around: StatusAround;
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
  /** All systems at once, each within three seconds. @param subject one thing, or null for all */
  status(subject: StatusSubject | null, signal: AbortSignal): Promise<readonly SystemStatus[]>;
}
