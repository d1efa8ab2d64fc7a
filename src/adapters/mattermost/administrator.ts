import type { Client4 } from '@mattermost/client';
import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';

/** An account, as an administrator sees it. */
export interface SeenAccount {
  readonly id: string;
  readonly username: string;
  readonly bot: boolean;
  readonly active: boolean;
  readonly systemAdmin: boolean;
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** What `vigie setup` does in somebody's name; whatever is there already is left as it is. */
export interface Administrator {
  me(): Promise<SeenAccount>;
  /** Null: nobody has that name. */
  account(username: string): Promise<SeenAccount | null>;
  /** @returns only those that there are */
  accounts(usernames: readonly string[]): Promise<readonly SeenAccount[]>;
  /** Those that this person is in. */
  teams(): Promise<readonly Named[]>;
  team(name: string): Promise<Named | null>;
  channel(team: string, name: string): Promise<(Named & { readonly private: boolean }) | null>;
  createBot(username: string): Promise<SeenAccount>;
  /** @returns a fresh access token, which Mattermost shows this once */
  createToken(bot: string): Promise<string>;
  createChannel(team: string, name: string): Promise<Named>;
  /** @returns whether that changed anything */
  joinTeam(team: string, user: string): Promise<boolean>;
  joinChannel(channel: string, user: string): Promise<boolean>;
}

const user = z.object({
  id: z.string(),
  username: z.string(),
  roles: z.string().default(''),
  delete_at: z.number().default(0),
  is_bot: z.boolean().default(false),
});
const named = z.object({ id: z.string(), name: z.string() });
const channel = named.extend({ type: z.string(), delete_at: z.number().default(0) });

/** @param client with the administrator's token */
export function administrator(client: Client4): Administrator {
  return {
    me: async () => seen(await client.getMe()),
    account: async (username) => await orNull(async () => seen(await client.getUserByUsername(username))),
    accounts: async (usernames) => (await client.getProfilesByUsernames([...usernames])).map(seen),
    teams: async () => z.array(named).parse(await client.getMyTeams()),
    team: async (name) => await orNull(async () => named.parse(await client.getTeamByName(name))),
    async channel(team, name) {
      const found = await orNull(async () => channel.parse(await client.getChannelByName(team, name)));
      return found === null || found.delete_at > 0 ? null : { id: found.id, name: found.name, private: found.type === 'P' };
    },
    async createBot(username) {
      const made = await client.createBot({ username, display_name: 'vigie', description: 'Looks after the machines and services' });
      return { id: made.user_id, username: made.username, bot: true, active: true, systemAdmin: false };
    },
    createToken: async (bot) => z.object({ token: z.string() }).parse(await client.createUserAccessToken(bot, 'vigie')).token,
    createChannel: async (team, name) => named.parse(await client.createChannel({ team_id: team, name, display_name: name, type: 'P' })),
    async joinTeam(team, who) {
      if ((await orNull(() => client.getTeamMember(team, who)))?.delete_at === 0) return false;
      await client.addToTeam(team, who);
      return true;
    },
    async joinChannel(id, who) {
      if ((await orNull(() => client.getChannelMember(id, who))) !== null) return false;
      await client.addToChannel(who, id);
      return true;
    },
  };
}

function seen(raw: unknown): SeenAccount {
  const { id, username, roles, delete_at, is_bot } = user.parse(raw);
  return { id, username, bot: is_bot, active: delete_at === 0, systemAdmin: roles.split(' ').includes('system_admin') };
}

async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof VigieError && error.code === 'chat_refused' && error.params['status'] === 404) return null;
    throw error;
  }
}
