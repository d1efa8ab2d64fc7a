import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectMattermost } from '#adapters/mattermost/connect.ts';
import type { Mattermost } from '#adapters/mattermost/connect.ts';
import { systemClock } from '#kernel/clock.ts';
import { connectAdmin } from '#test/lab/mattermost/admin.ts';
import { startMattermost, type LabMattermost } from '#test/lab/mattermost/server.ts';

const EVE = 'e'.repeat(26);
let server: LabMattermost;
let chat: Mattermost;
let before = 0;
beforeEach(async () => {
  server = await startMattermost();
  const admin = await connectAdmin(server.url, server.adminToken);
  const team = await admin.createTeam({ name: 'team' });
  const ops = await admin.createChannel({ id: team.id }, { name: 'ops' });
  const bot = await admin.createBot('vigie');
  await admin.addToChannel(ops, bot);
  chat = await connectMattermost({
    url: server.url,
    token: bot.token,
    operationsChannel: 'ops',
    clock: systemClock,
    facts: { fact: async () => null, remember: async () => undefined },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  // The key is asked for once, at the start.
  await chat.verifyTrigger('', EVE);
  before = server.requests.length;
});
afterEach(async () => await server.stop());

const forged = (at: number): string =>
  Buffer.from(`${randomBytes(13).toString('hex')}:${EVE}:${at}:${randomBytes(70).toString('base64')}`).toString('base64');

describe('a forged trigger', () => {
  it('costs Mattermost nothing when its form, its user or its age is wrong', async () => {
    for (const trigger of ['', 'nonsense', forged(Date.now() - 3_600_000), Buffer.from('a:b:c:d').toString('base64')])
      expect(await chat.verifyTrigger(trigger, EVE)).toEqual({ kind: 'forged' });
    expect(server.requests).toHaveLength(before);
  });

  it('a thousand times costs Mattermost one request', async () => {
    const verified = await Promise.all(Array.from({ length: 1_000 }, () => chat.verifyTrigger(forged(Date.now()), EVE)));
    expect(new Set(verified.map(({ kind }) => kind))).toEqual(new Set(['forged']));
    expect(server.requests.length - before).toBeLessThanOrEqual(2);
  });
});
