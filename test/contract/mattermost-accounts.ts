import { expect, it } from 'vitest';
import { z } from 'zod';
import { Rest, errorId } from '#test/lab/mattermost/rest.ts';
import { SeenUser } from '#test/lab/mattermost/seen.ts';
import type { Scene } from './mattermost-scene.ts';

/** Sessions, people, and the form of every answer. */
export function accountCases(here: () => Scene): void {
  it('refuses a request without a token, or with an unknown one, with 401 and the same error', async () => {
    for (const token of ['', 'nosuchtokennosuchtokennosu']) {
      const answer = await new Rest(here().server.url, token).request('GET', '/users/me');
      expect([answer.status, errorId(answer)]).toEqual([401, 'api.context.session_expired.app_error']);
    }
  });

  it('writes errors as id, message, detailed_error, request_id, status_code', async () => {
    const { json } = await here().alice.rest.request('GET', '/posts/aaaaaaaaaaaaaaaaaaaaaaaaaa');
    expect(json).toEqual({
      id: 'app.post.get.app_error',
      message: expect.any(String),
      detailed_error: '',
      request_id: expect.stringMatching(/^[a-z0-9]{26}$/),
      status_code: 404,
    });
  });

  it('sends JSON as application/json without a charset, with its version', async () => {
    const { headers } = await here().alice.rest.request('GET', '/users/me');
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('x-version-id')).toMatch(/^\d+\.\d+\.\d+\./);
  });

  it('says which page is missing, for an unknown path', async () => {
    const { status, json } = await here().alice.rest.request('GET', '/nothing/here');
    expect(status).toBe(404);
    expect(json).toMatchObject({ id: 'api.context.404.app_error', detailed_error: expect.stringContaining("url='/api/v4/nothing/here'") });
  });

  it('answers ping without a session', async () => {
    const { status, json } = await new Rest(here().server.url, '').request('GET', '/system/ping');
    expect(status).toBe(200);
    expect(json).toMatchObject({ status: 'OK' });
  });

  it('finds people by id and by name, alone and many at once', async () => {
    const { alice, bob } = here();
    const one = await alice.rest.ask(SeenUser, 'GET', `/users/username/${bob.username}`);
    expect(one.id).toBe(bob.id);
    expect((await alice.rest.ask(SeenUser, 'GET', `/users/${bob.id}`)).username).toBe(bob.username);
    const byIds = await alice.rest.ask(z.array(SeenUser), 'POST', '/users/ids', [alice.id, bob.id]);
    const byNames = await alice.rest.ask(z.array(SeenUser), 'POST', '/users/usernames', [alice.username, bob.username, 'nobody-at-all']);
    for (const people of [byIds, byNames]) expect(people.map((person) => person.id).toSorted()).toEqual([alice.id, bob.id].toSorted());
  });

  it('answers 404 for an unknown person', async () => {
    const answer = await here().alice.rest.request('GET', '/users/username/nobody-at-all');
    expect([answer.status, errorId(answer)]).toEqual([404, 'app.user.get_by_username.app_error']);
  });

  it('marks bots', async () => {
    const { alice, bob, bot } = here();
    const Marked = z.object({ is_bot: z.boolean().optional() });
    expect((await alice.rest.ask(Marked, 'GET', `/users/${bot.id}`)).is_bot).toBe(true);
    expect((await alice.rest.ask(Marked, 'GET', `/users/${bob.id}`)).is_bot).toBeUndefined();
  });

  it('ends the session of somebody who is deactivated, and shows when', async () => {
    const { admin, alice } = here();
    const leaver = await admin.createPerson();
    await admin.deactivate(leaver);
    expect((await leaver.rest.request('GET', '/users/me')).status).toBe(401);
    expect((await alice.rest.ask(SeenUser, 'GET', `/users/${leaver.id}`)).delete_at).toBeGreaterThan(0);
  });

  it('silences a bot that is disabled', async () => {
    const { admin } = here();
    const bot = await admin.createBot();
    await admin.me.rest.tell('POST', `/bots/${bot.id}/disable`);
    expect((await bot.rest.request('GET', '/users/me')).status).toBe(401);
    await admin.me.rest.tell('POST', `/bots/${bot.id}/enable`);
    expect((await bot.me()).delete_at).toBe(0);
  });

  it('lists a person’s teams, and the channels of each', async () => {
    const { bot, team, ops, hidden } = here();
    const Ids = z.array(z.object({ id: z.string() }));
    expect((await bot.rest.ask(Ids, 'GET', '/users/me/teams')).map((one) => one.id)).toEqual([team.id]);
    const channels = (await bot.rest.ask(Ids, 'GET', `/users/me/teams/${team.id}/channels`)).map((one) => one.id);
    expect(channels).toContain(ops.id);
    expect(channels).not.toContain(hidden.id);
  });

  it('lists a channel’s members, and tells whether one is', async () => {
    const { bot, alice, ops } = here();
    const members = await bot.rest.ask(z.array(z.object({ user_id: z.string() })), 'GET', `/channels/${ops.id}/members?per_page=200`);
    expect(members.map((one) => one.user_id)).toEqual(expect.arrayContaining([alice.id, bot.id]));
    const member = await bot.rest.ask(z.object({ roles: z.string() }), 'GET', `/channels/${ops.id}/members/${alice.id}`);
    expect(member.roles).toBe('channel_user');
    const stranger = await here().admin.createPerson();
    expect((await bot.rest.request('GET', `/channels/${ops.id}/members/${stranger.id}`)).status).toBe(404);
  });

  it('names a direct channel after both people, in order', async () => {
    const { bot, alice } = here();
    const direct = await bot.dm(alice.id);
    expect(direct).toMatchObject({ type: 'D', name: [bot.id, alice.id].toSorted().join('__'), team_id: '' });
    expect((await alice.dm(bot.id)).id).toBe(direct.id);
  });
}
