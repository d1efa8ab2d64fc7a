import { createPublicKey, verify } from 'node:crypto';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { Rest, errorId } from '#test/lab/mattermost/rest.ts';
import type { Scene } from './mattermost-scene.ts';

/** What an integration receives when somebody types a slash command. */
export function commandRequestCases(here: () => Scene): void {
  const form = (): URLSearchParams => new URLSearchParams(here().integration.last().body);

  it('sends a form, with the command’s token as Authorization and as a field', async () => {
    const { alice, team, ops, command, integration } = here();
    integration.answer({});
    await alice.slash(ops.id, team.id, `/${command.trigger} help`);
    const { method, path, rawHeaders, body } = integration.last();
    expect([method, path]).toEqual(['POST', '/mattermost/command']);
    expect(rawHeaders).toEqual([
      `Host: ${new URL(integration.url).host}`,
      'User-Agent: Mattermost-Bot/1.1',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Accept: application/json',
      `Authorization: Token ${command.token}`,
      'Content-Type: application/x-www-form-urlencoded',
      'Accept-Encoding: gzip',
    ]);
    expect(form().get('token')).toBe(command.token);
  });

  it('fills the fields itself, in alphabetical order', async () => {
    const { alice, team, ops, command, server, integration } = here();
    integration.answer({});
    await alice.slash(ops.id, team.id, `/${command.trigger} help`);
    const sent = form();
    expect([...sent.keys()]).toEqual([
      'channel_id',
      'channel_name',
      'command',
      'response_url',
      'root_id',
      'team_domain',
      'team_id',
      'text',
      'token',
      'trigger_id',
      'user_id',
      'user_name',
    ]);
    expect(Object.fromEntries(sent)).toMatchObject({
      channel_id: ops.id,
      channel_name: ops.name,
      root_id: '',
      team_domain: team.name,
      team_id: team.id,
      text: 'help',
      user_id: alice.id,
      user_name: alice.username,
    });
    expect(sent.get('response_url')).toMatch(new RegExp(`^${server.url}/hooks/commands/[a-z0-9]{26}$`));
  });

  it('lowers the command, and leaves the text as typed', async () => {
    const { alice, team, ops, command, integration } = here();
    integration.answer({});
    await alice.slash(ops.id, team.id, `/${command.trigger.toUpperCase()}   Help   Deux  Espaces\nligne2`);
    expect([form().get('command'), form().get('text')]).toEqual([`/${command.trigger}`, '  Help   Deux  Espaces\nligne2']);
  });

  it('names the people and channels that the text mentions, when they exist', async () => {
    const { alice, bob, team, ops, lobby, command, integration } = here();
    integration.answer({});
    await alice.slash(
      ops.id,
      team.id,
      `/${command.trigger} prévenir @${bob.username} @${alice.username} @inconnu dans ~${lobby.name} (urgent)`,
    );
    const sent = form();
    expect(sent.getAll('user_mentions')).toHaveLength(2);
    const pairs = sent.getAll('user_mentions').map((name, index) => [name, sent.getAll('user_mentions_ids')[index]]);
    expect(pairs).toEqual(
      expect.arrayContaining([
        [bob.username, bob.id],
        [alice.username, alice.id],
      ]),
    );
    expect([sent.get('channel_mentions'), sent.get('channel_mentions_ids')]).toEqual([lobby.name, lobby.id]);
  });

  it('says in which thread it was typed', async () => {
    const { alice, team, ops, command, integration } = here();
    integration.answer({});
    const root = await alice.say(ops.id, 'root');
    await alice.slash(ops.id, team.id, `/${command.trigger} here`, root.id);
    expect(form().get('root_id')).toBe(root.id);
  });

  it('works in a direct message, of the team that the client names; without one it is refused', async () => {
    const { alice, bot, team, command, integration } = here();
    integration.answer({});
    const direct = await alice.dm(bot.id);
    expect((await alice.slash(direct.id, team.id, `/${command.trigger} help`)).status).toBe(200);
    expect([form().get('channel_name'), form().get('team_id')]).toEqual([direct.name, team.id]);
    const teamless = await alice.slash(direct.id, '', `/${command.trigger} help`);
    expect([teamless.status, errorId(teamless)]).toEqual([403, 'api.context.permissions.app_error']);
  });

  it('lets a bot type it as well', async () => {
    const { bot, team, ops, command, integration } = here();
    integration.answer({});
    expect((await bot.slash(ops.id, team.id, `/${command.trigger} help`)).status).toBe(200);
    expect(form().get('user_name')).toBe(bot.username);
  });

  it('signs a trigger id that the published key verifies: who clicked, and when', async () => {
    const { alice, team, ops, command, server, integration } = here();
    integration.answer({});
    const before = Date.now();
    const answer = await alice.slash(ops.id, team.id, `/${command.trigger} help`);
    const [clientTriggerId, userId, millis, signature = '', ...rest] = Buffer.from(form().get('trigger_id') ?? '', 'base64')
      .toString('utf8')
      .split(':');
    expect([userId, rest]).toEqual([alice.id, []]);
    expect(Number(millis)).toBeGreaterThan(before - 60_000);
    expect(answer.json).toMatchObject({ trigger_id: clientTriggerId });
    const config = await new Rest(server.url, '').ask(
      z.object({ AsymmetricSigningPublicKey: z.string() }),
      'GET',
      '/config/client?format=old',
    );
    const key = createPublicKey({ key: Buffer.from(config.AsymmetricSigningPublicKey, 'base64'), type: 'spki', format: 'der' });
    const isValid = (data: string): boolean =>
      verify('sha256', Buffer.from(data), { key, dsaEncoding: 'der' }, Buffer.from(signature, 'base64'));
    expect(isValid(`${clientTriggerId}:${userId}:${millis}:`)).toBe(true);
    expect(isValid(`${clientTriggerId}:${here().bob.id}:${millis}:`)).toBe(false);
  });
}
