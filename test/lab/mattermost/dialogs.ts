import { z } from 'zod';
import { AppError, badBody } from './errors.ts';
import { done, ok } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import { callIntegration } from './integration.ts';
import type { Lab } from './lab.ts';
import { mustReadChannel } from './permissions.ts';
import { readTrigger } from './trigger.ts';
import { channelOf } from './world.ts';

const Element = z.object({
  display_name: z.string().default(''),
  name: z.string(),
  type: z.string(),
  subtype: z.string().default(''),
  default: z.string().default(''),
  placeholder: z.string().default(''),
  help_text: z.string().default(''),
  optional: z.boolean().default(false),
  min_length: z.number().default(0),
  max_length: z.number().default(0),
  data_source: z.string().default(''),
  options: z
    .array(z.object({ text: z.string(), value: z.string() }))
    .nullable()
    .default(null),
  multiselect: z.boolean().default(false),
});
const Dialog = z.object({
  callback_id: z.string().default(''),
  title: z.string(),
  introduction_text: z.string().default(''),
  icon_url: z.string().default(''),
  elements: z.array(Element).nullable().default(null),
  submit_label: z.string().default(''),
  notify_on_cancel: z.boolean().default(false),
  state: z.string().default(''),
});
const Open = z.object({ trigger_id: z.string(), url: z.string(), dialog: Dialog });
const Submit = z.object({
  url: z.string(),
  callback_id: z.string().default(''),
  state: z.string().default(''),
  channel_id: z.string(),
  team_id: z.string().default(''),
  submission: z.record(z.string(), z.unknown()).default({}),
  cancelled: z.boolean().default(false),
});

/** Interactive dialogs: opening needs no session, the signed trigger is the credential. */
export function dialogRoutes(lab: Lab): Route[] {
  return [
    { method: 'POST', pattern: '/api/v4/actions/dialogs/open', open: true, handle: (call) => open(lab, call) },
    { method: 'POST', pattern: '/api/v4/actions/dialogs/submit', handle: (call) => submit(lab, call) },
  ];
}

function open(lab: Lab, call: Call): Answer {
  const request = call.json(Open);
  const { clientTriggerId, userId } = readTrigger(lab.world.keys, request.trigger_id, lab.world.now(), lab.integrationTimeoutMs);
  lab.hub.publish({
    event: 'open_dialog',
    data: { dialog: JSON.stringify({ ...request, trigger_id: clientTriggerId }) },
    to: { user_id: userId },
  });
  return done();
}

/** The client says where to and what for; only `user_id` is the server's own word. Values aren't validated. */
async function submit(lab: Lab, call: Call): Promise<Answer> {
  const { url, callback_id, state, channel_id, team_id, submission, cancelled } = call.json(Submit);
  mustReadChannel(lab.world, call.userId, channelOf(lab.world, channel_id));
  if (team_id !== '' && !lab.world.teamMembers.get(team_id)?.has(call.userId)) throw badBody('team_id');
  const body = JSON.stringify({
    type: 'dialog_submission',
    callback_id,
    state,
    user_id: call.userId,
    channel_id,
    team_id,
    submission: cancelled ? {} : submission,
    cancelled,
  });
  const headers = { Accept: 'application/json', 'Content-Type': 'application/json' };
  const answer = await callIntegration({ method: 'POST', url, headers, body, timeoutMs: lab.integrationTimeoutMs }).catch(() => null);
  if (answer?.status !== 200) throw new AppError('api.post.do_action.action_integration.app_error');
  return ok(answer.body === '' ? {} : errorsIn(answer.body));
}

function errorsIn(body: string): unknown {
  try {
    return z.object({ error: z.string().optional(), errors: z.record(z.string(), z.string()).optional() }).parse(JSON.parse(body));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) throw new AppError('app.submit_interactive_dialog.json_error');
    throw error;
  }
}
