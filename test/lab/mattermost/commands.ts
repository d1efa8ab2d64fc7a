import { z } from 'zod';
import { AppError, forbidden } from './errors.ts';
import { created, done, ok } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import { newId } from './ids.ts';
import type { Lab } from './lab.ts';
import type { Command } from './model.ts';
import { can, must } from './permissions.ts';
import { commandOf, teamOf } from './world.ts';
import type { World } from './world.ts';

/** Words that Mattermost answers itself, so that no command can take them. */
const BUILT_IN = new Set([
  'away',
  'code',
  'collapse',
  'dnd',
  'echo',
  'expand',
  'groupmsg',
  'header',
  'help',
  'invite',
  'invite_people',
  'join',
  'kick',
  'leave',
  'logout',
  'marketplace',
  'me',
  'msg',
  'mute',
  'offline',
  'online',
  'open',
  'purpose',
  'remove',
  'rename',
  'search',
  'settings',
  'share-channel',
  'shortcuts',
  'shrug',
  'status',
  'test',
]);

const Fields = z.object({
  team_id: z.string(),
  trigger: z.string(),
  method: z.enum(['P', 'G', '']).default('P'),
  url: z.string(),
  username: z.string().default(''),
  icon_url: z.string().default(''),
  auto_complete: z.boolean().default(false),
  auto_complete_desc: z.string().default(''),
  auto_complete_hint: z.string().default(''),
  display_name: z.string().default(''),
  description: z.string().default(''),
});

/** The custom slash commands of a team; running one is in execute.ts. */
export function commandRoutes(lab: Lab): Route[] {
  const { world } = lab;
  return [
    { method: 'POST', pattern: '/api/v4/commands', handle: (call) => create(lab, call) },
    { method: 'GET', pattern: '/api/v4/commands', handle: (call) => list(world, call) },
    {
      method: 'GET',
      pattern: '/api/v4/teams/{team}/commands/autocomplete',
      handle: (call) =>
        ok(
          ofTeam(world, call.param('team'))
            .filter((one) => one.auto_complete)
            .map(forEverybody),
        ),
    },
    { method: 'GET', pattern: '/api/v4/commands/{id}', handle: (call) => ok(managed(world, call)) },
    { method: 'PUT', pattern: '/api/v4/commands/{id}', handle: (call) => update(world, call) },
    { method: 'DELETE', pattern: '/api/v4/commands/{id}', handle: (call) => remove(world, call) },
    {
      method: 'PUT',
      pattern: '/api/v4/commands/{id}/regen_token',
      handle: (call) => ok({ token: Object.assign(managed(world, call), { token: newId() }).token }),
    },
  ];
}

/** The commands of a team that weren't deleted. */
export function ofTeam(world: World, teamId: string): Command[] {
  return [...world.commands.values()].filter((command) => command.team_id === teamId && command.delete_at === 0);
}

function create(lab: Lab, call: Call): Answer {
  const { world } = lab;
  const fields = call.json(Fields, 'command');
  must(world, call.userId, 'manage_own_slash_commands', { teamId: teamOf(world, fields.team_id).id });
  const trigger = triggerFor(world, fields.team_id, fields.trigger, null);
  if (!/^https?:\/\//.test(fields.url)) throw new AppError('model.command.is_valid.url.app_error');
  const { team_id, method, url, ...rest } = fields;
  const now = world.now();
  const command: Command = {
    id: newId(),
    token: newId(),
    create_at: now,
    update_at: now,
    delete_at: 0,
    creator_id: call.userId,
    team_id,
    trigger,
    method,
    username: rest.username,
    icon_url: rest.icon_url,
    auto_complete: rest.auto_complete,
    auto_complete_desc: rest.auto_complete_desc,
    auto_complete_hint: rest.auto_complete_hint,
    display_name: rest.display_name,
    description: rest.description,
    url,
    plugin_id: '',
  };
  world.commands.set(command.id, command);
  return created(command);
}

function triggerFor(world: World, teamId: string, wanted: string, ownId: string | null): string {
  const trigger = wanted.toLowerCase();
  if (trigger === '' || trigger.length > 128 || /[/\s]/.test(trigger)) throw new AppError('model.command.is_valid.trigger.app_error');
  const taken = ofTeam(world, teamId).some((one) => one.trigger === trigger && one.id !== ownId);
  if (taken || BUILT_IN.has(trigger)) throw new AppError('api.command.duplicate_trigger.app_error');
  return trigger;
}

/** Whoever may manage commands sees all of the team's, tokens included; for others the list is for completion. */
function list(world: World, call: Call): Answer {
  const teamId = teamOf(world, call.query.get('team_id') ?? '').id;
  const manages = can(world, call.userId, 'manage_own_slash_commands', { teamId });
  if (call.query.get('custom_only') === 'true' && !manages) throw forbidden();
  return ok(ofTeam(world, teamId).map((command) => (manages ? command : forEverybody(command))));
}

function forEverybody(command: Command): Command {
  return { ...command, token: '', creator_id: '', method: '', url: '', username: '', icon_url: '' };
}

/** The command, if this person may change it: without any right over commands it doesn't exist. */
function managed(world: World, call: Call): Command {
  const command = commandOf(world, call.param('id'));
  const place = { teamId: command.team_id };
  if (!can(world, call.userId, 'manage_own_slash_commands', place)) throw new AppError('store.sql_command.get.missing.app_error');
  if (command.creator_id !== call.userId && !can(world, call.userId, 'manage_others_slash_commands', place)) throw forbidden();
  return command;
}

/** As recorded, `autocomplete_data` comes back in the answer but is not stored: completion of arguments is for plugins. */
function update(world: World, call: Call): Answer {
  const command = managed(world, call);
  const fields = call.json(Fields.partial().extend({ autocomplete_data: z.unknown().optional() }), 'command');
  const { autocomplete_data, team_id: _team, trigger, ...rest } = fields;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  if (trigger !== undefined) command.trigger = triggerFor(world, command.team_id, trigger, command.id);
  Object.assign(command, given, { update_at: world.now() });
  return ok(autocomplete_data === undefined ? command : { ...command, autocomplete_data });
}

function remove(world: World, call: Call): Answer {
  managed(world, call).delete_at = world.now();
  return done();
}
