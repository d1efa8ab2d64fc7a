import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '#adapters/store/store.ts';
import type { PageOrder } from '#domain/alert/page.ts';
import { VigieError } from '#kernel/errors.ts';
import { createEngine } from '#messages/engine.ts';
import { loadTemplates } from '#messages/templates.ts';
import { startPaging, type Paging } from '#outbox/pages.ts';
import type { Page, Pager } from '#ports/pager.ts';
import type { Store } from '#ports/store.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { say } from '#test/store/fixtures.ts';

const { templates } = await loadTemplates(join(import.meta.dirname, '../../../templates/messages'));
let clock: ManualClock;
let store: Store;
let paging: Paging;
let rung: Page[];
let dead = false;
/** A pager that takes the call and says nothing. */
let mute: { readonly name: string; readonly until: Promise<void> } | null = null;

beforeEach(async () => {
  clock = new ManualClock();
  store = await openStore(':memory:', clock);
  rung = [];
  dead = false;
  mute = null;
  start();
});
afterEach(async () => {
  await paging.stop();
  await store.close();
});

function start(): void {
  const pager = (name: string, minSeverity: Pager['minSeverity']): Pager => ({
    name,
    minSeverity,
    async page(page) {
      if (dead) throw new VigieError('pager_unreachable', { pager: name, reason: 'connection refused' });
      if (mute?.name === name) await mute.until;
      rung.push(page);
    },
    close: async () => undefined,
  });
  paging = startPaging({
    pages: store.pages,
    outbox: store.outbox,
    pagers: new Map([
      ['ntfy', pager('ntfy', 'critical')],
      ['hook', pager('hook', 'info')],
    ]),
    engine: createEngine(templates, 'Europe/Paris', () => clock.now()),
    language: 'en',
    clock,
    log: { warn: () => undefined, error: () => undefined },
  });
}

async function order(change: Partial<PageOrder> = {}): Promise<void> {
  const alerts = [{ id: 'k7p', rule: 'disk', key: 'pica01', value: 1, started_at: clock.now() }];
  const data = { where: 'pica01', group: 'g', alerts, more: 0 };
  const page: PageOrder = {
    key: 'g:first',
    pager: 'ntfy',
    severity: 'critical',
    section: 'alert',
    data,
    person: 'alice',
    notBefore: clock.now(),
  };
  await store.operations.commit({ pages: [{ ...page, ...change }] });
  paging.wake();
}

describe('paging', () => {
  it('rings with plain words, once', async () => {
    await order();
    await order();
    await clock.advance(60_000);
    expect(rung).toEqual([
      { key: 'g:first', severity: 'critical', title: 'pica01: disk', text: 'disk: pica01, since 13:00', link: null, person: 'alice' },
    ]);
  });

  it('tries again until it is taken, over a restart too', async () => {
    dead = true;
    await order();
    await clock.advance(60_000);
    expect([rung.length, paging.delivers]).toEqual([0, false]);
    await paging.stop();
    dead = false;
    start();
    await clock.advance(600_000);
    expect([rung.length, paging.delivers]).toEqual([1, true]);
  });

  it('gives up what is no news any more', async () => {
    dead = true;
    await order();
    await clock.advance(8 * 3_600_000);
    dead = false;
    await clock.advance(3_600_000);
    expect(rung).toEqual([]);
  });

  it('waits for no way that does not answer, but on that way itself', async () => {
    const answer = Promise.withResolvers<void>();
    mute = { name: 'ntfy', until: answer.promise };
    await order();
    await clock.advance(2_000);
    await order({ key: 'h:first' });
    await order({ key: 'h:first', pager: 'hook' });
    await clock.advance(2_000);
    expect(rung.map(({ key }) => key)).toEqual(['h:first']);
    answer.resolve();
    await clock.advance(2_000);
    expect(rung.map(({ key }) => key)).toEqual(['h:first', 'g:first', 'h:first']);
  });

  it('leaves alone who only wants what is worse', async () => {
    await order({ severity: 'info' });
    await order({ severity: 'info', pager: 'hook' });
    await clock.advance(60_000);
    expect(rung).toHaveLength(1);
  });

  it('tells outside that the chat takes nothing, once', async () => {
    await store.operations.commit({ say: [say({ kind: 'create', key: 'answer:1' })] });
    await clock.advance(240_000);
    expect(rung).toEqual([]);
    await clock.advance(600_000);
    expect(rung.map(({ title }) => title)).toEqual(['Mattermost does not answer', 'Mattermost does not answer']);
  });
});
