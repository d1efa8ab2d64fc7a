import { problemOf } from '#kernel/errors.ts';
import type { Means } from '#domain/operation/means.ts';
import type { Person } from '#domain/operation/operation.ts';
import { freshnessFor, type Freshness } from '../people/people.ts';
import type { Context } from './context.ts';

export interface Voters {
  /** Whoever isn't in it doesn't count. */
  readonly people: ReadonlyMap<string, Person>;
  /** The directory couldn't be asked about somebody. */
  readonly unreachable: boolean;
}

/** Looks people up, each as surely as asked. Somebody who can't be looked up is left out, and logged. */
export async function lookUp(context: Pick<Context, 'people' | 'log'>, asked: ReadonlyMap<string, Freshness>): Promise<Voters> {
  const people = new Map<string, Person>();
  let unreachable = false;
  for (const [user, freshness] of asked) {
    try {
      people.set(user, await context.people.person(user, freshness));
    } catch (error) {
      unreachable ||= problemOf(error).code === 'directory_unreachable';
      context.log.warn({ user, error }, 'a voter could not be looked up');
    }
  }
  return { people, unreachable };
}

/** How sure each of them has to be: whoever was once proven on vigie's own socket needs no Mattermost. */
export function freshnessOf(votes: Iterable<{ readonly user: string; readonly means: Means }>): Map<string, Freshness> {
  const asked = new Map<string, Freshness>();
  for (const { user, means } of votes) if (asked.get(user) !== 'cached') asked.set(user, freshnessFor(means));
  return asked;
}
