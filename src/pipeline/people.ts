import { z } from 'zod';
import type { Clock } from '#kernel/clock.ts';
import { problemOf, VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import type { Means } from '#domain/operation/means.ts';
import type { Person } from '#domain/operation/operation.ts';
import type { Account, Directory } from '#ports/chat.ts';
import type { Cursors } from '#ports/store.ts';

/** Who has a role: users by name, members of groups, members of private channels. */
export interface RoleMembers {
  readonly role: string;
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly channels: readonly string[];
}

/**
 * How sure an answer must be. `fresh`: the directory is asked now, for whatever has effects. `cached`: what was known a
 * moment ago will do, or the last thing known when the directory can't be asked.
 */
export type Freshness = 'fresh' | 'cached';

export interface People {
  /** @throws person_unknown; directory_unreachable when it is needed and can't be asked */
  person(user: string, freshness: Freshness): Promise<Person>;
  /** Everybody who holds one of the roles. */
  holding(roles: readonly string[], freshness: Freshness): Promise<readonly Person[]>;
  /** A person's id by Mattermost's user name, from what was last known if need be; null when there is none. */
  idOf(username: string): Promise<string | null>;
  /** Asks everything anew at the next question. */
  expire(): void;
}

/**
 * Somebody proven on vigie's own socket needs no Mattermost to be who they are: this is how vigie repairs the very
 * cluster that Mattermost runs on.
 */
export function freshnessFor(means: Means): Freshness {
  return means === 'socket' ? 'cached' : 'fresh';
}

/** How long an answer serves reads and acknowledgements. */
const CACHE_MS = 60_000;
/** Even a fresh question isn't asked twice within this: a click and its recheck. */
const FRESH_MS = 1_000;
/** Under this name the last thing known is kept in the store. */
const FACT = 'people';

const accountSchema = z.object({
  id: z.string(),
  username: z.string(),
  kind: z.enum(['person', 'bot', 'guest', 'remote']),
  active: z.boolean(),
  locale: z.string(),
});
const snapshotSchema = z.object({ accounts: z.array(accountSchema), members: z.record(z.string(), z.array(z.string())) });
type Members = Readonly<Record<string, readonly string[]>>;

interface Known<T> {
  readonly value: T;
  readonly at: number;
}

export interface PeopleOptions {
  readonly directory: Directory;
  readonly roles: readonly RoleMembers[];
  readonly clock: Clock;
  /** Where the last thing known is kept. */
  readonly facts: Pick<Cursors, 'fact' | 'remember'>;
}

export async function createPeople({ directory, roles, clock, facts }: PeopleOptions): Promise<People> {
  const saved = await restore(facts);
  const accounts = new Map<string, Known<Account | null>>(saved.accounts.map((account) => [account.id, { value: account, at: 0 }]));
  let members: Known<Members> | null = Object.keys(saved.members).length === 0 ? null : { value: saved.members, at: 0 };
  let keep = Promise.resolve();
  const save = (): void => {
    const known = [...accounts.values()].flatMap(({ value }) => (value === null ? [] : [value]));
    const text = JSON.stringify({ accounts: known, members: members?.value ?? {} });
    keep = keep.then(() => facts.remember(FACT, text)).catch(() => undefined);
  };
  /** Answers from what is known if it is young enough; else asks; `cached` may fall back on what is old. */
  const ask = async <T>(
    known: Known<T> | null | undefined,
    freshness: Freshness,
    look: () => Promise<T>,
    learn: (value: Known<T>) => void,
  ): Promise<T> => {
    const limit = freshness === 'fresh' ? FRESH_MS : CACHE_MS;
    if (known != null && clock.now() - known.at < limit) return known.value;
    // An answer is as old as its question: what happened since may not be in it.
    const at = clock.now();
    try {
      const value = await look();
      learn({ value, at });
      if (JSON.stringify(known?.value) !== JSON.stringify(value)) save();
      return value;
    } catch (error) {
      if (freshness === 'cached' && known != null) return known.value;
      throw new VigieError('directory_unreachable', { reason: reasonOf(error) }, error);
    }
  };
  const membership = (freshness: Freshness) =>
    ask(
      members,
      freshness,
      () => lookUpMembers(directory, roles),
      (known) => (members = known),
    );
  const accountOf = (user: string, freshness: Freshness) =>
    ask(
      accounts.get(user),
      freshness,
      () => directory.account(user),
      (known) => accounts.set(user, known),
    );
  const person: People['person'] = async (user, freshness) => {
    const account = await accountOf(user, freshness);
    if (account === null) throw new VigieError('person_unknown', { user });
    return toPerson(account, await membership(freshness));
  };
  return {
    person,
    async holding(wanted, freshness) {
      const table = await membership(freshness);
      const ids = new Set(wanted.flatMap((role) => [...(table[role] ?? [])]));
      const found = await Promise.all([...ids].map((id) => orNull(person(id, freshness))));
      return found
        .filter((each) => each !== null)
        .filter((each) => each.active && each.kind === 'person')
        .toSorted((a, b) => a.username.localeCompare(b.username));
    },
    async idOf(username) {
      try {
        const account = await directory.byUsername(username);
        if (account !== null) accounts.set(account.id, { value: account, at: clock.now() });
        return account?.id ?? null;
      } catch {
        return [...accounts.values()].find(({ value }) => value?.username === username)?.value?.id ?? null;
      }
    },
    expire() {
      for (const [id, known] of accounts) accounts.set(id, { ...known, at: 0 });
      if (members !== null) members = { ...members, at: 0 };
    },
  };
}

/** Whoever isn't known any more holds no role; an unreachable directory is another matter. */
async function orNull(asked: Promise<Person>): Promise<Person | null> {
  try {
    return await asked;
  } catch (error) {
    if (problemOf(error).code === 'person_unknown') return null;
    throw error;
  }
}

async function restore(facts: PeopleOptions['facts']): Promise<z.output<typeof snapshotSchema>> {
  const text = await facts.fact(FACT);
  return text === null ? { accounts: [], members: {} } : snapshotSchema.parse(JSON.parse(text));
}

/** Guests, bots, remote and deactivated accounts hold no role, wherever they are members. */
function toPerson(account: Account, table: Members): Person {
  const trusted = account.kind === 'person' && account.active;
  const roles = trusted
    ? Object.entries(table)
        .filter(([, ids]) => ids.includes(account.id))
        .map(([role]) => role)
    : [];
  return { id: account.id, username: account.username, kind: account.kind, active: account.active, roles };
}

async function lookUpMembers(directory: Directory, roles: readonly RoleMembers[]): Promise<Members> {
  const table: Record<string, readonly string[]> = {};
  for (const { role, users, groups, channels } of roles) {
    const ids = new Set<string>();
    for (const name of users) {
      const account = await directory.byUsername(name);
      if (account !== null) ids.add(account.id);
    }
    for (const group of groups) for (const id of await directory.groupMembers(group)) ids.add(id);
    for (const name of channels) for (const id of await privateMembers(directory, name)) ids.add(id);
    table[role] = [...ids];
  }
  return table;
}

/** Anybody may join a public channel: no role comes from one. */
async function privateMembers(directory: Directory, name: string): Promise<readonly string[]> {
  const channel = await directory.channel(name);
  if (channel === null || channel.kind !== 'private') return [];
  return await directory.channelMembers(channel.id);
}
