import { forbidden } from './errors.ts';
import type { Channel, Membership } from './model.ts';
import { userOf } from './world.ts';
import type { World } from './world.ts';

/** Where a right is asked for. A channel includes its team, and both include the system. */
export interface Place {
  channel?: Channel;
  teamId?: string;
}

/** The roles that a membership gives: `scheme` is `team` or `channel`. */
export function rolesOf(member: Membership, scheme: 'team' | 'channel'): string {
  const roles = [];
  if (member.scheme_guest) roles.push(`${scheme}_guest`);
  if (member.scheme_user) roles.push(`${scheme}_user`);
  if (member.scheme_admin) roles.push(`${scheme}_admin`);
  return roles.join(' ');
}

/** Whether one of this person's roles there, in its team or in the system holds the permission. */
export function can(world: World, userId: string, permission: string, place: Place = {}): boolean {
  const names = userOf(world, userId).roles.split(' ');
  const teamId = place.channel?.team_id ?? place.teamId ?? '';
  const inTeam = world.teamMembers.get(teamId)?.get(userId);
  if (inTeam !== undefined) names.push(...rolesOf(inTeam, 'team').split(' '));
  const inChannel = place.channel === undefined ? undefined : world.channelMembers.get(place.channel.id)?.get(userId);
  if (inChannel !== undefined) names.push(...rolesOf(inChannel, 'channel').split(' '));
  return names.some((name) => world.roles.get(name)?.permissions.includes(permission) === true);
}

/** Throws 403 `api.context.permissions.app_error` when {@link can} says no. */
export function must(world: World, userId: string, permission: string, place: Place = {}): void {
  if (!can(world, userId, permission, place)) throw forbidden();
}

/** Seeing that a channel exists: its members, and for a public one everybody in the team. */
export function mustSeeChannel(world: World, userId: string, channel: Channel): void {
  if (can(world, userId, 'read_channel', { channel })) return;
  if (channel.type === 'O' && can(world, userId, 'read_public_channel', { teamId: channel.team_id })) return;
  throw forbidden();
}

/** Reading what is said: as recorded, 403 for a bot that isn't a member, a public channel included. */
export function mustReadChannel(world: World, userId: string, channel: Channel): void {
  must(world, userId, 'read_channel_content', { channel });
}

export function isMember(world: World, channelId: string, userId: string): boolean {
  return world.channelMembers.get(channelId)?.has(userId) === true;
}
