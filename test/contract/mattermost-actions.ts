import { expect, it } from 'vitest';
import { z } from 'zod';
import type { Listener } from '#test/lab/mattermost/listener.ts';
import { errorId } from '#test/lab/mattermost/rest.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { actionsOf } from '#test/lab/mattermost/seen.ts';
import type { Scene } from './mattermost-scene.ts';

const FORBIDDEN = [403, 'api.context.permissions.app_error'];

/** Buttons and menus: the integration learns who clicked from the server, and everything else from whoever wrote the post. */
export function actionCases(here: () => Scene): void {
  const attached = (): Record<string, unknown> => {
    const url = `${here().integration.url}/mattermost/action`;
    const actions = [
      { id: 'ack', type: 'button', name: 'Prendre', integration: { url, context: { alert: 12, what: 'ack' } } },
      { id: 'sel', type: 'select', name: 'Choisir', options: [{ text: 'A', value: 'a' }], integration: { url, context: { what: 'sel' } } },
      { id: 'with-dash', name: 'tiret', integration: { url } },
    ];
    return { attachments: [{ text: 'alert', actions }] };
  };
  const alert = (): Promise<SeenPost> => here().bot.say(here().ops.id, 'Alerte 12', { props: attached() });
  const body = (): Record<string, unknown> => z.record(z.string(), z.unknown()).parse(JSON.parse(here().integration.last().body));

  it('calls the integration without any credential, and tells who clicked, where and on what', async () => {
    const { alice, ops, team, integration } = here();
    integration.answerJson({});
    const post = await alert();
    const { status, json } = await alice.click(post.id, 'ack');
    expect(status).toBe(200);
    expect(json).toEqual({ status: 'OK', trigger_id: expect.stringMatching(/^[a-z0-9]{26}$/) });
    const { rawHeaders, body: bytes } = integration.last();
    expect(rawHeaders).toEqual([
      `Host: ${new URL(integration.url).host}`,
      'User-Agent: Mattermost-Bot/1.1',
      `Content-Length: ${Buffer.byteLength(bytes)}`,
      'Accept: application/json',
      'Content-Type: application/json',
      'Accept-Encoding: gzip',
    ]);
    expect(body()).toEqual({
      user_id: alice.id,
      user_name: alice.username,
      channel_id: ops.id,
      channel_name: ops.name,
      team_id: team.id,
      team_domain: team.name,
      post_id: post.id,
      trigger_id: expect.any(String),
      type: 'button',
      data_source: '',
      context: { alert: 12, what: 'ack' },
    });
  });

  it('adds the choice of a menu to the context', async () => {
    const { alice, integration } = here();
    integration.answerJson({});
    await alice.click((await alert()).id, 'sel', 'a');
    expect(body()).toMatchObject({ type: 'select', context: { what: 'sel', selected_option: 'a' } });
  });

  it('lets anybody forge a button with a context of their own', async () => {
    const { alice, ops, integration } = here();
    integration.answerJson({});
    const actions = [{ id: 'a', name: 'n', integration: { url: `${integration.url}/mattermost/action`, context: { forge: 1 } } }];
    const post = await alice.say(ops.id, 'forged', { props: { attachments: [{ text: 't', actions }] } });
    expect((await alice.click(post.id, 'a')).status).toBe(200);
    expect(body()).toMatchObject({ user_id: alice.id, context: { forge: 1 } });
  });

  it('has no page for an action id with a dash, and no action for an unknown one', async () => {
    const { alice } = here();
    const post = await alert();
    const dashed = await alice.click(post.id, 'with-dash');
    expect([dashed.status, errorId(dashed)]).toEqual([404, 'api.context.404.app_error']);
    expect((await alice.click(post.id, 'nosuch')).status).toBe(404);
  });

  it('lets only those click who can read the post', async () => {
    const { alice, bob, hidden } = here();
    const post = await alice.say(hidden.id, 'private', { props: attached() });
    const answer = await bob.click(post.id, 'ack');
    expect([answer.status, errorId(answer)]).toEqual(FORBIDDEN);
  });

  it('changes the post by update; props that are given replace all, from_bot and buttons included', async () => {
    const { alice, integration } = here();
    const post = await alert();
    integration.answerJson({ update: { message: 'pris par @alice', props: {} } });
    await alice.click(post.id, 'ack');
    const after = await alice.post(post.id);
    expect(after).toMatchObject({ message: 'pris par @alice', props: {} });
    expect(after.edit_at).toBeGreaterThan(0);
    expect(actionsOf(after)).toEqual([]);
  });

  it('keeps the props when an update has none', async () => {
    const { alice, integration } = here();
    const post = await alert();
    integration.answerJson({ update: { message: 'm2' } });
    await alice.click(post.id, 'ack');
    const after = await alice.post(post.id);
    expect([after.message, after.props['from_bot'], actionsOf(after).length]).toEqual(['m2', 'true', 3]);
  });

  it('ignores an error in a 200, and turns a 500 into 400', async () => {
    const { alice, integration } = here();
    const post = await alert();
    integration.answerJson({ error: { message: 'no' } });
    expect((await alice.click(post.id, 'ack')).status).toBe(200);
    integration.answer({ status: 500 });
    const answer = await alice.click(post.id, 'ack');
    expect([answer.status, errorId(answer)]).toEqual([400, 'api.post.do_action.action_integration.app_error']);
  });

  it('shows ephemeral_text to who clicked, in the thread of the post', async () => {
    const { alice, integration } = here();
    const ears = await alice.listen();
    const post = await alert();
    integration.answerJson({ ephemeral_text: 'fait' });
    await alice.click(post.id, 'ack');
    const heard = await ears.waitFor((one) => one.event === 'ephemeral_message');
    expect(heard.post).toMatchObject({ message: 'fait', user_id: alice.id, root_id: post.id, type: 'system_ephemeral' });
    ears.close();
  });

  /** An ephemeral answer with buttons, as its reader's websocket brings it. */
  async function ephemeral(ears: Listener): Promise<SeenPost> {
    const { alice, ops, team, command, integration } = here();
    integration.answerJson({ text: 'choix', attachments: attached()['attachments'] });
    await alice.slash(ops.id, team.id, `/${command.trigger} ask`);
    const heard = await ears.waitFor((one) => one.event === 'ephemeral_message' && one.post?.message === 'choix');
    if (heard.post === undefined) throw new Error('an ephemeral message without a post');
    return heard.post;
  }

  it('gives the buttons of an ephemeral post a cookie, without which a click is refused', async () => {
    const { alice, integration } = here();
    const ears = await alice.listen();
    const post = await ephemeral(ears);
    expect(actionsOf(post)[0]?.cookie).toMatch(/^[A-Za-z0-9+/]+=*$/);
    const bare = await alice.click(post.id, 'ack');
    expect([bare.status, errorId(bare)]).toEqual(FORBIDDEN);
    integration.answerJson({ ephemeral_text: 'fait2' });
    expect((await alice.click(post, 'ack')).status).toBe(200);
    expect(body()).toMatchObject({ post_id: post.id, user_id: alice.id, context: { alert: 12 } });
    expect((await ears.waitFor((one) => one.post?.message === 'fait2')).post?.root_id).toBe(post.id);
    ears.close();
  });

  it('cannot update an ephemeral post: the integration is called, then 404', async () => {
    const { alice, integration } = here();
    const ears = await alice.listen();
    const post = await ephemeral(ears);
    const calls = integration.received.length;
    integration.answerJson({ update: { message: 'x' } });
    const answer = await alice.click(post, 'ack');
    expect([answer.status, errorId(answer)]).toEqual([404, 'app.post.get.app_error']);
    expect(integration.received.length).toBe(calls + 1);
    ears.close();
  });
}
