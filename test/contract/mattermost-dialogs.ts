import { expect, it } from 'vitest';
import { z } from 'zod';
import { Rest, errorId } from '#test/lab/mattermost/rest.ts';
import type { Scene } from './mattermost-scene.ts';

/** Interactive dialogs. */
export function dialogCases(here: () => Scene): void {
  const anybody = (): Rest => new Rest(here().server.url, '');
  const dialog = {
    callback_id: 'incident',
    title: 'Déclarer',
    elements: [{ display_name: 'Titre', name: 'titre', type: 'text', max_length: 80 }],
    submit_label: 'Envoyer',
    notify_on_cancel: true,
    state: 'etat-42',
  };
  const opening = (trigger: string): Record<string, unknown> => ({
    trigger_id: trigger,
    url: `${here().integration.url}/mattermost/dialog`,
    dialog,
  });

  /** A trigger id, as a slash command gives it. */
  async function trigger(): Promise<string> {
    const { alice, ops, team, command, integration } = here();
    integration.answer({});
    await alice.slash(ops.id, team.id, `/${command.trigger} dialog`);
    return new URLSearchParams(integration.last().body).get('trigger_id') ?? '';
  }

  it('opens for whoever clicked, by the trigger alone, as often as asked', async () => {
    const { alice, bob } = here();
    const [hers, his] = [await alice.listen(), await bob.listen()];
    const id = await trigger();
    for (const _time of [1, 2]) {
      const { status, json } = await anybody().request('POST', '/actions/dialogs/open', opening(id));
      expect([status, json]).toEqual([200, { status: 'OK' }]);
    }
    const heard = await hers.waitFor((one) => one.event === 'open_dialog');
    expect(heard.broadcast.user_id).toBe(alice.id);
    expect(JSON.parse(String(heard.data['dialog']))).toMatchObject({
      trigger_id: expect.stringMatching(/^[a-z0-9]{26}$/),
      dialog: { callback_id: 'incident', state: 'etat-42' },
    });
    await alice.say(here().ops.id, 'after the dialog');
    await his.waitForPost('after the dialog');
    expect(his.names()).not.toContain('open_dialog');
    hers.close();
    his.close();
  });

  it('refuses a trigger that isn’t one', async () => {
    const answer = await anybody().request('POST', '/actions/dialogs/open', opening('not base64 !'));
    expect([answer.status, errorId(answer)]).toEqual([400, 'interactive_message.decode_trigger_id.base64_decode_failed']);
  });

  it('refuses a trigger with another’s name in it', async () => {
    const { alice, bob } = here();
    const forged = Buffer.from(
      Buffer.from(await trigger(), 'base64')
        .toString()
        .replace(alice.id, bob.id),
    ).toString('base64');
    expect((await anybody().request('POST', '/actions/dialogs/open', opening(forged))).status).toBe(400);
  });

  it('refuses a trigger that is older than the time-out of integrations', { timeout: 60_000 }, async () => {
    const { server } = here();
    const id = await trigger();
    await server.passTime(server.integrationTimeoutMs + 1_000);
    const answer = await anybody().request('POST', '/actions/dialogs/open', opening(id));
    expect([answer.status, errorId(answer)]).toEqual([400, 'interactive_message.decode_trigger_id.expired']);
  });

  it('hands a submission over, and its errors back', async () => {
    const { alice, ops, team, integration } = here();
    integration.answerJson({ errors: { titre: 'trop court' } });
    const submission = { titre: 'x', grav: 'h', prev: true, never_asked: 1 };
    const { status, json } = await alice.rest.request('POST', '/actions/dialogs/submit', {
      url: `${integration.url}/mattermost/dialog`,
      callback_id: 'incident',
      state: 'etat-42',
      channel_id: ops.id,
      team_id: team.id,
      submission,
      cancelled: false,
    });
    expect([status, json]).toEqual([200, { errors: { titre: 'trop court' } }]);
    expect(JSON.parse(integration.last().body)).toEqual({
      type: 'dialog_submission',
      callback_id: 'incident',
      state: 'etat-42',
      user_id: alice.id,
      channel_id: ops.id,
      team_id: team.id,
      submission,
      cancelled: false,
    });
  });

  it('overwrites only the user id of a forged submission', async () => {
    const { alice, bob, ops, team, integration } = here();
    integration.answer({});
    await alice.rest.request('POST', '/actions/dialogs/submit', {
      url: `${integration.url}/mattermost/dialog`,
      callback_id: 'FAUX',
      state: 'forge',
      user_id: bob.id,
      channel_id: ops.id,
      team_id: team.id,
      submission: { titre: 'forge' },
      cancelled: false,
    });
    expect(JSON.parse(integration.last().body)).toMatchObject({ user_id: alice.id, callback_id: 'FAUX', state: 'forge' });
  });

  it('tells of a cancellation with an empty submission', async () => {
    const { alice, ops, team, integration } = here();
    integration.answer({});
    const { json } = await alice.rest.request('POST', '/actions/dialogs/submit', {
      url: `${integration.url}/mattermost/dialog`,
      callback_id: 'incident',
      state: '',
      channel_id: ops.id,
      team_id: team.id,
      submission: {},
      cancelled: true,
    });
    expect(json).toEqual({});
    expect(z.object({ cancelled: z.boolean() }).parse(JSON.parse(integration.last().body)).cancelled).toBe(true);
  });
}
