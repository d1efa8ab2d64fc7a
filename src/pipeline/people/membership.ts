import { problemOf } from '#kernel/errors.ts';
import type { Account, ChannelInfo, Directory } from '#ports/chat.ts';
import { pinKey, type Pin, type PinKind, type Pins } from './pins.ts';
import type { Trouble } from './trouble.ts';

/** Who has a role: users by name, members of groups, members of private channels. */
export interface RoleMembers {
  readonly role: string;
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly channels: readonly string[];
}

/** What gives somebody a role: `user:alice`, `group:tech`, `channel:ops`. */
export type Source = string;

/** By source: ids of those to whom it gives what it gives. */
export type Members = Readonly<Record<Source, readonly string[]>>;

export interface Membership {
  readonly sources: Members;
  /** Of people who are named, as they were seen. */
  readonly accounts: readonly Account[];
  /** Sources of which nobody can tell now whom they mean. */
  readonly unreadable: readonly Source[];
  /** Names that weren't seen before. */
  readonly fresh: readonly Pin[];
  readonly troubles: readonly Trouble[];
}

/** The sources of a role. */
export function sourcesOf({ users, groups, channels }: RoleMembers): readonly Source[] {
  return [
    ...users.map((name) => pinKey({ kind: 'user', name })),
    ...groups.map((name) => `group:${name}`),
    ...channels.map((name) => pinKey({ kind: 'channel', name })),
  ];
}

/** Names of the configuration that give no role: of people with an account on this machine, of channels where vigie speaks. */
export interface Names {
  readonly users: readonly string[];
  readonly channels: readonly string[];
}

interface Found {
  readonly source: Source;
  readonly ids: readonly string[];
  readonly fresh?: Pin;
  readonly trouble?: Trouble;
}

/**
 * Asks who stands behind every name, each once, all at the same time.
 * @param names what gives no role and is pinned all the same
 * @throws chat_unreachable
 */
export async function lookUpMembership(
  directory: Directory,
  roles: readonly RoleMembers[],
  { names, pins, now }: { readonly names: Names; readonly pins: Pins; readonly now: number },
): Promise<Membership> {
  const users = unique([...roles.flatMap((role) => role.users), ...names.users].map((name) => name.toLowerCase()));
  const groups = unique(roles.flatMap((role) => role.groups));
  const channels = unique(roles.flatMap((role) => role.channels));
  const places = unique(names.channels).filter((name) => !channels.includes(name));
  const asked = users.length === 0 ? Promise.resolve([]) : directory.byUsernames(users);
  const found = await Promise.all([
    asked.then((accounts) => users.map((name) => ofUser(name, accounts, pins, now))),
    ...groups.map((name) => ofGroup(directory, name)),
    ...channels.map((name) => ofChannel(directory, name, pins, now)),
    ...places.map((name) => ofPlace(directory, name, pins, now)),
  ]);
  const all = found.flat();
  return {
    sources: Object.fromEntries(all.map(({ source, ids }) => [source, ids])),
    accounts: await asked,
    unreadable: all.flatMap(({ source, ids, trouble }) => (trouble !== undefined && ids.length === 0 ? [source] : [])),
    fresh: all.flatMap(({ fresh }) => (fresh === undefined ? [] : [fresh])),
    troubles: all.flatMap(({ trouble }) => (trouble === undefined ? [] : [trouble])),
  };
}

/** A channel that gives no role: anybody may be in it. */
async function ofPlace(directory: Directory, name: string, pins: Pins, now: number): Promise<Found> {
  const nobody = async (): Promise<readonly string[]> => [];
  const found = await ofChannel({ channel: (each) => directory.channel(each), channelMembers: nobody }, name, pins, now);
  const { trouble, ...rest } = found;
  return trouble?.kind === 'channel-public' || trouble?.kind === 'channel-unseen' ? rest : found;
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

/** The account that the name was pinned to, also if it bears another name by now; never one that took the name over. */
function ofUser(name: string, accounts: readonly Account[], pins: Pins, now: number): Found {
  const source = pinKey({ kind: 'user', name });
  const { id = null } = accounts.find(({ username }) => username.toLowerCase() === name) ?? {};
  const pin = pins.get(source);
  if (pin === undefined) {
    if (id === null) return { source, ids: [], trouble: { kind: 'user-unseen', name } };
    return { source, ids: [id], fresh: pinned('user', name, id, now) };
  }
  if (id === null || id === pin.id) return { source, ids: [pin.id] };
  return { source, ids: [pin.id], trouble: { kind: 'name-taken', name, pinned: pin.id, found: id } };
}

async function ofGroup(directory: Directory, name: string): Promise<Found> {
  const source = `group:${name}`;
  try {
    const ids = await directory.groupMembers(name);
    return ids === null ? { source, ids: [], trouble: { kind: 'group-unseen', name } } : { source, ids };
  } catch (error) {
    const { code, params } = problemOf(error);
    if (code !== 'group_not_synchronised') throw error;
    return { source, ids: [], trouble: { kind: 'group-not-synchronised', name, source: String(params['source']) } };
  }
}

/** Members of a private channel: anybody may join a public one. Nobody, where the name leads to several or to another one than before. */
async function ofChannel(directory: Pick<Directory, 'channel' | 'channelMembers'>, name: string, pins: Pins, now: number): Promise<Found> {
  const source = pinKey({ kind: 'channel', name });
  try {
    const channel = await directory.channel(name);
    if (channel === null) return { source, ids: [], trouble: { kind: 'channel-unseen', name } };
    return await membersOf(directory, { name, source, channel, pin: pins.get(source), now });
  } catch (error) {
    const { code, params } = problemOf(error);
    if (code !== 'channel_ambiguous') throw error;
    return { source, ids: [], trouble: { kind: 'channel-ambiguous', name, teams: String(params['teams']) } };
  }
}

interface NamedChannel {
  readonly name: string;
  readonly source: Source;
  readonly channel: ChannelInfo;
  readonly pin: Pin | undefined;
  readonly now: number;
}

async function membersOf(
  directory: Pick<Directory, 'channelMembers'>,
  { name, source, channel: { id, kind }, pin, now }: NamedChannel,
): Promise<Found> {
  if (pin !== undefined && pin.id !== id) return { source, ids: [], trouble: { kind: 'channel-moved', name, pinned: pin.id, found: id } };
  const fresh = pin === undefined ? { fresh: pinned('channel', name, id, now) } : {};
  if (kind !== 'private') return { source, ids: [], ...fresh, trouble: { kind: 'channel-public', name } };
  return { source, ids: await directory.channelMembers(id), ...fresh };
}

function pinned(kind: PinKind, name: string, id: string, at: number): Pin {
  return { kind, name, id, at };
}
