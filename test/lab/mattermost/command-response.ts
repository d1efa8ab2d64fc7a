import { z } from 'zod';
import { AppError } from './errors.ts';
import type { Lab } from './lab.ts';
import type { Command, Props } from './model.ts';
import { isMember } from './permissions.ts';
import { sendEphemeral } from './ephemeral.ts';
import { createPost } from './posts.ts';

const string = z.string().default('');
const Response = z.object({
  response_type: string,
  text: string,
  username: string,
  channel_id: string,
  icon_url: string,
  type: string,
  props: z.record(z.string(), z.unknown()).nullable().default(null),
  goto_location: string,
  trigger_id: string,
  skip_slack_parsing: z.boolean().default(false),
  attachments: z.array(z.unknown()).nullable().default(null),
});

/** What a command answers, at once or later by its `response_url`; every key is present, as the client of the caller sees it. */
export const CommandResponse = Response.extend({ extra_responses: z.array(Response).nullable().default(null) });
export type CommandResponse = z.infer<typeof CommandResponse>;

/** Where the command was typed, and by whom. */
interface Typed {
  userId: string;
  channelId: string;
  rootId: string;
}

/**
 * Reads an answer: JSON when it says so, else its text as it is. An empty body is an empty answer.
 * @throws SyntaxError or ZodError when it says JSON and isn't.
 */
export function readCommandResponse(contentType: string, body: string): CommandResponse {
  const isJson = contentType.split(';')[0]?.trim() === 'application/json';
  return CommandResponse.parse(isJson ? JSON.parse(body) : { text: body });
}

/** Shows an answer, then each of its extra ones, in that order. */
export function showCommandResponse(lab: Lab, command: Command, typed: Typed, response: CommandResponse): void {
  for (const one of [response, ...(response.extra_responses ?? [])]) showOne(lab, command, typed, one);
}

/** The post is the caller's own, in the command's name: `user_id` is who typed, `override_username` the command. */
function showOne(lab: Lab, command: Command, typed: Typed, response: z.infer<typeof Response>): void {
  if (response.channel_id !== '' && !isMember(lab.world, response.channel_id, typed.userId))
    throw new AppError('api.command.command_post.forbidden.app_error');
  const name = command.username || response.username;
  const props: Props = {
    ...response.props,
    ...(response.attachments !== null && { attachments: response.attachments }),
    ...(name !== '' && { override_username: name }),
    override_icon_url: command.icon_url || response.icon_url,
    from_webhook: 'true',
  };
  const post = {
    user_id: typed.userId,
    channel_id: response.channel_id || typed.channelId,
    root_id: response.channel_id === '' || response.channel_id === typed.channelId ? typed.rootId : '',
    message: response.skip_slack_parsing ? response.text : fromSlack(response.text),
    type: response.type || (response.attachments === null ? '' : 'slack_attachment'),
    props,
  };
  if (response.response_type === 'in_channel') createPost(lab, post, { byWebhook: true });
  else if (response.text !== '' || response.attachments !== null) sendEphemeral(lab, typed.userId, post);
}

/** Slack's `<https://example.org|text>` becomes Markdown, and `<!channel>` a mention. */
export function fromSlack(text: string): string {
  return text.replace(/<(https?:[^|>\s]+)\|([^>]+)>/g, '[$2]($1)').replace(/<!(channel|here|all)>/g, '@$1');
}
