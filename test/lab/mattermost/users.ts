import { z } from 'zod';
import { AppError, badBody, forbidden } from './errors.ts';
import { created, done, ok } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import { newId } from './ids.ts';
import type { Lab } from './lab.ts';
import type { User } from './model.ts';
import { can, must } from './permissions.ts';
import { hasRole, newToken, userNamed, userOf } from './world.ts';
import type { World } from './world.ts';

/** Makes a person; the caller has checked that it may. Throws 400 when the name is taken. */
export function addUser(
  world: World,
  fields: { username: string; email?: string; roles?: string } & Partial<
    Pick<User, 'nickname' | 'first_name' | 'last_name' | 'position' | 'remote_id' | 'locale'>
  >,
): User {
  const username = fields.username.toLowerCase();
  if (userNamed(world, username) !== undefined) throw new AppError('app.user.save.username_exists.app_error');
  const now = world.now();
  const user: User = {
    id: newId(),
    create_at: now,
    update_at: now,
    delete_at: 0,
    username,
    auth_data: '',
    auth_service: '',
    email: fields.email ?? `${username}@localhost`,
    nickname: fields.nickname ?? '',
    first_name: fields.first_name ?? '',
    last_name: fields.last_name ?? '',
    position: fields.position ?? '',
    roles: fields.roles ?? 'system_user',
    locale: fields.locale ?? world.locale,
    timezone: { automaticTimezone: '', manualTimezone: '', useAutomaticTimezone: 'true' },
    remote_id: fields.remote_id ?? '',
    disable_welcome_email: false,
  };
  world.users.set(user.id, user);
  return user;
}

/** Tells everybody that a person has changed (name, roles, active or not). */
function userUpdated(lab: Lab, user: User): void {
  user.update_at = lab.world.now();
  lab.hub.publish({ event: 'user_updated', data: { user: { ...user } }, to: {} });
}

/** Puts somebody in or out of service; out of service, their sessions end. A bot's socket stays open, and hears nothing any more. */
export function setActive(lab: Lab, user: User, active: boolean): void {
  user.delete_at = active ? 0 : lab.world.now();
  if (!active) {
    if (user.is_bot !== true) {
      for (const [token, userId] of lab.world.tokens) if (userId === user.id) lab.world.tokens.delete(token);
      lab.hub.cut(user.id);
    }
  }
  userUpdated(lab, user);
}

const NewUser = z.object({
  username: z.string().regex(/^[a-z0-9._-]{1,64}$/i),
  password: z.string().min(1),
  email: z.string().optional(),
  nickname: z.string().optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  position: z.string().optional(),
  locale: z.string().optional(),
  /** The lab only: a person of another server, joined by a shared channel. */
  remote_id: z.string().optional(),
});

/** `/users…` except what belongs to teams and channels. */
export function userRoutes(lab: Lab): Route[] {
  const { world } = lab;
  const known = (call: Call): User => userOf(world, call.param('id'));
  const list = (users: Iterable<User | undefined>): Answer => ok([...users].filter((user) => user !== undefined));
  return [
    { method: 'POST', pattern: '/api/v4/users/login', open: true, handle: (call) => login(world, call) },
    { method: 'POST', pattern: '/api/v4/users/logout', handle: (call) => logout(world, call) },
    {
      method: 'POST',
      pattern: '/api/v4/users/ids',
      handle: (call) => list(call.json(z.array(z.string())).map((id) => world.users.get(id))),
    },
    {
      method: 'POST',
      pattern: '/api/v4/users/usernames',
      handle: (call) => list(call.json(z.array(z.string())).map((name) => userNamed(world, name))),
    },
    { method: 'POST', pattern: '/api/v4/users', handle: (call) => createUser(lab, call) },
    { method: 'GET', pattern: '/api/v4/users', handle: (call) => list(page(call, among(world, call))) },
    { method: 'GET', pattern: '/api/v4/users/username/{name:word}', handle: (call) => ok(found(userNamed(world, call.param('name')))) },
    { method: 'GET', pattern: '/api/v4/users/{id}', handle: (call) => ok(known(call)) },
    { method: 'PUT', pattern: '/api/v4/users/{id}/patch', handle: (call) => patch(lab, call, known(call)) },
    { method: 'PUT', pattern: '/api/v4/users/{id}/active', handle: (call) => activate(lab, call, known(call)) },
    { method: 'DELETE', pattern: '/api/v4/users/{id}', handle: (call) => deactivate(lab, call, known(call)) },
    { method: 'PUT', pattern: '/api/v4/users/{id}/roles', handle: (call) => changeRoles(lab, call, known(call)) },
    { method: 'POST', pattern: '/api/v4/users/{id}/demote', handle: (call) => demote(lab, call, known(call)) },
    { method: 'POST', pattern: '/api/v4/users/{id}/tokens', handle: (call) => createToken(world, call, known(call)) },
  ];
}

