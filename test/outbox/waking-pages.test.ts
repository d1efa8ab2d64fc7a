import { expect, it } from 'vitest';
import { openStore } from '#adapters/store/store.ts';
import { wakingPages } from '#outbox/pages.ts';
import { ManualClock } from '#test/lab/clock.ts';

const PAGE = { key: 'k1', pager: 'phone', severity: 'critical', section: 'alert', data: {}, person: null, notBefore: 0 } as const;

it('who sends pages is woken by a commit that orders one, once it is stored, and by no other', async () => {
  const store = await openStore(':memory:', new ManualClock());
  const woken: number[] = [];
  let stored: Promise<unknown> = Promise.resolve();
  const operations = wakingPages(store.operations, () => {
    woken.push(1);
    stored = store.pages.due(1, 10);
  });
  await operations.commit({ audit: [{ kind: 'asked', operation: null, by: 'alice', detail: {} }] });
  await operations.commit({ pages: [] });
  expect(woken).toEqual([]);
  await operations.commit({ pages: [PAGE] });
  expect([woken.length, await stored]).toMatchObject([1, [{ key: 'k1' }]]);
  await store.close();
});
