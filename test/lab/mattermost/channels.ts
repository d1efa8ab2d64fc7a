import { z } from 'zod';
import { AppError, badBody, forbidden } from './errors.ts';
import { created, done, ok } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import { newId } from './ids.ts';
import type { Lab } from './lab.ts';
import type { Channel, Membership } from './model.ts';
import { must, mustSeeChannel } from './permissions.ts';
import { channelOf, hasRole, membersOf, userOf } from './world.ts';
import type { World } from './world.ts';

const NewChannel = z.object({
  team_id: z.string(),
  name: z.string().regex(/^[a-z0-9_-]{1,64}$/),
  display_name: z.string().min(1),
  type: z.enum(['O', 'P']),
  header: z.string().default(''),
  purpose: z.string().default(''),
});

/** `/channels…` themselves; their members are in members.ts. */
export function channelRoutes(lab: Lab): Route[] {
  const { world } = lab;
  const seen = (call: Call, channel: Channel): Answer => {
    mustSeeChannel(world, call.userId, channel);
    return ok(channel);
  };
  return [
    { method: 'POST', pattern: '/api/v4/channels', handle: (call) => createChannel(lab, call) },
    { method: 'POST', pattern: '/api/v4/channels/direct', handle: (call) => direct(lab, call) },
    { method: 'GET', pattern: '/api/v4/channels/{id}', handle: (call) => seen(call, channelOf(world, call.param('id'))) },
    { method: 'DELETE', pattern: '/api/v4/channels/{id}', handle: (call) => archive(lab, call) },
    { method: 'POST', pattern: '/api/v4/channels/{id}/restore', handle: (call) => restore(lab, call) },
    {
      method: 'GET',
      pattern: '/api/v4/teams/{team}/channels',
      handle: (call) => ok(inTeam(world, call.param('team')).filter((channel) => channel.type === 'O')),
    },
    {
      method: 'GET',
      pattern: '/api/v4/teams/{team}/channels/name/{name:word}',
      handle: (call) => seen(call, channelNamed(world, call.param('team'), call.param('name'))),
    },
    {
      method: 'GET',
      pattern: '/api/v4/teams/name/{team:word}/channels/name/{name:word}',
      handle: (call) => seen(call, channelNamed(world, teamNamed(world, call.param('team')).id, call.param('name'))),
    },
    { method: 'GET', pattern: '/api/v4/users/{user}/teams/{team}/channels', handle: (call) => ok(mine(world, call)) },
    { method: 'GET', pattern: '/api/v4/users/{user}/channels', handle: (call) => ok(mine(world, call)) },
  ];
}

function inTeam(world: World, teamId: string): Channel[] {
  return [...world.channels.values()].filter((channel) => channel.team_id === teamId && channel.delete_at === 0);
}

function teamNamed(world: World, name: string): { readonly id: string } {
  const team = [...world.teams.values()].find((one) => one.name === name);
  if (team === undefined) throw new AppError('app.team.get_by_name.missing.app_error');
  return team;
}

function channelNamed(world: World, teamId: string, name: string): Channel {
  const channel = inTeam(world, teamId).find((one) => one.name === name);
  if (channel === undefined) throw new AppError('app.channel.get_by_name.missing.app_error');
  return channel;
}

/** One's channels of a team, direct messages included, as Mattermost lists them. */
function mine(world: World, call: Call): Channel[] {
  if (call.param('user') !== call.userId) throw forbidden();
  const team = call.path.includes('/teams/') ? call.param('team') : null;
  const wanted = (channel: Channel): boolean => team === null || channel.team_id === team || channel.team_id === '';
  return [...world.channels.values()].filter(
    (channel) => channel.delete_at === 0 && wanted(channel) && membersOf(world.channelMembers, channel.id).has(call.userId),
  );
}

/** Stores a channel without members. */
export function addChannel(
  world: World,
  fields: Pick<Channel, 'team_id' | 'name' | 'display_name' | 'type' | 'creator_id'> & Partial<Pick<Channel, 'header' | 'purpose'>>,
): Channel {
  const now = world.now();
  const channel: Channel = {
    id: newId(),
    create_at: now,
    update_at: now,
    delete_at: 0,
    team_id: fields.team_id,
    type: fields.type,
    display_name: fields.display_name,
    name: fields.name,
    header: fields.header ?? '',
    purpose: fields.purpose ?? '',
    last_post_at: 0,
    total_msg_count: 0,
    extra_update_at: 0,
    creator_id: fields.creator_id,
    scheme_id: null,
    props: null,
    group_constrained: null,
    shared: null,
    total_msg_count_root: 0,
    policy_id: null,
    last_root_post_at: 0,
  };
  world.channels.set(channel.id, channel);
  return channel;
}

