import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#test/lab/clock.ts';
import type { SearchRequest } from '#ports/search.ts';
import { beatsDocuments } from './beats-documents.ts';
import { MemorySearch } from './memory-search.ts';

const ONE: SearchRequest = { index: 'logs', body: {} };
const OTHER: SearchRequest = { index: 'metrics', body: {} };

let search: MemorySearch;
beforeEach(() => {
  search = new MemorySearch(new ManualClock());
  search.index('logs', { '@timestamp': '2026-11-02T11:59:00Z', n: 1 });
});

const codes = async (...requests: readonly SearchRequest[]): Promise<readonly string[]> =>
  (await search.multi(requests)).map((outcome) => (outcome.ok ? 'found' : outcome.problem.code));

describe('the search of the lab', () => {
  it('lives on the clock that it is given', async () => {
    const recent: SearchRequest = { index: 'logs', body: { query: { range: { '@timestamp': { gte: 'now-5m' } } } } };
    expect(await search.multi([recent])).toMatchObject([{ total: 1 }]);
    const later = new MemorySearch(new ManualClock(Date.UTC(2026, 10, 2, 13)));
    later.index('logs', { '@timestamp': '2026-11-02T11:59:00Z' });
    expect(await later.multi([recent])).toMatchObject([{ total: 0 }]);
  });

  it.each([false, true])('says what it has at hand as it would say what it reads (documents of a time to come: %s)', async (inTime) => {
    search.inTime = inTime;
    search.index('logs-1', { '@timestamp': '2026-11-02T11:58:00Z' });
    search.index('logs-1', { '@timestamp': '2027-11-02T11:58:00Z' });
    search.index('logs-2', { '@timestamp': ['2026-11-02T11:57:00Z', '2027-11-02T11:57:00Z'] });
    search.index('logs-3', { '@timestamp': '2027-11-02T11:58:00Z' });
    search.index('logs-4', { n: 1 });
    const aggs = { by: { terms: { field: '_index', size: 1_000, order: { _key: 'desc' } } }, oldest: { min: { field: '@timestamp' } } };
    for (const index of ['logs*', 'logs-3', 'logs-4', 'none*']) {
      const [known] = await search.multi([{ index, body: { size: 0, track_total_hits: false, aggs } }]);
      const [read] = await search.multi([{ index, body: { size: 0, from: 0, track_total_hits: false, aggs } }]);
      expect(known).toEqual(read);
    }
  });

  it('sums dates of however many documents, also beyond what a date is', async () => {
    for (let count = 0; count < 6_000; count += 1) search.index('logs', { '@timestamp': '2026-11-02T11:59:00Z' });
    const sum: SearchRequest = { index: 'logs', body: { size: 0, aggs: { sum: { sum: { field: '@timestamp' } } } } };
    expect(await search.multi([sum])).toMatchObject([{ aggregations: { sum: { value: 6_001 * Date.UTC(2026, 10, 2, 11, 59) } } }]);
  });

  it('counts its round trips, failed ones too', async () => {
    await search.multi([ONE, OTHER]);
    await search.info();
    search.faults.all('unreachable', 1);
    await search.multi([ONE]).catch(() => null);
    await search.multi([]);
    expect(search.roundTrips).toBe(3);
  });

  it.each([
    ['unreachable', 'search_unreachable'],
    ['timeout', 'search_unreachable'],
    ['garbage', 'search_unreachable'],
    ['refused', 'search_refused'],
    ['throttled', 'search_busy', 'search_rejected'],
    ['unavailable', 'search_busy', 'search_rejected'],
    ['partial', 'search_incomplete'],
  ] as const)('fails as a whole, or in single searches: %s', async (fault, code, single: string = code) => {
    search.faults.all(fault);
    await expect(search.multi([ONE])).rejects.toMatchObject({ code, params: { cluster: 'lab' } });
    await expect(search.info()).rejects.toMatchObject({ code });
    search.faults.all(null);
    search.faults.searches(fault, ({ index }) => index === 'metrics', 1);
    expect(await codes(ONE, OTHER, OTHER)).toEqual(['found', single, 'found']);
    search.faults.searches(fault);
    expect(await codes(ONE, OTHER)).toEqual([single, single]);
    search.faults.clear();
    expect(await codes(ONE, OTHER)).toEqual(['found', 'found']);
  });

  it('says so when it is asked for more than it can', async () => {
    const beyond = [{ query: { script: {} } }, { aggs: { x: { derivative: {} } } }, { collapse: {} }, { query: { regexp: { n: '~a' } } }];
    for (const body of beyond) await expect(search.multi([{ index: 'logs', body }])).rejects.toThrow("the lab's search does not know");
  });

  it('takes no value that does not fit its field', () => {
    expect(() => search.index('logs', { n: 'many' })).toThrow('failed to parse field [n] of type [double]');
    expect(() => search.index('logs', { '@timestamp': 'noon' })).toThrow('failed to parse field [@timestamp] of type [date]');
  });

  it('finds documents that came late, and those that took the place of others', async () => {
    search.index('logs', { '@timestamp': '2026-11-02T11:58:00Z' }, 'late');
    search.index('logs', { '@timestamp': '2026-11-02T11:57:00Z' });
    search.index('logs', { '@timestamp': '2026-11-01T00:00:00Z' }, 'late');
    const day: SearchRequest = { index: 'logs', body: { query: { range: { '@timestamp': { gte: '2026-11-02' } } }, sort: ['@timestamp'] } };
    const [outcome] = await search.multi([day]);
    expect(outcome?.ok === true ? outcome.hits.map(({ source }) => source['@timestamp']) : null).toEqual([
      '2026-11-02T11:57:00Z',
      '2026-11-02T11:59:00Z',
    ]);
  });

  it('forgets an index', async () => {
    search.deleteIndex('logs');
    expect(await search.multi([ONE])).toMatchObject([{ ok: true, total: 0 }]);
  });
});

