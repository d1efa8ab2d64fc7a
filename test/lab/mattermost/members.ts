import { z } from 'zod';
import { join } from './channels.ts';
import { AppError } from './errors.ts';
import { created, done, ok } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import type { Lab } from './lab.ts';
import type { Channel, Membership } from './model.ts';
import { must, mustSeeChannel, rolesOf } from './permissions.ts';
import { systemPost } from './system-posts.ts';
import { page } from './users.ts';
import { channelOf, membersOf, userOf } from './world.ts';
import type { World } from './world.ts';

const NewMember = z.union([z.object({ user_id: z.string() }), z.object({ user_ids: z.array(z.string()).min(1) })]);

/** `/channels/{id}/members…`. */
export function memberRoutes(lab: Lab): Route[] {
  const { world } = lab;
  const channel = (call: Call): Channel => {
    const one = channelOf(world, call.param('id'));
    mustSeeChannel(world, call.userId, one);
    return one;
  };
  return [
    {
      method: 'GET',
      pattern: '/api/v4/channels/{id}/members',
      handle: (call) =>
        ok(page(call, [...membersOf(world.channelMembers, channel(call).id).values()]).map((one) => shown(call.param('id'), one))),
    },
    { method: 'POST', pattern: '/api/v4/channels/{id}/members', handle: (call) => add(lab, call) },
    {
      method: 'GET',
      pattern: '/api/v4/channels/{id}/members/{user}',
      handle: (call) => ok(shown(channel(call).id, memberOf(world, call))),
    },
    { method: 'DELETE', pattern: '/api/v4/channels/{id}/members/{user}', handle: (call) => remove(lab, call) },
    {
      method: 'GET',
      pattern: '/api/v4/channels/{id}/stats',
      handle: (call) =>
        ok({
          channel_id: channel(call).id,
          member_count: membersOf(world.channelMembers, call.param('id')).size,
          guest_count: 0,
          pinnedpost_count: 0,
          files_count: 0,
        }),
    },
  ];
}

function shown(channelId: string, member: Membership): Record<string, unknown> {
  return {
    channel_id: channelId,
    user_id: member.user_id,
    roles: rolesOf(member, 'channel'),
    last_viewed_at: 0,
    msg_count: 0,
    mention_count: 0,
    mention_count_root: 0,
    urgent_mention_count: 0,
    msg_count_root: 0,
    notify_props: {},
    last_update_at: member.update_at,
    scheme_guest: member.scheme_guest,
    scheme_user: member.scheme_user,
    scheme_admin: member.scheme_admin,
    explicit_roles: '',
  };
}

function memberOf(world: World, call: Call): Membership {
  const member = membersOf(world.channelMembers, call.param('id')).get(call.param('user'));
  if (member === undefined) throw new AppError('app.channel.get_member.missing.app_error');
  return member;
}

/** Anybody of the team may join a public channel alone; members may bring others of the team in. */
function add(lab: Lab, call: Call): Answer {
  const { world } = lab;
  const channel = channelOf(world, call.param('id'));
  const body = call.json(NewMember);
  const ids = 'user_ids' in body ? body.user_ids : [body.user_id];
  for (const id of ids) {
    if (id === call.userId && channel.type === 'O') must(world, call.userId, 'join_public_channels', { teamId: channel.team_id });
    else must(world, call.userId, channel.type === 'O' ? 'manage_public_channel_members' : 'manage_private_channel_members', { channel });
    userOf(world, id);
    if (!membersOf(world.teamMembers, channel.team_id).has(id)) throw new AppError('app.team.get_member.missing.app_error');
  }
  const members = ids.map((id) => enter(lab, channel, call.userId, id));
  return created('user_ids' in body ? members : members[0]);
}

function enter(lab: Lab, channel: Channel, byId: string, userId: string): Record<string, unknown> {
  const fresh = !membersOf(lab.world.channelMembers, channel.id).has(userId);
  const member = join(lab, channel, userId);
  if (fresh) systemPost(lab, channel, byId === userId ? 'system_join_channel' : 'system_add_to_channel', { byId, whoId: userId });
  return shown(channel.id, member);
}

function remove(lab: Lab, call: Call): Answer {
  const { world } = lab;
  const channel = channelOf(world, call.param('id'));
  const userId = memberOf(world, call).user_id;
  if (userId !== call.userId)
    must(world, call.userId, channel.type === 'O' ? 'manage_public_channel_members' : 'manage_private_channel_members', { channel });
  membersOf(world.channelMembers, channel.id).delete(userId);
  lab.hub.publish({ event: 'user_removed', data: { remover_id: call.userId, user_id: userId }, to: { channel_id: channel.id } });
  lab.hub.publish({ event: 'user_removed', data: { remover_id: call.userId, channel_id: channel.id }, to: { user_id: userId } });
  const type = userId === call.userId ? 'system_leave_channel' : 'system_remove_from_channel';
  systemPost(lab, channel, type, { byId: call.userId, whoId: userId });
  return done();
}
