import { forEach } from '#domain/alert/page.ts';
import type { Inbound, Situation } from '#domain/operation/inbound.ts';
import { decide } from '#domain/operation/decide.ts';
import type { Commit } from '#domain/operation/commit.ts';
import type { Operation, Person } from '#domain/operation/operation.ts';
import type { Vote } from '#domain/operation/votes.ts';
import { StoreConflict } from '#ports/store.ts';
import { lookUp } from './voters.ts';
import type { Context } from './context.ts';

/** Two loops and some people may act on one operation at once; more collisions than this are a bug. */
const ATTEMPTS = 8;

/**
 * Decides what an inbound does to an operation and stores it. When something else was stored in between, it is decided
 * again on what stands there now.
 * @returns the operation as it is afterwards, or null when there is none
 * @throws LockConflict, store_unavailable
 */
export async function apply(
  context: Context,
  id: string,
  inbound: Inbound,
  people: ReadonlyMap<string, Person> = new Map(),
): Promise<Operation | null> {
  for (let attempt = 1; ; attempt += 1) {
    const situation = await situationOf(context, id, people);
    if (situation === null) return null;
    const commit = decide(situation, inbound, context.clock.now());
    if (isEmpty(commit)) return situation.operation;
    try {
      const pages = commit.pages === undefined ? {} : { pages: forEach(commit.pages, context.pagers) };
      await context.store.operations.commit({ ...commit, ...pages });
      context.wake();
      return await context.store.operations.operation(id);
    } catch (error) {
      if (!(error instanceof StoreConflict) || attempt === ATTEMPTS) throw error;
    }
  }
}

function isEmpty(commit: Commit): boolean {
  return Object.keys(commit).length === 0;
}

async function situationOf(context: Context, id: string, people: ReadonlyMap<string, Person>): Promise<Situation | null> {
  const operation = await context.store.operations.operation(id);
  if (operation === null) return null;
  const votes = await context.store.operations.votes(id);
  return { operation, votes, people: people.size > 0 ? people : await known(context, votes) };
}

/** What is known of those who voted; whoever can't be looked up doesn't count. */
async function known(context: Context, votes: readonly Vote[]): Promise<ReadonlyMap<string, Person>> {
  return (await lookUp(context, new Map(votes.map(({ user }) => [user, 'cached'])))).people;
}
