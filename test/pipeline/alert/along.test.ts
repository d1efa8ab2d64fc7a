import { describe, expect, it } from 'vitest';
import { createAlong, type Errand } from '#pipeline/alert/along.ts';
import type { Search } from '#ports/search.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';

const signal = new AbortController().signal;

function filled(cluster: string): MemorySearch {
  const search = new MemorySearch({ now: () => 0 }, cluster);
  for (const index of ['one', 'two', 'three', 'four'])
    for (let count = 0; count < index.length; count += 1) search.index(index, { index, '@timestamp': new Date(0).toISOString() });
  return search;
}

const sendAlong = (searches: ReadonlyMap<string, Search>, errands: readonly Errand[]) => createAlong(searches, { now: () => 0 })(errands);
const asking = (...indices: readonly string[]) => indices.map((index) => ({ index, body: { size: 0 } }));
const errand = (cluster: string, ...indices: readonly string[]) => ({ cluster, requests: asking(...indices) });
const totals = (outcomes: readonly { readonly ok: boolean; readonly total?: number }[]) => outcomes.map(({ total }) => total);

describe('what is asked along with the looks', () => {
  it('costs no round trip of its own, and is answered to whoever wanted it', async () => {
    const main = filled('main');
    const [first, second] = [errand('main', 'three', 'one'), errand('main', 'four')];
    const along = sendAlong(new Map([['main', main]]), [first, second]);
    expect(totals((await along.searches.get('main')?.multi(asking('two'), signal)) ?? [])).toEqual([3]);
    expect(totals(await along.answersTo(second, signal))).toEqual([4]);
    expect(totals(await along.answersTo(first, signal))).toEqual([5, 3]);
    expect(main.roundTrips).toBe(1);
  });

  it('goes with the first round trip only, on its own cluster', async () => {
    const [main, other] = [filled('main'), filled('other')];
    const along = sendAlong(new Map(Object.entries({ main, other })), [errand('main', 'three')]);
    for (const cluster of ['main', 'main', 'other'])
      expect(totals((await along.searches.get(cluster)?.multi(asking('two'), signal)) ?? [])).toEqual([3]);
    expect([main.roundTrips, other.roundTrips]).toEqual([2, 1]);
  });

  it('is asked by itself where no look was due, and where it came up later', async () => {
    const main = filled('main');
    const sent = errand('main', 'three');
    const along = sendAlong(new Map([['main', main]]), [sent]);
    expect(totals(await along.answersTo(sent, signal))).toEqual([5]);
    expect(totals(await along.answersTo(errand('main', 'four'), signal))).toEqual([4]);
    expect(await along.answersTo(errand('gone', 'four'), signal)).toEqual([]);
    expect(main.roundTrips).toBe(2);
  });

  it('fails as the looks do when the cluster does not answer', async () => {
    const main = filled('main');
    const sent = errand('main', 'three');
    const along = sendAlong(new Map([['main', main]]), [sent]);
    main.faults.all('unreachable');
    await expect(along.searches.get('main')?.multi(asking('two'), signal)).rejects.toMatchObject({ code: 'search_unreachable' });
    await expect(along.answersTo(sent, signal)).rejects.toMatchObject({ code: 'search_unreachable' });
  });

  it('goes apart from the looks once they had to wait for it, until it is answered quickly', async () => {
    const trips = tripsOf(filled('main'));
    expect(await trips(1_500)).toBe(1);
    expect(await trips(2_500)).toBe(1);
    expect(await trips(1_500)).toBe(2);
    expect(await trips(500)).toBe(2);
    expect(await trips(500)).toBe(1);
  });

  it('goes on along with the looks though the first one of all was slow', async () => {
    const trips = tripsOf(filled('main'));
    expect(await trips(2_500)).toBe(1);
    expect(await trips(2_500)).toBe(1);
    expect(await trips(500)).toBe(2);
  });
});

/** How many round trips a look and an errand take together, where each takes so long. */
function tripsOf(main: MemorySearch): (ms: number) => Promise<number> {
  let now = 0;
  let tookMs = 0;
  const slow: Search = {
    cluster: 'main',
    atOnce: 250,
    async multi(requests) {
      now += tookMs;
      return await main.multi(requests);
    },
    fields: (...args) => main.fields(...args),
    sources: (...args) => main.sources(...args),
    blocks: (...args) => main.blocks(...args),
    info: () => main.info(),
    close: () => main.close(),
  };
  const send = createAlong(new Map([['main', slow]]), { now: () => now });
  return async (ms) => {
    tookMs = ms;
    const before = main.roundTrips;
    const sent = errand('main', 'three');
    const along = send([sent]);
    expect(totals((await along.searches.get('main')?.multi(asking('two'), signal)) ?? [])).toEqual([3]);
    expect(totals(await along.answersTo(sent, signal))).toEqual([5]);
    return main.roundTrips - before;
  };
}