describe('documents as Beats write them', () => {
  const end = Date.UTC(2026, 10, 2, 12);
  const documents = [...beatsDocuments({ count: 4_000, end, spanMs: 86_400_000 })];

  it('are the same each time', () => {
    expect([...beatsDocuments({ count: 4_000, end, spanMs: 86_400_000 })]).toEqual(documents);
    expect([...beatsDocuments({ count: 4_000, end, spanMs: 86_400_000, seed: 2 })]).not.toEqual(documents);
  });

  it('tell of a disk that fills, a service that fails and a busy host', async () => {
    for (const { kind, document } of documents) search.index(kind, document);
    const last = { range: { '@timestamp': { gt: '2026-11-02T07:00:00Z' } } };
    const [outcome] = await search.multi([
      {
        index: 'logs,metrics',
        body: {
          size: 0,
          query: last,
          aggs: {
            disk: {
              filter: { bool: { filter: [{ term: { 'host.name': 'host-02' } }, { term: { 'system.filesystem.mount_point': '/var' } }] } },
              aggs: { used: { max: { field: 'system.filesystem.used.pct' } } },
            },
            failing: {
              filter: { range: { 'http.response.status_code': { gte: 500 } } },
              aggs: { by: { terms: { field: 'service.name', size: 1 } } },
            },
            busy: {
              terms: { field: 'host.name', size: 1, order: { cpu: 'desc' } },
              aggs: { cpu: { avg: { field: 'system.cpu.total.norm.pct' } } },
            },
          },
        },
      },
    ]);
    const { aggregations } = outcome?.ok === true ? outcome : { aggregations: {} };
    expect(aggregations).toMatchObject({
      disk: { used: { value: expect.closeTo(0.96, 1) } },
      failing: { by: { buckets: [{ key: 'pad' }] } },
      busy: { buckets: [{ key: 'host-03' }] },
    });
  });
});
