import { z } from 'zod';
import { attachmentsOf, openCookie } from './attachments.ts';
import type { Action } from './attachments.ts';
import { fromSlack } from './command-response.ts';
import { AppError } from './errors.ts';
import { ok } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import { callIntegration } from './integration.ts';
import type { Lab } from './lab.ts';
import type { Post, Props } from './model.ts';
import { mustReadChannel } from './permissions.ts';
import { sendEphemeral } from './ephemeral.ts';
import { mustExistToClick } from './post-view.ts';
import { editPost } from './posts.ts';
import { makeTrigger } from './trigger.ts';
import { channelOf, postOf, userOf } from './world.ts';

const Click = z.object({ selected_option: z.string().default(''), cookie: z.string().default('') });
const Update = z.object({ message: z.string().default(''), props: z.record(z.string(), z.unknown()).nullish() });
const ActionResponse = z.object({
  update: Update.nullish(),
  ephemeral_text: z.string().default(''),
  skip_slack_parsing: z.boolean().default(false),
});

/** Only these survive an `update` that brings props of its own. */
const RETAINED = ['override_username', 'override_icon_url'];

/** What was clicked: a button or a menu of a stored post, or of an ephemeral one that its cookie describes. */
interface Clicked {
  action: Action;
  postId: string;
  rootId: string;
  channelId: string;
  retained: Props;
}

/** Who clicked, what they chose in a menu, and the proof of it. */
interface ByWhom {
  userId: string;
  option: string;
  triggerId: string;
}

/** Buttons and menus. Action ids take letters and digits only: another one is no route, hence Mattermost's page-not-found. */
export function actionRoutes(lab: Lab): Route[] {
  return [{ method: 'POST', pattern: '/api/v4/posts/{id}/actions/{action}', handle: (call) => click(lab, call) }];
}

async function click(lab: Lab, call: Call): Promise<Answer> {
  const { selected_option, cookie } = call.body.length === 0 ? { selected_option: '', cookie: '' } : call.json(Click);
  const clicked = clickedBy(lab, call, cookie);
  const proof = makeTrigger(lab.world.keys, call.userId, lab.world.now());
  const response = await ask(lab, clicked, { userId: call.userId, option: selected_option, triggerId: proof.triggerId });
  if (response.update) update(lab, clicked, response.update);
  if (response.ephemeral_text !== '') {
    const message = response.skip_slack_parsing ? response.ephemeral_text : fromSlack(response.ephemeral_text);
    sendEphemeral(lab, call.userId, {
      user_id: call.userId,
      channel_id: clicked.channelId,
      root_id: clicked.rootId,
      message,
      props: clicked.retained,
    });
  }
  return ok({ status: 'OK', trigger_id: proof.clientTriggerId });
}

function clickedBy(lab: Lab, call: Call, sealed: string): Clicked {
  const { world } = lab;
  const cookie = world.posts.has(call.param('id')) ? null : openCookie(sealed);
  if (cookie !== null) {
    mustReadChannel(world, call.userId, channelOf(world, cookie.channel_id));
    if (cookie.post_id !== call.param('id')) throw new AppError('api.post.do_action.action_integration.app_error');
    return { action: cookie.action, postId: cookie.post_id, rootId: cookie.root_post_id, channelId: cookie.channel_id, retained: {} };
  }
  const post = mustExistToClick(world, call.userId, call.param('id'));
  const action = attachmentsOf(post.props)
    .flatMap((one) => one.actions ?? [])
    .find((one) => one.id === call.param('action'));
  if (action?.integration === undefined) throw new AppError('api.post.do_action.action_id.app_error');
  return {
    action,
    postId: post.id,
    rootId: post.root_id === '' ? post.id : post.root_id,
    channelId: post.channel_id,
    retained: retainedOf(post),
  };
}

function retainedOf(post: Post): Props {
  return Object.fromEntries(RETAINED.flatMap((key) => (key in post.props ? [[key, post.props[key]]] : [])));
}

/** Calls the integration, without any credential: the ids are the server's own, the context is whatever the author of the post wrote. */
async function ask(lab: Lab, clicked: Clicked, { userId, option, triggerId }: ByWhom): Promise<z.infer<typeof ActionResponse>> {
  const { world } = lab;
  const { action } = clicked;
  const channel = channelOf(world, clicked.channelId);
  const chosen = action.type === 'select' && option !== '';
  const body = JSON.stringify({
    user_id: userId,
    user_name: userOf(world, userId).username,
    channel_id: channel.id,
    channel_name: channel.name,
    team_id: channel.team_id,
    team_domain: world.teams.get(channel.team_id)?.name ?? '',
    post_id: clicked.postId,
    trigger_id: triggerId,
    type: action.type ?? '',
    data_source: chosen ? (action.data_source ?? '') : '',
    context: chosen ? { selected_option: option, ...action.integration?.context } : (action.integration?.context ?? null),
  });
  const headers = { Accept: 'application/json', 'Content-Type': 'application/json' };
  const answer = await callIntegration({
    method: 'POST',
    url: action.integration?.url ?? '',
    headers,
    body,
    timeoutMs: lab.integrationTimeoutMs,
  }).catch(() => null);
  if (answer?.status !== 200) throw new AppError('api.post.do_action.action_integration.app_error');
  return parsed(answer.body);
}

function parsed(body: string): z.infer<typeof ActionResponse> {
  try {
    return ActionResponse.parse(body === '' ? {} : JSON.parse(body));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) throw new AppError('api.post.do_action.action_integration.app_error');
    throw error;
  }
}

/** An ephemeral post is stored nowhere, so updating it is a 404, as recorded. Props that aren't given stay. */
function update(lab: Lab, clicked: Clicked, change: z.infer<typeof Update>): void {
  const post = postOf(lab.world, clicked.postId);
  editPost(lab, post, { message: change.message, ...(change.props && { props: { ...change.props, ...clicked.retained } }) });
}
