import { expect, it } from 'vitest';
import { z } from 'zod';
import type { Person } from '#test/lab/mattermost/person.ts';
import { errorId } from '#test/lab/mattermost/rest.ts';
import type { Scene } from './mattermost-scene.ts';

const FORBIDDEN = [403, 'api.context.permissions.app_error'];

/** What a fresh bot may do, and how it gets what it may not. */
export function permissionCases(here: () => Scene): void {
  const attempt = async (who: Person, method: string, path: string, body?: unknown): Promise<[number, string]> => {
    const answer = await who.rest.request(method, path, body);
    return [answer.status, errorId(answer)];
  };

  it('lets nobody post where they aren’t a member, in a public channel neither', async () => {
    const { bot, hidden, lobby } = here();
    for (const channel of [hidden, lobby])
      expect(await attempt(bot, 'POST', '/posts', { channel_id: channel.id, message: 'x' })).toEqual(FORBIDDEN);
  });

  it('lets nobody read a private channel that they aren’t in', async () => {
    const { bot, hidden } = here();
    expect(await attempt(bot, 'GET', `/channels/${hidden.id}/posts`)).toEqual(FORBIDDEN);
  });

  it('lets a bot of the team join a public channel alone, and bring others in', async () => {
    const { admin, team, bot, bob } = here();
    const channel = await admin.createChannel(team);
    expect((await attempt(bot, 'POST', `/channels/${channel.id}/members`, { user_id: bot.id }))[0]).toBe(201);
    expect((await attempt(bot, 'POST', `/channels/${channel.id}/members`, { user_id: bob.id }))[0]).toBe(201);
  });

  it('lets a bot with system_post_all post anywhere, but neither read nor react there', async () => {
    const { admin, team, alice, hidden } = here();
    const herald = await admin.createBot();
    await admin.addToTeam(team, herald);
    await admin.setRoles(herald, 'system_user system_post_all');
    expect((await attempt(herald, 'POST', '/posts', { channel_id: hidden.id, message: 'x' }))[0]).toBe(201);
    expect(await attempt(herald, 'GET', `/channels/${hidden.id}/posts`)).toEqual(FORBIDDEN);
    const post = await alice.say(hidden.id, 'vote');
    expect(await attempt(herald, 'POST', '/reactions', { user_id: herald.id, post_id: post.id, emoji_name: 'eyes' })).toEqual(FORBIDDEN);
  });

  it('refuses the managers’ roles to a bot', async () => {
    const { admin, bot } = here();
    for (const role of ['system_manager', 'system_user_manager']) {
      expect((await attempt(admin.me, 'PUT', `/users/${bot.id}/roles`, { roles: `system_user ${role}` }))[0]).toBe(400);
    }
  });

  it('refuses ephemeral posts to a plain bot, and to one with system_post_all', async () => {
    const { admin, alice, ops } = here();
    const whisperer = await admin.createBot();
    await admin.addToChannel(ops, whisperer);
    const body = { user_id: alice.id, post: { channel_id: ops.id, message: 'psst' } };
    expect(await attempt(whisperer, 'POST', '/posts/ephemeral', body)).toEqual(FORBIDDEN);
    await admin.setRoles(whisperer, 'system_user system_post_all');
    expect(await attempt(whisperer, 'POST', '/posts/ephemeral', body)).toEqual(FORBIDDEN);
  });

  it('allows ephemeral posts once the permission is added to a role of the bot; only that person hears', async () => {
    const { admin, alice, bob, ops } = here();
    const whisperer = await admin.createBot();
    await admin.addToChannel(ops, whisperer);
    await admin.grant('system_post_all', 'create_post_ephemeral');
    await admin.setRoles(whisperer, 'system_user system_post_all');
    const [hers, his] = [await alice.listen(), await bob.listen()];
    const { status, json } = await whisperer.rest.request('POST', '/posts/ephemeral', {
      user_id: alice.id,
      post: { channel_id: ops.id, message: 'psst' },
    });
    expect(status).toBe(201);
    expect(json).toMatchObject({ type: 'system_ephemeral', user_id: whisperer.id, update_at: 0, file_ids: null });
    const heard = await hers.waitFor((one) => one.event === 'ephemeral_message');
    expect([heard.post?.message, heard.broadcast.user_id]).toEqual(['psst', alice.id]);
    await alice.say(ops.id, 'after the whisper');
    await his.waitForPost('after the whisper');
    expect(his.names()).not.toContain('ephemeral_message');
    hers.close();
    his.close();
  });

  it('reserves slash commands to team administrators', async () => {
    const { admin, team, bot, alice, command, integration } = here();
    const body = { team_id: team.id, trigger: 'botcmd', method: 'P', url: integration.url };
    for (const who of [bot, alice]) expect(await attempt(who, 'POST', '/commands', body)).toEqual(FORBIDDEN);
    expect(await attempt(alice, 'GET', `/commands?team_id=${team.id}&custom_only=true`)).toEqual(FORBIDDEN);
    await admin.setTeamAdmin(team, bot);
    const made = await bot.rest.ask(z.looseObject({ id: z.string(), token: z.string() }), 'POST', '/commands', body);
    expect(made).toMatchObject({ creator_id: bot.id, trigger: 'botcmd', method: 'P', plugin_id: '' });
    const listed = await bot.rest.ask(
      z.array(z.object({ id: z.string(), token: z.string() })),
      'GET',
      `/commands?team_id=${team.id}&custom_only=true`,
    );
    expect(listed.find((one) => one.id === command.id)?.token).toBe(command.token); // not its own, and yet shown
    const renewed = await bot.rest.ask(z.object({ token: z.string() }), 'PUT', `/commands/${made.id}/regen_token`);
    expect(renewed.token).not.toBe(made.token);
    expect((await attempt(bot, 'DELETE', `/commands/${made.id}`))[0]).toBe(200);
    await admin.setTeamAdmin(team, bot, false);
    expect(await attempt(bot, 'POST', '/commands', body)).toEqual(FORBIDDEN);
  });

  it('refuses triggers that are taken, built in, or no word', async () => {
    const { admin, team, command, integration } = here();
    const make = (trigger: string): Promise<[number, string]> =>
      attempt(admin.me, 'POST', '/commands', { team_id: team.id, trigger, method: 'P', url: integration.url });
    for (const trigger of [command.trigger, 'join']) expect(await make(trigger)).toEqual([400, 'api.command.duplicate_trigger.app_error']);
    for (const trigger of ['/x', 'a b']) expect(await make(trigger)).toEqual([400, 'model.command.is_valid.trigger.app_error']);
  });

  it('gives autocomplete_data back without storing it', async () => {
    const { admin, command } = here();
    const data = { Trigger: command.trigger, Hint: '', HelpText: 'aide', RoleID: 'system_user', Arguments: [], SubCommands: [] };
    const stored = (await admin.me.rest.request('GET', `/commands/${command.id}`)).json;
    const body = { ...z.record(z.string(), z.unknown()).parse(stored), autocomplete_data: data };
    expect((await admin.me.rest.request('PUT', `/commands/${command.id}`, body)).json).toHaveProperty('autocomplete_data');
    const again = z
      .looseObject({ autocomplete_data: z.unknown().optional() })
      .parse((await admin.me.rest.request('GET', `/commands/${command.id}`)).json);
    expect(again.autocomplete_data ?? null).toBeNull();
  });
}
