import type { Clock } from '#kernel/clock.ts';
import { problemOf, VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import { inTime } from '#kernel/patience.ts';
import type { Means } from '#domain/operation/means.ts';
import type { Person } from '#domain/operation/operation.ts';
import type { Account, ChannelInfo, ChatEvents, Directory } from '#ports/chat.ts';
import type { Cursors } from '#ports/store.ts';
import { lookUpMembership, sourcesOf, type Members, type Names, type RoleMembers } from './membership.ts';
import { keepPins, pinKey, readPins, type Pin } from './pins.ts';
import { firstSeen, restoreSnapshot, snapshotText, type FirstSeen, type Known } from './snapshot.ts';
import type { Trouble } from './trouble.ts';

export type { RoleMembers } from './membership.ts';

/**
 * How sure an answer must be. `fresh`: the directory is asked now, for whoever agrees, and right before an effect. `warm`: what the stream
 * would have told a change of will do while it stands, for asking and planning. `cached`: what was known a moment ago will do, or the last thing
 * known when the directory can't be asked, for as long as `offlineForMs`.
 */
export type Freshness = 'fresh' | 'warm' | 'cached';

export interface People {
  /** @throws person_unknown; directory_unreachable, roles_too_old when it is needed and can't be asked */
  person(user: string, freshness: Freshness): Promise<Person>;
  /** Everybody who holds one of the roles. */
  holding(roles: readonly string[], freshness: Freshness): Promise<readonly Person[]>;
  /**
   * The id that a name of the configuration is pinned to, or a person's by Mattermost's user name; null when there is none.
   * @throws directory_unreachable, chat_unreachable when nobody can tell
   */
  idOf(username: string): Promise<string | null>;
  /** The name of the configuration that an id is pinned to, or null. */
  pinOf(id: string): Promise<Pin | null>;
  /** The user name of somebody, as last seen, without asking anybody; null for whoever was never looked up. */
  nameOf(id: string): string | null;
  /** The language that somebody reads Mattermost in (`fr`), as last seen; null for whoever was never looked up. */
  localeOf(id: string): string | null;
  /** Why names of the configuration give nobody a role, as last seen. */
  troubles(): readonly Trouble[];
  /** A channel, if both this person and vigie are members of it; else null. @throws chat_unreachable */
  shared(channel: string, user: string): Promise<ChannelInfo | null>;
  /** Asks everything anew at the next question. */
  expire(): void;
  /** Asks everything now, so that what is known is young when the directory goes away. Never throws. */
  refresh(): Promise<void>;
}

/**
 * Somebody proven on vigie's own socket needs no Mattermost to be who they are: this is how vigie repairs the very
 * cluster that Mattermost runs on.
 */
export function freshnessFor(means: Means): Exclude<Freshness, 'warm'> {
  return means === 'socket' ? 'cached' : 'fresh';
}

/** The same for whoever only asks: who may is judged again, freshly, right before anything happens. */
export function warmthFor(means: Means): Exclude<Freshness, 'fresh'> {
  return means === 'socket' ? 'cached' : 'warm';
}

/**
 * How long an answer serves reads and acknowledgements: until the next look at everybody. The stream tells of whoever changes meanwhile, and
 * is proven: so an answer costs Mattermost its post, and no questions before.
 */
const CACHE_MS = 16 * 60_000;
/** Even a fresh question isn't asked twice within this: a click and its recheck. */
const FRESH_MS = 1_000;
/** The stream doesn't tell what a synchronisation with a directory changes in groups, nor what happened while it silently hung. */
const WARM_MS = 60_000;
/** Members of channels who are known: whoever asks about more is asked for again. */
const KNOWN_SHARED = 1_000;
/** How long it is waited for an answer where what was last known would do: whoever types on a terminal at night waits no longer. */
const PATIENCE_MS = 1_000;
/** Under this name the last thing known is kept in the store. */
const FACT = 'people';

export interface PeopleOptions {
  readonly directory: Directory;
  /** Whether the stream stands, and tells of all that changes; left out: there is none. */
  readonly events?: Pick<ChatEvents, 'connected'>;
  readonly roles: readonly RoleMembers[];
  readonly names: Names;
  /** For how long what was last known serves while the directory can't be asked, in milliseconds. */
  readonly offlineForMs: number;
  readonly clock: Clock;
  /** How long a question is waited for where what was last known would do, in milliseconds; left out: a second. */
  readonly patienceMs?: number;
  /** Where the last thing known is kept. */
  readonly facts: Pick<Cursors, 'fact' | 'remember'>;
  /** Told of names that were pinned, and of troubles that weren't there before. */
  readonly tell: (news: { readonly pinned: readonly Pin[]; readonly troubles: readonly Trouble[] }) => Promise<void>;
}

export async function createPeople(options: PeopleOptions): Promise<People> {
  const { directory, roles, clock, facts, offlineForMs } = options;
  const saved = restoreSnapshot(await facts.fact(FACT));
  const accounts = new Map<string, Known<Account | null>>(saved.accounts);
  let members: Known<Members> | null = saved.members;
  let first: FirstSeen = saved.first;
  let troubles: readonly Trouble[] = [];
  let keep = Promise.resolve();
  const save = (): void => {
    keep = keep.then(() => facts.remember(FACT, snapshotText({ accounts: [...accounts.values()], members, first }))).catch(() => undefined);
  };
  const patience = createPatience(clock, options.patienceMs ?? PATIENCE_MS);
  const shared = new Map<string, { readonly value: ChannelInfo; readonly at: number }>();
  // How often everything was to be asked anew: an answer to what was asked before may be older than the reason for it.
  let era = 0;
  const limitOf = (freshness: Freshness): number => {
    if (freshness === 'cached') return CACHE_MS;
    return freshness === 'warm' && options.events?.connected === true ? WARM_MS : FRESH_MS;
  };
  /** Answers from what is known if it is young enough; else asks; `cached` may fall back on what is old. */
  const ask = async <T>(
    known: Known<T> | null | undefined,
    freshness: Freshness,
    look: () => Promise<T>,
    learn: (value: Known<T>) => void,
  ): Promise<T> => {
    const limit = limitOf(freshness);
    // An answer is as old as its question: what happened since may not be in it.
    const at = clock.now();
    const before = era;
    if (known != null && at - known.at < limit) return known.value;
    try {
      const asked = look().then((value) => {
        learn({ value, at: before === era ? at : 0, saidAt: at });
        if (JSON.stringify(known?.value) !== JSON.stringify(value)) save();
        return value;
      });
      if (freshness !== 'cached' || known == null) return await asked;
      return await patience.wait(asked);
    } catch (error) {
      if (freshness !== 'cached' || known == null) throw new VigieError('directory_unreachable', { reason: reasonOf(error) }, error);
      if (at - known.saidAt <= offlineForMs) return known.value;
      throw new VigieError('roles_too_old', { since: known.saidAt, limit: offlineForMs }, error);
    }
  };
  const lookAtAll = async (): Promise<Members> => {
    const now = clock.now();
    const before = era;
    const found = await lookUpMembership(directory, roles, { names: options.names, pins: await readPins(facts), now });
    first = firstSeen(first, found, now);
    await keepPins(facts, found.fresh);
    const told = new Set(troubles.map((trouble) => JSON.stringify(trouble)));
    const news = { pinned: found.fresh, troubles: found.troubles.filter((trouble) => !told.has(JSON.stringify(trouble))) };
    if (news.pinned.length + news.troubles.length > 0) await options.tell(news);
    ({ troubles } = found);
    for (const account of found.accounts) accounts.set(account.id, { value: account, at: before === era ? now : 0, saidAt: now });
    return found.sources;
  };
  let looking: { readonly era: number; readonly found: Promise<Members> } | null = null;
  /** Who asks while somebody else's question is on its way shares its answer. */
  const lookOnce = async (): Promise<Members> => {
    if (looking === null || looking.era !== era) {
      const mine = { era, found: lookAtAll() };
      looking = mine;
      const over = (): void => void (looking === mine && (looking = null));
      mine.found.then(over, over);
    }
    return await looking.found;
  };
  const membership = (freshness: Freshness) => ask(members, freshness, lookOnce, (known) => (members = known));
  const accountOf = (user: string, freshness: Freshness) =>
    ask(
      accounts.get(user),
      freshness,
      () => directory.account(user),
      (known) => accounts.set(user, known),
    );
  const isNamed = (user: string): boolean =>
    Object.entries(members?.value ?? {}).some(([source, ids]) => source.startsWith('user:') && ids.includes(user));
  const person: People['person'] = async (user, freshness) => {
    const asked = membership(freshness);
    // Whoever is named in the configuration comes with the answer to that.
    const looked = isNamed(user) ? asked.then(() => accountOf(user, freshness)) : accountOf(user, freshness);
    const [account, table] = await Promise.all([looked, asked]);
    if (account === null) throw new VigieError('person_unknown', { user });
    return toPerson(account, rolesOf(user, roles, table, first));
  };
  const holders = (wanted: readonly string[], table: Members): readonly string[] => {
    const sources = roles.filter(({ role }) => wanted.includes(role)).flatMap(sourcesOf);
    return [...new Set(sources.flatMap((source) => table[source] ?? []))];
  };
  return {
    person,
    async holding(wanted, freshness) {
      const ids = holders(wanted, await membership(freshness));
      const found = await Promise.all(ids.map((id) => orNull(person(id, freshness))));
      return found
        .filter((each) => each !== null)
        .filter((each) => each.active && each.kind === 'person')
        .toSorted((a, b) => a.username.localeCompare(b.username));
    },
    async idOf(username) {
      const pin = (await readPins(facts)).get(pinKey({ kind: 'user', name: username }));
      if (pin !== undefined) return pin.id;
      const known = [...accounts.values()].find(({ value }) => value?.username === username)?.value;
      if (known != null) return known.id;
      return (await patience.wait(directory.byUsername(username)))?.id ?? null;
    },
    async pinOf(id) {
      return [...(await readPins(facts)).values()].find((pin) => pin.kind === 'user' && pin.id === id) ?? null;
    },
    nameOf: (id) => accounts.get(id)?.value?.username ?? null,
    localeOf: (id) => accounts.get(id)?.value?.locale ?? null,
    troubles: () => troubles,
    async shared(channel, user) {
      const at = clock.now();
      const key = `${channel} ${user}`;
      const known = shared.get(key);
      if (known !== undefined && at - known.at < limitOf('warm')) return known.value;
      shared.delete(key);
      const before = era;
      const value = await directory.shared(channel, user);
      if (value !== null && before === era) shared.set(key, { value, at });
      for (const oldest of shared.keys()) if (shared.size > KNOWN_SHARED) shared.delete(oldest);
      return value;
    },
    expire() {
      era += 1;
      shared.clear();
      for (const [id, known] of accounts) accounts.set(id, { ...known, at: 0 });
      if (members !== null) members = { ...members, at: 0 };
    },
    async refresh() {
      try {
        const ids = holders(
          roles.map(({ role }) => role),
          await membership('fresh'),
        );
        await Promise.all(ids.map((id) => accountOf(id, 'fresh')));
        save();
      } catch {
        // What is known grows older; whoever needs it is told.
      }
    },
  };
}

/** After an answer that didn't come in time, the next ones aren't waited for at all for so long. */
const IMPATIENT_MS = 10_000;

/** Waits for answers where something else would do: all questions of one command together cost one wait, not one each. */
function createPatience(clock: Clock, ms: number) {
  let until = Number.NEGATIVE_INFINITY;
  return {
    /** @throws directory_unreachable when it isn't answered in time */
    async wait<T>(asked: Promise<T>): Promise<T> {
      const answer = await inTime(asked, clock.now() < until ? 0 : ms, clock);
      if (answer !== null) {
        until = Number.NEGATIVE_INFINITY;
        return answer.value;
      }
      until = clock.now() + IMPATIENT_MS;
      throw new VigieError('directory_unreachable', { reason: 'no answer' });
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

/** By role, since when vigie has seen it with them: of several ways to one role, the oldest counts. */
function rolesOf(user: string, roles: readonly RoleMembers[], table: Members, first: FirstSeen): Readonly<Record<string, number>> {
  const held: Record<string, number> = {};
  for (const members of roles) {
    const ways = sourcesOf(members).filter((source) => table[source]?.includes(user) === true);
    if (ways.length > 0) held[members.role] = Math.min(...ways.map((source) => first[source]?.[user] ?? 0));
  }
  return held;
}

/** Guests, bots, remote and deactivated accounts hold no role, wherever they are members. */
function toPerson({ id, username, kind, active }: Account, held: Readonly<Record<string, number>>): Person {
  const since = kind === 'person' && active ? held : {};
  return { id, username, kind, active, roles: Object.keys(since), since };
}
