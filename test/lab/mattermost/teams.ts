import { z } from 'zod';
import { addChannel, join } from './channels.ts';
import { AppError } from './errors.ts';
import { created, done, ok } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import { newId } from './ids.ts';
import type { Lab } from './lab.ts';
import type { Membership, Team } from './model.ts';
import { must, rolesOf } from './permissions.ts';
import { page } from './users.ts';
import { hasRole, membersOf, teamOf, userOf } from './world.ts';
import type { World } from './world.ts';

const NewTeam = z.object({ name: z.string().regex(/^[a-z0-9-]{2,64}$/), display_name: z.string().min(1), type: z.enum(['O', 'I']) });
const SchemeRoles = z.object({ scheme_user: z.boolean(), scheme_admin: z.boolean(), scheme_guest: z.boolean().optional() });

/** `/teams…` and who is in them. Every member is put in ~town-square and ~off-topic. */
export function teamRoutes(lab: Lab): Route[] {
  const { world } = lab;
  const team = (call: Call): Team => teamOf(world, call.param('id'));
  const mine = (call: Call): Team[] =>
    [...world.teams.values()].filter((one) => one.delete_at === 0 && membersOf(world.teamMembers, one.id).has(call.param('user')));
  const members = (call: Call): Membership[] => page(call, [...membersOf(world.teamMembers, team(call).id).values()]);
  return [
    { method: 'POST', pattern: '/api/v4/teams', handle: (call) => createTeam(lab, call) },
    {
      method: 'GET',
      pattern: '/api/v4/teams',
      handle: (call) =>
        ok(
          page(
            call,
            [...world.teams.values()].filter((one) => one.delete_at === 0),
          ),
        ),
    },
    { method: 'GET', pattern: '/api/v4/teams/name/{name:word}', handle: (call) => ok(teamNamed(world, call.param('name'))) },
    { method: 'GET', pattern: '/api/v4/teams/{id}', handle: (call) => ok(team(call)) },
    { method: 'DELETE', pattern: '/api/v4/teams/{id}', handle: (call) => archive(lab, call, team(call)) },
    { method: 'GET', pattern: '/api/v4/users/{user}/teams', handle: (call) => ok(mine(call)) },
    { method: 'POST', pattern: '/api/v4/teams/{id}/members', handle: (call) => addMember(lab, call, team(call)) },
    {
      method: 'GET',
      pattern: '/api/v4/teams/{id}/members',
      handle: (call) => ok(members(call).map((one) => shown(call.param('id'), one))),
    },
    { method: 'GET', pattern: '/api/v4/teams/{id}/members/{user}', handle: (call) => ok(shown(call.param('id'), memberOf(world, call))) },
    { method: 'DELETE', pattern: '/api/v4/teams/{id}/members/{user}', handle: (call) => removeMember(lab, call, team(call)) },
    { method: 'PUT', pattern: '/api/v4/teams/{id}/members/{user}/schemeRoles', handle: (call) => changeScheme(lab, call, team(call)) },
  ];
}

function shown(teamId: string, member: Membership): Record<string, unknown> {
  const { user_id, scheme_guest, scheme_user, scheme_admin } = member;
  return {
    team_id: teamId,
    user_id,
    roles: rolesOf(member, 'team'),
    delete_at: 0,
    scheme_guest,
    scheme_user,
    scheme_admin,
    explicit_roles: '',
  };
}

function teamNamed(world: World, name: string): Team {
  const team = world.teams.values().find((one) => one.name === name);
  if (team === undefined) throw new AppError('app.team.get_by_name.missing.app_error');
  return team;
}

function memberOf(world: World, call: Call): Membership {
  const member = membersOf(world.teamMembers, call.param('id')).get(call.param('user'));
  if (member === undefined) throw new AppError('app.team.get_member.missing.app_error');
  return member;
}

function createTeam(lab: Lab, call: Call): Answer {
  const { world } = lab;
  must(world, call.userId, 'create_team');
  const fields = call.json(NewTeam);
  if (world.teams.values().some((one) => one.name === fields.name)) throw new AppError('app.team.save.existing.app_error');
  const now = world.now();
  const team: Team = {
    id: newId(),
    create_at: now,
    update_at: now,
    delete_at: 0,
    display_name: fields.display_name,
    name: fields.name,
    description: '',
    email: '',
    type: fields.type,
    company_name: '',
    allowed_domains: '',
    invite_id: newId(),
    allow_open_invite: false,
    scheme_id: null,
    group_constrained: null,
    policy_id: null,
  };
  world.teams.set(team.id, team);
  for (const [name, display_name] of [
    ['town-square', 'Town Square'],
    ['off-topic', 'Off-Topic'],
  ] as const) {
    addChannel(world, { team_id: team.id, name, display_name, type: 'O', creator_id: '' });
  }
  enter(lab, team, call.userId).scheme_admin = true;
  return created(team);
}

/** Makes somebody a member of the team and of its two channels for everybody. Does nothing to who already is. */
function enter(lab: Lab, team: Team, userId: string): Membership {
  const { world } = lab;
  const members = membersOf(world.teamMembers, team.id);
  const already = members.get(userId);
  if (already !== undefined) return already;
  const guest = hasRole(userOf(world, userId), 'system_guest');
  const member: Membership = { user_id: userId, scheme_guest: guest, scheme_user: !guest, scheme_admin: false, update_at: world.now() };
  members.set(userId, member);
  for (const channel of world.channels.values()) {
    if (!guest && channel.team_id === team.id && (channel.name === 'town-square' || channel.name === 'off-topic'))
      join(lab, channel, userId);
  }
  lab.hub.publish({ event: 'added_to_team', data: { team_id: team.id, user_id: userId }, to: { user_id: userId } });
  return member;
}

function addMember(lab: Lab, call: Call, team: Team): Answer {
  must(lab.world, call.userId, 'add_user_to_team', { teamId: team.id });
  const { user_id } = call.json(z.object({ user_id: z.string() }));
  return created(shown(team.id, enter(lab, team, userOf(lab.world, user_id).id)));
}

function removeMember(lab: Lab, call: Call, team: Team): Answer {
  const userId = call.param('user');
  if (userId !== call.userId) must(lab.world, call.userId, 'remove_user_from_team', { teamId: team.id });
  membersOf(lab.world.teamMembers, team.id).delete(userId);
  for (const channel of lab.world.channels.values()) {
    if (channel.team_id === team.id) membersOf(lab.world.channelMembers, channel.id).delete(userId);
  }
  lab.hub.publish({ event: 'leave_team', data: { team_id: team.id, user_id: userId }, to: { team_id: team.id } });
  return done();
}

function changeScheme(lab: Lab, call: Call, team: Team): Answer {
  must(lab.world, call.userId, 'manage_team_roles', { teamId: team.id });
  Object.assign(memberOf(lab.world, call), call.json(SchemeRoles));
  return done();
}

function archive(lab: Lab, call: Call, team: Team): Answer {
  must(lab.world, call.userId, 'manage_team', { teamId: team.id });
  team.delete_at = lab.world.now();
  return done();
}
