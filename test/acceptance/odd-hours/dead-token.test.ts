import { afterEach, describe, expect, it } from 'vitest';
import type { Page, Pager } from '#ports/pager.ts';
import { NO_ALERTS } from '#test/lab/parts.ts';
import { Scene, until } from '../scene.ts';

let scene: Scene;
afterEach(() => scene.close());

/** Somebody's phone, and what it rang for. */
function phone(): { readonly pagers: ReadonlyMap<string, Pager>; readonly pages: Page[] } {
  const pages: Page[] = [];
  const pager: Pager = { name: 'phone', minSeverity: 'warning', page: async (page) => void pages.push(page), close: async () => undefined };
  return { pagers: new Map([['phone', pager]]), pages };
}

const settings = { ...NO_ALERTS.settings, pagers: { first: ['phone'], second: [] } };
const chat = async () => (await scene.vigie.ready()).find(({ name }) => name === 'chat');
const errors = () => scene.logged.filter(({ level }) => level === 'error').map(({ text }) => text);

describe("vigie's token", () => {
  it.each<[what: string, kill: () => Promise<void>]>([
    ['is revoked', async () => scene.mattermost.revoke(scene.bot.token)],
    ['dies with its bot, which is disabled', async () => await scene.admin.setEnabled(scene.bot, false)],
  ])('%s while vigie runs: it is not ready, the log says what to do, and a phone rings', async (_what, kill) => {
    const { pagers, pages } = phone();
    scene = await Scene.open({ pongMs: 1_000, parts: { pagers, alerts: { ...NO_ALERTS, settings } } });
    expect(await chat()).toMatchObject({ ok: true });
    await kill();
    await until(async () => (await chat())?.ok === false, 'vigie to notice');
    expect((await chat())?.detail).toContain('token');
    expect(errors()).toEqual([expect.stringMatching(/enable the bot again; or make it a new token.*mattermost\.token.*restart/u)]);
    const page = await until(() => pages.find(({ title }) => /token/u.test(title)), 'the phone to ring');
    expect(page.severity).toBe('critical');
    expect(page.text).toMatch(/mattermost\.token/u);
  });

  it('is dead at the start: vigie is not ready, and says so', async () => {
    scene = await Scene.open({ pongMs: 1_000 });
    await scene.stopVigie();
    await scene.admin.setEnabled(scene.bot, false);
    await scene.startVigie({}, { connected: false });
    expect(await chat()).toMatchObject({ ok: false, detail: expect.stringContaining('token') });
    expect(errors()).toHaveLength(1);
    await scene.admin.setEnabled(scene.bot, true);
    await until(async () => (await chat())?.ok === true, 'vigie to come back by itself');
    await scene.say('alice', '@vigie whoami');
    await scene.post(/You are/u);
  });

  it('lives, and the socket is dead: another one is made', async () => {
    scene = await Scene.open({ pongMs: 1_000 });
    scene.mattermost.deafen(scene.bot.id);
    await scene.say('alice', '@vigie whoami');
    await scene.post(/You are/u);
  });
});
