import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Person } from './person.ts';
import { Rest, RestError } from './rest.ts';
import { SeenChannel, SeenCommand, SeenTeam, SeenUser } from './seen.ts';

/** Strong enough for any server's rules; these accounts live for one test run. */
const PASSWORD_SUFFIX = 'Aa1!';

/** Prepares a server for a test, as its administrator, and takes away afterwards what it made. */
export class Admin {
  readonly me: Person;
  readonly #rest: Rest;
  readonly #undo: (() => Promise<void>)[] = [];

  constructor(me: Person) {
    this.me = me;
    this.#rest = me.rest;
  }

  /** A person with a session. @param options.guest a guest account (a real server needs a licence for it); `remoteId` works in the lab only. */
  async createPerson(
    options: { username?: string; guest?: boolean; nickname?: string; position?: string; remoteId?: string } = {},
  ): Promise<Person> {
    const username = options.username ?? fresh('person');
    const password = `${randomBytes(12).toString('base64url')}${PASSWORD_SUFFIX}`;
    const { nickname, position, remoteId: remote_id } = options;
    const user = await this.#rest.ask(SeenUser, 'POST', '/users', {
      username,
      email: `${username}@example.org`,
      password,
      nickname,
      position,
      remote_id,
    });
    this.#undo.push(() => this.#rest.tell('DELETE', `/users/${user.id}`));
    const login = await new Rest(this.#rest.url, '').request('POST', '/users/login', { login_id: username, password });
    if (login.status !== 200) throw new RestError('POST /users/login', login);
    if (options.guest === true) await this.#rest.tell('POST', `/users/${user.id}/demote`);
    return new Person({ id: user.id, username: user.username, token: login.headers.get('Token') ?? '', url: this.#rest.url });
  }

  /** A bot with a token of its own, member of nothing. */
  async createBot(username = fresh('bot')): Promise<Person> {
    const bot = await this.#rest.ask(z.object({ user_id: z.string(), username: z.string() }), 'POST', '/bots', {
      username,
      display_name: username,
    });
    this.#undo.push(() => this.#rest.tell('POST', `/bots/${bot.user_id}/disable`));
    const { token } = await this.#rest.ask(z.object({ token: z.string() }), 'POST', `/users/${bot.user_id}/tokens`, {
      description: 'test',
    });
    return new Person({ id: bot.user_id, username: bot.username, token, url: this.#rest.url });
  }

  async createTeam(options: { name?: string; displayName?: string } = {}): Promise<SeenTeam> {
    const name = options.name ?? fresh('team');
    const team = await this.#rest.ask(SeenTeam, 'POST', '/teams', { name, display_name: options.displayName ?? name, type: 'O' });
    this.#undo.push(() => this.#rest.tell('DELETE', `/teams/${team.id}`));
    return team;
  }

  async createChannel(
    team: { id: string },
    options: { name?: string; displayName?: string; private?: boolean } = {},
  ): Promise<SeenChannel> {
    const name = options.name ?? fresh('channel');
    const channel = await this.#rest.ask(SeenChannel, 'POST', '/channels', {
      team_id: team.id,
      name,
      display_name: options.displayName ?? name,
      type: options.private === true ? 'P' : 'O',
    });
    this.#undo.push(() => this.#rest.tell('DELETE', `/channels/${channel.id}`));
    return channel;
  }

  async addToTeam(team: { id: string }, ...people: { id: string }[]): Promise<void> {
    for (const person of people) await this.#rest.tell('POST', `/teams/${team.id}/members`, { team_id: team.id, user_id: person.id });
  }

  /** Makes people members of a channel, and of its team first. */
  async addToChannel(channel: { id: string; team_id: string }, ...people: { id: string }[]): Promise<void> {
    await this.addToTeam({ id: channel.team_id }, ...people);
    for (const person of people) await this.#rest.tell('POST', `/channels/${channel.id}/members`, { user_id: person.id });
  }

  async archive(channel: { id: string }): Promise<void> {
    await this.#rest.tell('DELETE', `/channels/${channel.id}`);
  }

  async restore(channel: { id: string }): Promise<void> {
    await this.#rest.tell('POST', `/channels/${channel.id}/restore`);
  }

  async removeFromTeam(team: { id: string }, person: { id: string }): Promise<void> {
    await this.#rest.tell('DELETE', `/teams/${team.id}/members/${person.id}`);
  }

  /** Takes a bot out of service: its tokens are dead until it is enabled again. */
  async setEnabled(bot: { id: string }, enabled: boolean): Promise<void> {
    await this.#rest.tell('POST', `/bots/${bot.id}/${enabled ? 'enable' : 'disable'}`);
  }

  async removeFromChannel(channel: { id: string }, person: { id: string }): Promise<void> {
    await this.#rest.tell('DELETE', `/channels/${channel.id}/members/${person.id}`);
  }

  /** What lets a bot manage slash commands, or takes that away. */
  async setTeamAdmin(team: { id: string }, person: { id: string }, admin = true): Promise<void> {
    await this.#rest.tell('PUT', `/teams/${team.id}/members/${person.id}/schemeRoles`, { scheme_user: true, scheme_admin: admin });
  }

  /** System roles, such as `system_user system_post_all`. */
  async setRoles(person: { id: string }, roles: string): Promise<void> {
    await this.#rest.tell('PUT', `/users/${person.id}/roles`, { roles });
  }

  /** Adds permissions to a role, for everybody who has it; `cleanup` puts the former ones back. */
  async grant(role: string, ...permissions: string[]): Promise<void> {
    const Seen = z.looseObject({ id: z.string(), permissions: z.array(z.string()) });
    const before = await this.#rest.ask(Seen, 'GET', `/roles/name/${role}`);
    await this.#rest.tell('PUT', `/roles/${before.id}/patch`, { permissions: [...new Set([...before.permissions, ...permissions])] });
    this.#undo.push(() => this.#rest.tell('PUT', `/roles/${before.id}/patch`, { permissions: before.permissions }));
  }

  async deactivate(person: { id: string }): Promise<void> {
    await this.#rest.tell('PUT', `/users/${person.id}/active`, { active: false });
  }

  async activate(person: { id: string }): Promise<void> {
    await this.#rest.tell('PUT', `/users/${person.id}/active`, { active: true });
  }

  async createCommand(team: { id: string }, options: { trigger: string; url: string; username?: string }): Promise<SeenCommand> {
    const command = await this.#rest.ask(SeenCommand, 'POST', '/commands', { team_id: team.id, method: 'P', ...options });
    this.#undo.push(() => this.#rest.tell('DELETE', `/commands/${command.id}`));
    return command;
  }

  /** A custom group that can be mentioned (a real server needs a licence for it). */
  async createGroup(name: string, ...people: { id: string }[]): Promise<{ id: string; name: string }> {
    const body = {
      group: { name, display_name: name, source: 'custom', allow_reference: true },
      user_ids: people.map((person) => person.id),
    };
    const group = await this.#rest.ask(z.object({ id: z.string(), name: z.string() }), 'POST', '/groups', body);
    this.#undo.push(() => this.#rest.tell('DELETE', `/groups/${group.id}`));
    return group;
  }

  /** Removes what this administrator made, last first; goes on when something is already gone, and says so at the end. */
  async cleanup(): Promise<void> {
    const failures: unknown[] = [];
    for (const undo of this.#undo.splice(0).toReversed()) {
      try {
        await undo();
      } catch (error) {
        if (!(error instanceof RestError) || error.status !== 404) failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be removed');
  }
}

/** The administrator whose token this is. Throws when it isn't one. */
export async function connectAdmin(url: string, token: string): Promise<Admin> {
  const user = await new Rest(url, token).ask(SeenUser, 'GET', '/users/me');
  if (!user.roles.split(' ').includes('system_admin')) throw new Error(`${user.username} is no system administrator`);
  return new Admin(new Person({ id: user.id, username: user.username, token, url: url.replace(/\/$/, '') }));
}

/** A name that no other run uses. */
function fresh(kind: string): string {
  return `${kind}-${randomBytes(5).toString('hex')}`;
}
