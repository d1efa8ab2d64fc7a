import { afterEach, describe, expect, it } from 'vitest';
import { BOUNDS } from '#kernel/bounds.ts';
import type { Rule } from '#domain/alert/rule.ts';
import { rule } from '#test/domain/alert/builders.ts';
import type { AlertParts } from '#pipeline/alert/start.ts';
import type { Page, Pager } from '#ports/pager.ts';
import { NO_ALERTS } from '#test/lab/parts.ts';
import { Scene, textOf, until } from './scene.ts';

/** What somebody who writes documents can put into one: three times what Mattermost takes in a whole post. */
const HUGE = `${'x<&>'.repeat(225_000)}`;
const anyLine: Partial<Rule> = { kind: { type: 'any' }, index: 'logs', bufferTimeMs: 600_000, runEveryMs: 10_000, groupBy: ['host.name'] };
const disk = rule({ name: 'disk', runEveryMs: 10_000, bufferTimeMs: 300_000, severity: 'critical' });
const lines = rule({
  ...anyLine,
  name: 'lines',
  severity: 'warning',
  text: { text: 'It says {0}', args: ['message'] },
  subject: { text: '{0}', args: ['message'] },
  fields: [{ title: 'Message', text: '{0}', args: ['message'], short: false }],
});

let scene: Scene;
afterEach(async () => await scene.close());

/** A host whose disk is full, beside a log line of 900 kB of the same host. */
function fill(message: string): void {
  const at = new Date(scene.clock.now()).toISOString();
  scene.search.index('logs', { '@timestamp': at, host: { name: 'pad' }, message });
  scene.search.index('metricbeat-7', { '@timestamp': at, host: { name: 'pad' }, system: { filesystem: { used: { pct: 0.95 } } } });
}

describe('a field of 900 kB', () => {
  it('does not hide the critical alert beside it, and says how much of it is missing', async () => {
    scene = await Scene.open({ rules: [disk, lines] });
    fill(HUGE);
    const post = await scene.post(/disk.*\*\*95%\*\*/su);
    const text = textOf(await scene.reads(post, /lines.*It says x/su));
    expect(text).toMatch(/… \(\+\d+(?:\.\d)?[ \u00a0]kB\)/u);
    expect(text.length).toBeLessThan(BOUNDS.props.most);
  });

  it('of letters that no database takes does not either', async () => {
    scene = await Scene.open({ rules: [disk, lines] });
    fill('half a letter \ud83d and a zero \0 letter');
    const post = await scene.post(/disk.*\*\*95%\*\*/su);
    await scene.reads(post, /a zero \u2400 letter/u);
  });

  it('stays small in what vigie keeps', async () => {
    scene = await Scene.open({ rules: [lines] });
    fill(HUGE);
    await scene.post(/lines/u);
    const { book } = await scene.store.alerts.load(0);
    expect(JSON.stringify([...book.alerts.values()]).length).toBeLessThan(2 * BOUNDS.storedDocument.most);
  });
});

describe('an alert that Mattermost refuses', () => {
  it.each(['model.post.is_valid.props.app_error', 'api.context.invalid_body_param.app_error'] as const)(
    'for %s gets plainer until it is taken',
    async (id) => {
      scene = await Scene.open({ rules: [disk] });
      scene.mattermost.faults.refusePosts((post) => (post.message.length > 400 || post.props['attachments'] !== undefined ? id : null));
      fill('short');
      const post = await scene.post(/disk/u);
      expect(textOf(post)).toMatch(/Critical.*disk.*pad/su);
    },
  );

  it('as a whole database that fails on it alone gets plainer too', async () => {
    scene = await Scene.open({ rules: [disk] });
    scene.mattermost.faults.refusePosts((post) => (post.props['attachments'] === undefined ? null : 'lab.fault.app_error'));
    fill('short');
    // Others are said meanwhile: it isn't the server.
    const talking = setInterval(() => void scene.say('alice', '@vigie help').catch(() => undefined), 100);
    try {
      await scene.post(/🔴 \*\*pad\*\*.*Critical since.*disk/su);
    } finally {
      clearInterval(talking);
    }
  });

  it('because its channel was archived stands in the operations channel, and the pager says so', async () => {
    scene = await Scene.open({ rules: [disk] });
    const elsewhere = await scene.admin.createChannel({ id: scene.team.id }, { name: 'elsewhere' });
    await scene.admin.addToChannel(elsewhere, scene.bot);
    await scene.stopVigie();
    await scene.admin.me.rest.tell('DELETE', `/channels/${elsewhere.id}`);
    const rang: Page[] = [];
    await scene.startVigie({ pagers: ringing(rang), alerts: alertsIn(elsewhere.id) });
    fill('short');
    await scene.post(/🔴 \*\*pad\*\*/u);
    const page = await until(() => rang.find(({ title }) => title.includes('operations channel')), 'a page that says so');
    expect(page.text).toContain('pad');
  });

  it('everywhere rings the pager and is said once somebody invites vigie again', async () => {
    scene = await Scene.open({ rules: [disk], speed: 200 });
    await scene.stopVigie();
    const rang: Page[] = [];
    await scene.startVigie({ pagers: ringing(rang) });
    scene.mattermost.faults.refusePosts((post) => (post.user_id === scene.bot.id ? 'model.post.is_valid.props.app_error' : null));
    fill('short');
    await until(() => rang.find(({ title }) => title.includes("can't be said in the chat")), 'a page that says so');
    scene.mattermost.faults.clear();
    await scene.post(/\*\*pad\*\* · Disk/u);
    const refused = await scene.store.audit.entries({ since: 0, limit: 500 });
    expect(refused.some(({ kind }) => kind === 'unsaid')).toBe(true);
  });
});

function alertsIn(channel: string): AlertParts {
  return { ...NO_ALERTS, rules: [disk], settings: { ...NO_ALERTS.settings, channel } };
}

function ringing(rang: Page[]): ReadonlyMap<string, Pager> {
  const pager: Pager = { name: 'phone', minSeverity: 'info', page: async (page) => void rang.push(page), close: async () => undefined };
  return new Map([['phone', pager]]);
}
