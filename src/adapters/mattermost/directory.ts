import type { Client4 } from '@mattermost/client';
import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import type { Account, ChannelInfo, Directory } from '#ports/chat.ts';

const userSchema = z.object({
  id: z.string(),
  username: z.string(),
  roles: z.string().default(''),
  delete_at: z.number().default(0),
  is_bot: z.boolean().default(false),
  remote_id: z.string().nullish(),
  locale: z.string().default('en'),
});
const channelSchema = z.object({
  id: z.string(),
  name: z.string(),
  team_id: z.string().default(''),
  type: z.string(),
  delete_at: z.number().default(0),
});
const PAGE = 200;

export function createDirectory(client: Client4): Directory {
  return {
    account: async (id) => await orNull(async () => toAccount(await client.getUser(id))),
    byUsername: async (username) => await orNull(async () => toAccount(await client.getUserByUsername(username))),
    byUsernames: async (usernames) => (await client.getProfilesByUsernames([...usernames])).map(toAccount),
    async groupMembers(name) {
      const groups = await orNull(() => client.getGroupsByNames([name]));
      const group = groups?.find((each) => each.name === name);
      if (group === undefined) return null;
      if (!isSynchronised(group.source)) throw new VigieError('group_not_synchronised', { group: name, source: group.source });
      return await allPages(async (page) => (await client.getProfilesInGroup(group.id, page, PAGE)).map((user) => user.id));
    },
    channelMembers: async (channel) =>
      await allPages(async (page) => (await client.getChannelMembers(channel, page, PAGE)).map((member) => member.user_id)),
    async shared(channel, user) {
      const [member, found] = await Promise.all([
        orNull(() => client.getChannelMember(channel, user)),
        orNull(() => client.getMyChannelMember(channel)),
      ]);
      return member === null || found === null ? null : await orNull(async () => toChannel(await client.getChannel(channel)));
    },
    channel: (name) => findChannel(client, name),
  };
}

/** Of a directory, or of a plugin that reads one. Source: Mattermost, `model/group.go`, GetSyncableGroupSources. */
function isSynchronised(source: string): boolean {
  return source === 'ldap' || source.startsWith('plugin_');
}

const ID = /^[a-z0-9]{26}$/u;

/** Whoever may add vigie to a team may make a channel of any name there: a bare name counts only if it is the only one. */
async function findChannel(client: Client4, name: string): Promise<ChannelInfo | null> {
  const [team, inTeam] = name.split('/');
  if (team !== undefined && inTeam !== undefined)
    return await orNull(async () => alive(await client.getChannelByNameAndTeamName(team, inTeam)));
  if (ID.test(name)) {
    const byId = await orNull(async () => alive(await client.getChannel(name)));
    if (byId !== null) return byId;
  }
  const teams = await client.getMyTeams();
  const found = await Promise.all(
    teams.map(async ({ id, name: label }) => ({
      label,
      channel: await orNull(async () => alive(await client.getChannelByName(id, name))),
    })),
  );
  const there = found.filter(({ channel }) => channel !== null);
  if (there.length > 1) throw new VigieError('channel_ambiguous', { channel: name, teams: there.map(({ label }) => label).join(', ') });
  return there[0]?.channel ?? null;
}

/** Null for one that was archived. */
function alive(raw: unknown): ChannelInfo | null {
  return channelSchema.parse(raw).delete_at === 0 ? toChannel(raw) : null;
}

export function toChannel(raw: unknown): ChannelInfo {
  const channel = channelSchema.parse(raw);
  const kinds: Readonly<Record<string, ChannelInfo['kind']>> = { O: 'public', P: 'private', D: 'direct', G: 'group' };
  // An unknown kind is taken for public: no role comes from it.
  return {
    id: channel.id,
    name: channel.name,
    team: channel.team_id === '' ? null : channel.team_id,
    kind: kinds[channel.type] ?? 'public',
  };
}

function toAccount(raw: unknown): Account {
  const user = userSchema.parse(raw);
  const remote = user.remote_id != null && user.remote_id !== '';
  const kind = user.is_bot ? 'bot' : remote ? 'remote' : user.roles.split(' ').includes('system_guest') ? 'guest' : 'person';
  return { id: user.id, username: user.username, kind, active: user.delete_at === 0, locale: user.locale };
}

/** What isn't there, or isn't shown to vigie, is null; an outage still throws. */
async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    const missing =
      error instanceof VigieError && error.code === 'chat_refused' && [400, 403, 404].includes(Number(error.params['status']));
    if (missing) return null;
    throw error;
  }
}

async function allPages(read: (page: number) => Promise<readonly string[]>): Promise<readonly string[]> {
  const all: string[] = [];
  for (let page = 0; ; page += 1) {
    const found = await read(page);
    all.push(...found);
    if (found.length < PAGE) return all;
  }
}
