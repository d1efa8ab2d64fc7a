import { describe, expect, it } from 'vitest';
import type { Rule } from '#domain/alert/rule.ts';
import { newestErrands, newestIn, staleAmong } from '#pipeline/alert/stale.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

type Type = Rule['timestampType'];
const written: Readonly<Record<Type, (at: number) => string | number>> = {
  iso: (at) => new Date(at).toISOString(),
  unix: (at) => Math.floor(at / 1_000),
  unix_ms: (at) => at,
};

/** What is said of a source whose documents are so many milliseconds old. */
async function said(timestampType: Type, ages: readonly number[]): Promise<readonly number[]> {
  const clock = new ManualClock();
  const search = new MemorySearch(clock, 'main');
  for (const age of ages) search.index('logs', { at: written[timestampType](clock.now() - age) });
  const watched = rule({ index: 'logs', timestampField: 'at', timestampType });
  const errands = newestErrands([watched], clock.now());
  const newest = await Promise.all(errands.map(async (errand) => newestIn(errand, await search.multi(errand.requests))));
  const troubles = staleAmong(newest.flat(), clock.now(), { silent: new Map(), before: [] });
  return troubles.map(({ since }) => clock.now() - since);
}

describe.each(['iso', 'unix', 'unix_ms'] as const)('a source with %s timestamps', (type) => {
  it('is well while documents come', async () => {
    expect(await said(type, [DAY, 5 * MINUTE])).toEqual([]);
  });

  it('is stale once none came for a quarter of an hour', async () => {
    const [age = 0] = await said(type, [DAY, 20 * MINUTE]);
    expect(Math.round(age / MINUTE)).toBe(20);
  });

  it('is stale all the same when one document is dated tomorrow', async () => {
    const [age = 0] = await said(type, [DAY, 20 * MINUTE, -DAY]);
    expect(Math.round(age / MINUTE)).toBe(20);
  });
});