/** Makes somebody a member and tells the channel; joining twice changes nothing. */
export function join(lab: Lab, channel: Channel, userId: string, admin = false): Membership {
  const { world } = lab;
  const members = membersOf(world.channelMembers, channel.id);
  const already = members.get(userId);
  if (already !== undefined) return already;
  const guest = hasRole(userOf(world, userId), 'system_guest');
  const member: Membership = { user_id: userId, scheme_guest: guest, scheme_user: !guest, scheme_admin: admin, update_at: world.now() };
  members.set(userId, member);
  lab.hub.publish({ event: 'user_added', data: { team_id: channel.team_id, user_id: userId }, to: { channel_id: channel.id } });
  return member;
}

function createChannel(lab: Lab, call: Call): Answer {
  const { world } = lab;
  const fields = call.json(NewChannel);
  must(world, call.userId, fields.type === 'O' ? 'create_public_channel' : 'create_private_channel', { teamId: fields.team_id });
  if ([...world.channels.values()].some((one) => one.team_id === fields.team_id && one.name === fields.name)) {
    throw new AppError('store.sql_channel.save_channel.exists.app_error');
  }
  const channel = addChannel(world, { ...fields, creator_id: call.userId });
  join(lab, channel, call.userId, true);
  lab.hub.publish({ event: 'channel_created', data: { channel_id: channel.id, team_id: channel.team_id }, to: { user_id: call.userId } });
  return created(channel);
}

/** The channel of two people; its name is both ids in order, joined by `__`. */
function direct(lab: Lab, call: Call): Answer {
  const { world } = lab;
  const ids = call.json(z.array(z.string()));
  const [first, second] = ids.toSorted();
  if (ids.length !== 2 || first === undefined || second === undefined) throw badBody('user_ids');
  must(world, call.userId, 'create_direct_channel');
  if (!ids.includes(call.userId)) must(world, call.userId, 'manage_system');
  for (const id of ids) userOf(world, id);
  const name = `${first}__${second}`;
  const known = world.channels.values().find((one) => one.type === 'D' && one.name === name);
  if (known !== undefined) return created(known);
  const channel = addChannel(world, { team_id: '', name, display_name: '', type: 'D', creator_id: call.userId });
  for (const id of new Set(ids)) join(lab, channel, id);
  lab.hub.publish({
    event: 'direct_added',
    data: { creator_id: call.userId, teammate_id: ids.find((id) => id !== call.userId) ?? call.userId },
    to: { channel_id: channel.id },
  });
  return created(channel);
}

function archive(lab: Lab, call: Call): Answer {
  const channel = channelOf(lab.world, call.param('id'));
  must(lab.world, call.userId, channel.type === 'O' ? 'delete_public_channel' : 'delete_private_channel', { channel });
  channel.delete_at = lab.world.now();
  lab.hub.publish({
    event: 'channel_deleted',
    data: { channel_id: channel.id, delete_at: channel.delete_at },
    to: { channel_id: channel.id },
  });
  return done();
}

function restore(lab: Lab, call: Call): Answer {
  const channel = channelOf(lab.world, call.param('id'));
  must(lab.world, call.userId, 'manage_team', { teamId: channel.team_id });
  channel.delete_at = 0;
  lab.hub.publish({ event: 'channel_restored', data: { channel_id: channel.id }, to: { channel_id: channel.id } });
  return ok(channel);
}

/** What a direct message's channel is called for the event of a post: `@` and the author. */
export function displayName(world: World, channel: Channel, authorId: string): string {
  return channel.type === 'D' ? `@${userOf(world, authorId).username}` : channel.display_name;
}

/** Public channels of a team by the `~name`s that stand in a text. */
export function channelsNamed(world: World, teamId: string, names: string[]): Channel[] {
  return names.flatMap((name) => inTeam(world, teamId).filter((channel) => channel.type === 'O' && channel.name === name));
}
