import { z } from 'zod';
import { channelsNamed } from './channels.ts';
import { fromSlack, readCommandResponse, showCommandResponse } from './command-response.ts';
import type { CommandResponse } from './command-response.ts';
import { ofTeam } from './commands.ts';
import { AppError, badBody, forbidden } from './errors.ts';
import { ok, text } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import { newId } from './ids.ts';
import { callIntegration } from './integration.ts';
import type { Lab } from './lab.ts';
import { channelNamesIn, knownUsersIn } from './mentions.ts';
import type { Command } from './model.ts';
import { must } from './permissions.ts';
import { makeTrigger } from './trigger.ts';
import type { Trigger } from './trigger.ts';
import { channelOf, commandOf, teamOf, userOf } from './world.ts';

/** A `response_url` works five times and for half an hour; a use that fails counts. */
const HOOK_USES = 5;
const HOOK_LIFE_MS = 30 * 60_000;

const Execute = z.object({ channel_id: z.string(), command: z.string(), team_id: z.string().default(''), root_id: z.string().default('') });

/** By whom, and what stands behind the command. */
type Typed = z.infer<typeof Execute> & { readonly userId: string; readonly words: string };

/** Typing a slash command, and the address where its integration may answer later. */
export function executeRoutes(lab: Lab): Route[] {
  return [
    { method: 'POST', pattern: '/api/v4/commands/execute', handle: (call) => execute(lab, call) },
    { method: 'POST', pattern: '/hooks/commands/{id}', open: true, handle: (call) => answerLater(lab, call) },
  ];
}

async function execute(lab: Lab, call: Call): Promise<Answer> {
  const { world } = lab;
  const typed = call.json(Execute, 'command_args');
  if (!/^\/\S/.test(typed.command)) throw badBody('command');
  const channel = channelOf(world, typed.channel_id);
  must(world, call.userId, 'create_post', { channel });
  // A direct message has no team: the client says which one it shows.
  const teamId = channel.team_id === '' ? typed.team_id : channel.team_id;
  if (!world.teamMembers.get(teamId)?.has(call.userId)) must(world, call.userId, 'manage_system');
  if (!world.teams.has(teamId)) throw forbidden();
  const [, word = '', words = ''] = /^\/(\S+)(?:\s([\s\S]*))?$/.exec(typed.command) ?? [];
  const trigger = word.toLowerCase();
  const command = ofTeam(world, teamId).find((one) => one.trigger === trigger);
  if (command === undefined) throw new AppError('api.command.execute_command.not_found.app_error', trigger);
  const proof = makeTrigger(world.keys, call.userId, world.now());
  const response = await ask(lab, command, formOf(lab, command, { ...typed, team_id: teamId, userId: call.userId, words }, proof));
  const place = { userId: call.userId, channelId: typed.channel_id, rootId: typed.root_id };
  showCommandResponse(lab, command, place, response);
  return ok({ ...response, text: fromSlack(response.text), trigger_id: proof.clientTriggerId });
}

/** The form that the integration receives, keys in order, mentions only when they resolve. */
function formOf(lab: Lab, command: Command, typed: Typed, proof: Trigger): URLSearchParams {
  const { world } = lab;
  const { userId, words } = typed;
  const hookId = newId();
  world.hooks.set(hookId, {
    id: hookId,
    create_at: world.now(),
    command_id: command.id,
    user_id: userId,
    channel_id: typed.channel_id,
    root_id: typed.root_id,
    uses: 0,
  });
  const channels = channelsNamed(world, typed.team_id, [...new Set(channelNamesIn(words))]);
  const users = knownUsersIn(world, words);
  const fields: [string, string][] = [
    ['channel_id', typed.channel_id],
    ...channels.map((one): [string, string] => ['channel_mentions', one.name]),
    ...channels.map((one): [string, string] => ['channel_mentions_ids', one.id]),
    ['channel_name', channelOf(world, typed.channel_id).name],
    ['command', `/${command.trigger}`],
    ['response_url', `${lab.siteUrl}/hooks/commands/${hookId}`],
    ['root_id', typed.root_id],
    ['team_domain', teamOf(world, typed.team_id).name],
    ['team_id', typed.team_id],
    ['text', words],
    ['token', command.token],
    ['trigger_id', proof.triggerId],
    ['user_id', userId],
    ...users.map((one): [string, string] => ['user_mentions', one.username]),
    ...users.map((one): [string, string] => ['user_mentions_ids', one.id]),
    ['user_name', userOf(world, userId).username],
  ];
  return new URLSearchParams(fields);
}

/** Calls the integration. Anything but 200 is an error for the person, whatever its body says. */
async function ask(lab: Lab, command: Command, form: URLSearchParams): Promise<CommandResponse> {
  const byGet = command.method === 'G';
  const headers = { Accept: 'application/json', Authorization: `Token ${command.token}` };
  const answer = await callIntegration({
    method: byGet ? 'GET' : 'POST',
    url: byGet ? `${command.url}${command.url.includes('?') ? '&' : '?'}${form}` : command.url,
    headers: byGet ? headers : { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: byGet ? '' : String(form),
    timeoutMs: lab.integrationTimeoutMs,
  }).catch(() => null); // refused, cut or too late: one error for all, as recorded
  if (answer === null) throw new AppError('api.command.execute_command.failed.app_error', command.trigger);
  if (answer.status !== 200) throw new AppError('api.command.execute_command.failed_resp.app_error', command.trigger, answer.statusLine);
  return parsed(command, answer.contentType, answer.body);
}

function parsed(command: Command, contentType: string, body: string): CommandResponse {
  try {
    return readCommandResponse(contentType, body);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError)
      throw new AppError('api.command.execute_command.failed.app_error', command.trigger);
    throw error;
  }
}

/** No credential is asked for: whoever has the address may speak, five times. */
function answerLater(lab: Lab, call: Call): Answer {
  const hook = lab.world.hooks.get(call.param('id'));
  if (hook === undefined || lab.world.now() - hook.create_at > HOOK_LIFE_MS) return refuseHook(call, 404);
  hook.uses += 1;
  if (hook.uses > HOOK_USES) return refuseHook(call, 400);
  try {
    const response = readCommandResponse(call.headers['content-type'] ?? '', call.body.toString('utf8'));
    showCommandResponse(
      lab,
      commandOf(lab.world, hook.command_id),
      { userId: hook.user_id, channelId: hook.channel_id, rootId: hook.root_id },
      response,
    );
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || error instanceof AppError) return refuseHook(call, 400);
    throw error;
  }
  return text(200, 'ok');
}

/** This one error is never translated. */
function refuseHook(call: Call, status: number): Answer {
  const message = `Failed to handle command webhook ${call.param('id')}.`;
  return {
    status,
    json: { id: 'web.command_webhook.general.app_error', message, detailed_error: '', request_id: newId(), status_code: status },
  };
}
