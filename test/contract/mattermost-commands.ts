import { expect, it } from 'vitest';
import { Rest, errorId } from '#test/lab/mattermost/rest.ts';
import type { RestAnswer } from '#test/lab/mattermost/rest.ts';
import type { Scene } from './mattermost-scene.ts';

/** What people see of an integration's answers, in time or late. */
export function commandCases(here: () => Scene): void {
  const type = (words = 'help'): Promise<RestAnswer> => {
    const { alice, ops, team, command } = here();
    return alice.slash(ops.id, team.id, `/${command.trigger} ${words}`);
  };
  const later = (): Rest => new Rest(here().server.url, '');
  const responsePath = (): string => new URL(new URLSearchParams(here().integration.last().body).get('response_url') ?? '').pathname;

  it('echoes the answer to the caller’s client, every key present', async () => {
    here().integration.answerJson({ response_type: 'ephemeral', text: 'voici **l aide**' });
    const { status, json } = await type();
    expect(status).toBe(200);
    expect(json).toEqual({
      response_type: 'ephemeral',
      text: 'voici **l aide**',
      username: '',
      channel_id: '',
      icon_url: '',
      type: '',
      props: null,
      goto_location: '',
      trigger_id: expect.stringMatching(/^[a-z0-9]{26}$/),
      skip_slack_parsing: false,
      attachments: null,
      extra_responses: null,
    });
  });

  it('shows an ephemeral answer to the caller alone, in the command’s name', async () => {
    const { alice, bob, ops, integration } = here();
    const [hers, his] = [await alice.listen(), await bob.listen()];
    integration.answerJson({ text: 'only for you', username: 'ignored' });
    await type();
    const heard = await hers.waitFor((one) => one.event === 'ephemeral_message');
    expect(heard.post).toMatchObject({
      message: 'only for you',
      type: 'system_ephemeral',
      user_id: alice.id,
      update_at: 0,
      props: { from_webhook: 'true', override_username: 'vigie' },
    });
    expect(heard.broadcast).toMatchObject({ user_id: alice.id, channel_id: ops.id });
    await alice.say(ops.id, 'after the answer');
    await his.waitForPost('after the answer');
    expect(his.names()).not.toContain('ephemeral_message');
    hers.close();
    his.close();
  });

  it('posts an in_channel answer as the caller’s own, with from_webhook', async () => {
    const { alice, bot, integration } = here();
    const ears = await bot.listen();
    integration.answerJson({ response_type: 'in_channel', text: 'public answer', props: { key: 'v' } });
    await type();
    const post = await ears.waitForPost('public answer');
    expect(post).toMatchObject({
      user_id: alice.id,
      props: { key: 'v', from_webhook: 'true', override_icon_url: '', override_username: 'vigie' },
    });
    expect(ears.events.find((one) => one.post?.id === post.id)?.data['sender_name']).toBe('vigie');
    ears.close();
  });

  it('shows extra responses as posts of their own, in order', async () => {
    const { alice, integration } = here();
    const ears = await alice.listen();
    integration.answerJson({ text: '1', extra_responses: [{ response_type: 'in_channel', text: 'extra2' }, { text: 'extra3' }] });
    await type();
    await ears.waitFor((one) => one.post?.message === 'extra3');
    const shown = ears.events.filter((one) => one.event === 'posted' || one.event === 'ephemeral_message');
    expect(shown.map((one) => [one.event, one.post?.message])).toEqual([
      ['ephemeral_message', '1'],
      ['posted', 'extra2'],
      ['ephemeral_message', 'extra3'],
    ]);
    ears.close();
  });

  it.each([
    ['nothing at all', {}, ''],
    ['an empty object', { type: 'application/json', body: '{}' }, ''],
    ['plain text', { type: 'text/plain', body: 'texte brut' }, 'texte brut'],
  ])('takes %s with 200', async (_what, reply, text) => {
    here().integration.answer(reply);
    const { status, json } = await type();
    expect(status).toBe(200);
    expect(json).toMatchObject({ response_type: '', text });
  });

  it.each([201, 204, 401, 500])('shows an error for a %i', async (status) => {
    here().integration.answer({ status });
    const answer = await type();
    expect([answer.status, errorId(answer)]).toEqual([500, 'api.command.execute_command.failed_resp.app_error']);
  });

  it.each([
    ['a broken connection', 'reset' as const],
    ['invalid JSON', { type: 'application/json', body: '{"text":' }],
  ])('shows an error for %s', async (_what, reply) => {
    here().integration.answer(reply);
    const answer = await type();
    expect([answer.status, errorId(answer)]).toEqual([500, 'api.command.execute_command.failed.app_error']);
  });

  it('gives up when the answer takes too long', { timeout: 40_000 }, async () => {
    here().integration.answer('hang');
    const start = performance.now();
    const answer = await type();
    expect([answer.status, errorId(answer)]).toEqual([500, 'api.command.execute_command.failed.app_error']);
    expect(performance.now() - start).toBeGreaterThan(here().server.integrationTimeoutMs * 0.95);
  });

  it('follows a redirection with a GET', async () => {
    const { integration } = here();
    integration.answer({ status: 302, location: '/elsewhere' });
    expect((await type()).status).toBe(200);
    expect(integration.received.slice(-2).map((one) => `${one.method} ${one.path}`)).toEqual([
      'POST /mattermost/command',
      'GET /elsewhere',
    ]);
  });

  it('answers 404 for a command that nobody made', async () => {
    const { alice, ops, team } = here();
    const answer = await alice.slash(ops.id, team.id, '/nosuchcommandhere');
    expect([answer.status, errorId(answer)]).toEqual([404, 'api.command.execute_command.not_found.app_error']);
  });

  it('takes five late answers at the response_url, without any credential, and not a sixth', async () => {
    const { alice, integration } = here();
    integration.answer({});
    await type();
    const ears = await alice.listen();
    for (let use = 1; use <= 5; use += 1) {
      const { status, text } = await later().request('POST', responsePath(), {
        response_type: use % 2 === 1 ? 'in_channel' : 'ephemeral',
        text: `late ${use}`,
      });
      expect([status, text]).toEqual([200, 'ok']);
    }
    for (const _use of [6, 7]) {
      const { status, json } = await later().request('POST', responsePath(), { text: 'too much' });
      expect(status).toBe(400);
      expect(json).toMatchObject({
        id: 'web.command_webhook.general.app_error',
        message: expect.stringContaining('Failed to handle command webhook'),
      });
    }
    await ears.waitFor((one) => one.post?.message === 'late 5');
    const late = ears.events.filter((one) => one.post?.message.startsWith('late'));
    expect(late.map((one) => [one.event, one.post?.user_id])).toEqual(
      [1, 2, 3, 4, 5].map((use) => [use % 2 === 1 ? 'posted' : 'ephemeral_message', alice.id]),
    );
    ears.close();
  });

  it('lets a late answer go to another channel of the caller, and to no other', async () => {
    const { alice, hidden, lobby, integration } = here();
    integration.answer({});
    await type();
    expect(
      (await later().request('POST', responsePath(), { response_type: 'in_channel', text: 'moved', channel_id: hidden.id })).status,
    ).toBe(200);
    expect((await alice.posts(hidden.id)).at(-1)?.message).toBe('moved');
    expect(
      (await later().request('POST', responsePath(), { response_type: 'in_channel', text: 'x', channel_id: lobby.id })).status,
    ).toBeGreaterThanOrEqual(400);
  });

  it('answers 404 at an unknown response_url', async () => {
    const { status, json } = await later().request('POST', '/hooks/commands/aaaaaaaaaaaaaaaaaaaaaaaaaa', { text: 'x' });
    expect(status).toBe(404);
    expect(json).toMatchObject({ id: 'web.command_webhook.general.app_error' });
  });
}
