import { AppError } from './errors.ts';
import type { ErrorId, Locale } from './errors.ts';
import { newId } from './ids.ts';
import type { Bot, Channel, Command, CommandHook, FileInfo, Group, Membership, Post, Reaction, Role, Team, User } from './model.ts';
import { builtInRoles } from './roles.ts';
import type { TriggerKeys } from './trigger.ts';
import { newTriggerKeys } from './trigger.ts';

/** Everything that survives a restart: Mattermost's database and its signing key. */
export interface World {
  readonly now: () => number;
  readonly locale: Locale;
  readonly keys: TriggerKeys;
  readonly users: Map<string, User>;
  readonly passwords: Map<string, string>;
  readonly bots: Map<string, Bot>;
  /** Bearer token to user id. */
  readonly tokens: Map<string, string>;
  readonly roles: Map<string, Role>;
  readonly teams: Map<string, Team>;
  /** Team id to its members by user id; the same for channels and groups below. */
  readonly teamMembers: Map<string, Map<string, Membership>>;
  readonly channels: Map<string, Channel>;
  readonly channelMembers: Map<string, Map<string, Membership>>;
  readonly posts: Map<string, Post>;
  /** Root id to its replies, deleted ones included, oldest first. */
  readonly replies: Map<string, Post[]>;
  /** Every version of a post in the order written, the present one last. */
  readonly versions: Map<string, Post[]>;
  /** Post id to its reactions, oldest first. */
  readonly reactions: Map<string, Reaction[]>;
  readonly files: Map<string, { info: FileInfo; bytes: Buffer }>;
  readonly commands: Map<string, Command>;
  readonly hooks: Map<string, CommandHook>;
  readonly groups: Map<string, Group>;
  readonly groupMembers: Map<string, Set<string>>;
}

export function createWorld(options: { now: () => number; locale: Locale }): World {
  return {
    ...options,
    keys: newTriggerKeys(),
    users: new Map(),
    passwords: new Map(),
    bots: new Map(),
    tokens: new Map(),
    roles: new Map(builtInRoles(options.now()).map((role) => [role.name, role])),
    teams: new Map(),
    teamMembers: new Map(),
    channels: new Map(),
    channelMembers: new Map(),
    posts: new Map(),
    replies: new Map(),
    versions: new Map(),
    reactions: new Map(),
    files: new Map(),
    commands: new Map(),
    hooks: new Map(),
    groups: new Map(),
    groupMembers: new Map(),
  };
}

function found<Value>(value: Value | undefined, error: ErrorId): Value {
  if (value === undefined) throw new AppError(error);
  return value;
}

export function userOf(world: World, id: string): User {
  return found(world.users.get(id), 'app.user.missing_account.const');
}

export function userNamed(world: World, username: string): User | undefined {
  return world.users.values().find((user) => user.username === username.toLowerCase());
}

export function teamOf(world: World, id: string): Team {
  return found(world.teams.get(id), 'app.team.get.find.app_error');
}

export function channelOf(world: World, id: string): Channel {
  return found(world.channels.get(id), 'app.channel.get.existing.app_error');
}

/** A post that exists and wasn't deleted. */
export function postOf(world: World, id: string): Post {
  const post = found(world.posts.get(id), 'app.post.get.app_error');
  if (post.delete_at > 0) throw new AppError('app.post.get.app_error');
  return post;
}

export function commandOf(world: World, id: string): Command {
  const command = found(world.commands.get(id), 'store.sql_command.get.missing.app_error');
  if (command.delete_at > 0) throw new AppError('store.sql_command.get.missing.app_error');
  return command;
}

export function membersOf(members: Map<string, Map<string, Membership>>, id: string): Map<string, Membership> {
  const known = members.get(id) ?? new Map<string, Membership>();
  members.set(id, known);
  return known;
}

/** Whether a role's name stands among a user's roles. */
export function hasRole(user: User, role: string): boolean {
  return user.roles.split(' ').includes(role);
}

/** A fresh session, as a login or a personal token gives. */
export function newToken(world: World, userId: string): string {
  const token = newId();
  world.tokens.set(token, userId);
  return token;
}