function found(user: User | undefined): User {
  if (user === undefined) throw new AppError('app.user.get_by_username.app_error');
  return user;
}

function among(world: World, call: Call): User[] {
  const channel = world.channelMembers.get(call.query.get('in_channel') ?? '');
  const team = world.teamMembers.get(call.query.get('in_team') ?? '');
  const group = world.groupMembers.get(call.query.get('in_group') ?? '');
  const members = channel ?? team ?? group;
  const users = [...world.users.values()].filter((user) => members === undefined || members.has(user.id));
  return users
    .filter((user) => call.query.get('active') !== 'true' || user.delete_at === 0)
    .toSorted((a, b) => a.username.localeCompare(b.username));
}

/** `page` (from 0) and `per_page` (60, at most 200), as every list of Mattermost has them. */
export function page<Item>(call: Call, items: Item[]): Item[] {
  const size = Math.min(call.number('per_page', 60), 200);
  const start = call.number('page', 0) * size;
  return items.slice(start, start + size);
}

function login(world: World, call: Call): Answer {
  const { login_id, password } = call.json(z.object({ login_id: z.string(), password: z.string() }));
  const user = userNamed(world, login_id) ?? world.users.values().find((one) => one.email === login_id);
  if (user === undefined || user.delete_at > 0 || world.passwords.get(user.id) !== password) {
    throw new AppError('api.user.login.invalid_credentials_email_username');
  }
  return { ...ok(user), headers: { Token: newToken(world, user.id) } };
}

function logout(world: World, call: Call): Answer {
  world.tokens.delete((call.headers['authorization'] ?? '').replace(/^bearer /i, ''));
  return done();
}

function createUser(lab: Lab, call: Call): Answer {
  must(lab.world, call.userId, 'manage_system');
  const { password, ...fields } = call.json(NewUser);
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const user = addUser(lab.world, { ...given, username: fields.username });
  lab.world.passwords.set(user.id, password);
  lab.hub.publish({ event: 'new_user', data: { user_id: user.id }, to: {} });
  return created(user);
}

/** People may rename themselves: a name is nobody's for ever. */
function patch(lab: Lab, call: Call, user: User): Answer {
  if (call.userId !== user.id) must(lab.world, call.userId, 'manage_system');
  const { username, locale } = call.json(z.object({ username: NewUser.shape.username.optional(), locale: z.string().optional() }));
  if (username !== undefined && userNamed(lab.world, username) !== undefined) throw new AppError('app.user.save.username_exists.app_error');
  if (username !== undefined) user.username = username.toLowerCase();
  if (locale !== undefined) user.locale = locale;
  userUpdated(lab, user);
  return ok(user);
}

function activate(lab: Lab, call: Call, user: User): Answer {
  must(lab.world, call.userId, 'manage_system');
  setActive(lab, user, call.json(z.object({ active: z.boolean() })).active);
  return done();
}

function deactivate(lab: Lab, call: Call, user: User): Answer {
  must(lab.world, call.userId, 'manage_system');
  setActive(lab, user, false);
  return done();
}

/** Recorded: the manager roles are refused, and so is demoting the last administrator who is a person. */
function changeRoles(lab: Lab, call: Call, user: User): Answer {
  must(lab.world, call.userId, 'manage_roles');
  const { roles } = call.json(z.object({ roles: z.string() }));
  for (const role of roles.split(' ')) if (!lab.world.roles.has(role)) throw badBody('roles');
  if (/\bsystem_(user_)?manager\b/.test(roles)) throw new AppError('api.user.update_user_roles.license.app_error');
  const people = lab.world.users.values().filter((one) => hasRole(one, 'system_admin') && one.is_bot !== true && one.delete_at === 0);
  const demoted = hasRole(user, 'system_admin') && !roles.split(' ').includes('system_admin');
  if (demoted && [...people].length <= 1) throw new AppError('app.user.update.lastAdmin.app_error');
  user.roles = roles;
  userUpdated(lab, user);
  return done();
}

/** Makes a guest of somebody, in the system and in all their teams and channels. */
function demote(lab: Lab, call: Call, user: User): Answer {
  must(lab.world, call.userId, 'manage_system');
  user.roles = 'system_guest';
  for (const members of [...lab.world.teamMembers.values(), ...lab.world.channelMembers.values()]) {
    const member = members.get(user.id);
    if (member !== undefined) Object.assign(member, { scheme_guest: true, scheme_user: false, scheme_admin: false });
  }
  userUpdated(lab, user);
  return done();
}

function createToken(world: World, call: Call, user: User): Answer {
  const { description } = call.json(z.object({ description: z.string().min(1) }));
  if (!can(world, call.userId, 'create_user_access_token')) throw forbidden();
  if (user.is_bot !== true) throw new AppError('api.user_access_token.disabled');
  return ok({ id: newId(), token: newToken(world, user.id), user_id: user.id, description, is_active: true });
}
