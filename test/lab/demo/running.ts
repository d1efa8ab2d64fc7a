import type { SeenChannel } from '#test/lab/mattermost/seen.ts';
import type { Person } from '#test/lab/mattermost/person.ts';
import type { WarpClock } from '#test/lab/warp-clock.ts';
import type { Language } from '#messages/templates.ts';
import type { Swarm } from '#ports/swarm.ts';
import type { Beats } from './beats.ts';
import type { DemoDisks } from './disks.ts';

/** A demo that runs: its house, its people, and where to look at it. */
export interface Demo {
  readonly url: string;
  readonly language: Language;
  readonly real: boolean;
  readonly clock: WarpClock;
  readonly people: Readonly<Record<'alice' | 'bob' | 'zoe', Person>>;
  readonly bot: Person;
  readonly ops: SeenChannel;
  readonly beats: Beats;
  readonly disks: DemoDisks;
  readonly swarm: Swarm;
  /** Plays scenes on request, once it is opened. */
  readonly stage: { open(demo: Demo): void };
  /** What somebody is told at once for what they type behind `/ops`. */
  slash(person: Person, text: string): Promise<string>;
  /** Every action it has. */
  readonly actions: readonly { readonly id: string; readonly kind: 'action' | 'query' | 'vote' }[];
  stop(): Promise<void>;
}
