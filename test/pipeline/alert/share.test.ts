import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import { askShared } from '#pipeline/alert/share.ts';
import type { SearchOutcome, SearchRequest } from '#ports/search.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';

const search = new MemorySearch({ now: () => 0 });
for (let number = 0; number < 40; number += 1) {
  const document = { key: `k${number % 5}`, value: number, '@timestamp': new Date(number * 1_000).toISOString() };
  search.index(number % 3 === 0 ? 'others' : 'events', document, `${number}`);
}

const AGGS: readonly JsonObject[] = [
  {},
  { by: { terms: { field: 'key', size: 10 } } },
  { by: { terms: { field: 'key', size: 10 } }, none: { missing: { field: 'key' } } },
  { metric: { max: { field: 'value' } } },
  { metric: { avg: { field: 'value' } } },
  { metric: { sum: { field: 'value' } }, by: { terms: { field: 'key', size: 10 }, aggs: { metric: { min: { field: 'value' } } } } },
];
const query = fc.constantFrom<JsonObject>({ match_all: {} }, { term: { key: 'k1' } }, { range: { value: { gte: 7, lt: 30 } } });
const counting = fc
  .record({ query, track_total_hits: fc.boolean(), aggs: fc.constantFrom(...AGGS) })
  .map(({ aggs, ...body }): JsonObject => ({ size: 0, ...body, ...(Object.keys(aggs).length === 0 ? {} : { aggs }) }));
const reading = fc.record({ query, size: fc.integer({ min: 1, max: 5 }), sort: fc.constant([{ value: 'asc' }]) });
const request = fc.record({ index: fc.constantFrom('events', 'others'), body: fc.oneof({ weight: 5, arbitrary: counting }, reading) });

/** Without the total, which nobody may read who didn't ask for it. */
function read(request: SearchRequest, outcome: SearchOutcome | undefined): unknown {
  if (outcome?.ok !== true) return outcome;
  return request.body['track_total_hits'] === false ? { ...outcome, total: 0 } : outcome;
}

const asked = (aggs: JsonObject, also: JsonObject = {}): SearchRequest => ({
  index: 'events',
  body: { size: 0, track_total_hits: false, query: { match_all: {} }, aggs, ...also },
});

describe('searches that are shared', () => {
  it('are answered as each of them would be', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 60 }), async (requests) => {
        const [shared, alone] = [await askShared(requests, (list) => search.multi(list)), await search.multi(requests)];
        expect(requests.map((one, index) => read(one, shared[index]))).toEqual(requests.map((one, index) => read(one, alone[index])));
      }),
      { numRuns: 200 },
    );
  });

  it('are one for rules that look at the same documents, and one for rules that want the same of them', async () => {
    const sizes: number[] = [];
    const multi = (list: readonly SearchRequest[]) => {
      sizes.push(list.length);
      return search.multi(list);
    };
    await askShared(
      [...AGGS, ...AGGS].map((aggs) => asked(aggs)),
      multi,
    );
    await askShared(
      Array.from({ length: 60 }, (_, number) => asked({ metric: { percentiles: { field: 'value', percents: [number + 1] } } })),
      multi,
    );
    await askShared([asked({}), asked({}, { query: { term: { key: 'k1' } } }), asked({}, { size: 1 })], multi);
    expect(sizes).toEqual([1, 3, 3]);
  });

  it('are asked one by one where one of them is wrong, so that it fails alone', async () => {
    const wrong = asked({ metric: { nonsense: {} } });
    const answers = await askShared([asked({ metric: { max: { field: 'value' } } }), wrong], (list) => search.multi(list));
    expect(answers.map((answer) => answer?.ok)).toEqual([true, false]);
  });

  it('are not asked again of a cluster that is busy', async () => {
    let times = 0;
    const answers = await askShared([asked({}), asked({ metric: { max: { field: 'value' } } })], async (list) => {
      times += 1;
      return list.map(() => ({ ok: false, problem: { code: 'search_busy', params: { cluster: 'lab', status: 429, reason: '' } } }));
    });
    expect([times, answers.map((answer) => answer?.ok)]).toEqual([1, [false, false]]);
  });
});
