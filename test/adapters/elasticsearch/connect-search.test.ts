import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { connectSearch, type SearchOptions } from '#adapters/elasticsearch/connect-search.ts';
import type { Search, SearchRequest } from '#ports/search.ts';
import { items, json, type Reaction, type StandIn, startStandIn } from './stand-in.ts';

const ONE: SearchRequest = { index: 'logs', body: { size: 0 } };

let standIn: StandIn;
let search: Search;
afterEach(async () => {
  await search.close();
  await standIn.stop();
});

/** A search over something that reacts in this way. */
async function over(react: Reaction, options: Partial<SearchOptions> = {}): Promise<Search> {
  standIn = await startStandIn(react);
  search = connectSearch({ cluster: 'beats', urls: [standIn.url], timeoutMs: 2_000, ...options });
  return search;
}

/** As Elasticsearch says that a search failed on all its shards. */
const allFailed = (reason: object): object => ({
  type: 'search_phase_execution_exception',
  reason: 'all shards failed',
  root_cause: [reason],
  failed_shards: [{ reason }],
});

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing',
    (error: unknown) => error,
  );

describe('a request that fails as a whole', () => {
  const statuses: readonly (readonly [status: number, code: string])[] = [
    [401, 'search_refused'],
    [403, 'search_refused'],
    [413, 'search_refused'],
    [429, 'search_busy'],
    [500, 'search_refused'],
    [502, 'search_unreachable'],
    [503, 'search_busy'],
    [504, 'search_unreachable'],
  ];
  it.each(statuses)('with %i is %s, for every method', async (status, code) => {
    await over(json(status, { error: { type: 'x_exception', reason: 'no, because' }, status }));
    for (const ask of [() => search.multi([ONE]), () => search.fields('logs', '*'), () => search.info()])
      expect(await thrownBy(ask())).toMatchObject({ code, params: { cluster: 'beats' } });
  });

  it('carries the reason that Elasticsearch gives', async () => {
    await over(
      json(403, { error: { root_cause: [{ type: 's', reason: 'action is\nunauthorized' }], type: 's', reason: 'outer' }, status: 403 }),
    );
    expect(await thrownBy(search.multi([ONE]))).toMatchObject({ params: { status: 403, reason: 'action is unauthorized' } });
  });

  it('may carry no reason at all', async () => {
    await over((response) => response.writeHead(403).end('<html>'));
    expect(await thrownBy(search.info())).toMatchObject({ code: 'search_refused', params: { status: 403, reason: 'HTTP 403' } });
  });

  it('is never tried again', async () => {
    await over(json(503, {}));
    await thrownBy(search.multi([ONE]));
    expect(standIn.asked).toHaveLength(1);
  });
});

describe('another cluster that a search names', () => {
  /** As 9.5.3 and, without the details, 7.17.29 answer where a search bears that it is left out, and where it doesn't. */
  const shapes: readonly (readonly [what: string, item: object, clusters: string])[] = [
    [
      'left out',
      { _clusters: { total: 2, successful: 1, skipped: 1, details: { '(local)': { status: 'successful' }, far: { status: 'skipped' } } } },
      'far',
    ],
    ['left out, without its name', { _clusters: { total: 2, successful: 1, skipped: 1 } }, ''],
    ['missing', { status: 502, error: { type: 'connect_transport_exception', reason: '[][127.0.0.1:9393] connect_exception' } }, ''],
    ['unknown', { status: 404, error: { type: 'no_such_remote_cluster_exception', reason: 'no such remote cluster: [far]' } }, ''],
  ];
  it.each(shapes)('and that is %s makes what it found incomplete, not the cluster unreachable', async (_, item, clusters) => {
    const params = { cluster: 'beats', skipped: true, clusters };
    expect(await (await over(items(item))).multi([ONE])).toMatchObject([{ ok: false, problem: { code: 'search_incomplete', params } }]);
  });
});

describe('something that is no Elasticsearch', () => {
  const strange: readonly (readonly [what: string, react: Reaction])[] = [
    ['a web page', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
    ['JSON of another product', (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"responses":[]}')],
    ['a list for an object', json(200, [])],
    ['fewer answers than searches', json(200, { responses: [] })],
    [
      'half an answer',
      (response, _, socket) => (
        response
          .writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch', 'content-length': '100' })
          .write('{"resp'),
        setTimeout(() => socket.destroy(), 20)
      ),
    ],
    ['no HTTP', (_response, _asked, socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
  ];
  it.each(strange)('such as %s is search_unreachable', async (_, react) => {
    await over(react);
    expect(await thrownBy(search.multi([ONE]))).toMatchObject({
      code: 'search_unreachable',
      params: { host: standIn.url, reason: expect.stringMatching(/./u) },
    });
  });

  it('is named as what it is', async () => {
    await over((response) => response.writeHead(200).end('hello'));
    expect(await thrownBy(search.info())).toMatchObject({
      params: { reason: 'what answers there is no Elasticsearch: check the address' },
    });
  });
});

describe('a server that says nothing', () => {
  it('is given up at the deadline', async () => {
    await over(() => undefined, { timeoutMs: 200 });
    expect(await thrownBy(search.multi([ONE]))).toMatchObject({
      code: 'search_unreachable',
      params: { reason: 'no answer within 200 ms' },
    });
    expect(standIn.asked).toHaveLength(1);
  });

  it('in the middle of its answer is given up too', async () => {
    await over((response) => void response.writeHead(200, { 'x-elastic-product': 'Elasticsearch' }).write('{"responses":['), {
      timeoutMs: 200,
    });
    expect(await thrownBy(search.multi([ONE]))).toMatchObject({
      code: 'search_unreachable',
      params: { reason: 'no answer within 200 ms' },
    });
  });

  it("is given up when the caller does, with the signal's own reason", async () => {
    await over(() => undefined);
    const [reason, abort] = [new Error('enough'), new AbortController()];
    setTimeout(() => abort.abort(reason), 50);
    await expect(search.multi([ONE], abort.signal)).rejects.toBe(reason);
  });
});

describe('single searches', () => {
  const bad: readonly (readonly [what: string, item: object, problem: object])[] = [
    [
      'with failed shards',
      { _shards: { total: 2, successful: 1, failed: 1, failures: [{ reason: { reason: 'disk is gone' } }] } },
      { code: 'search_incomplete', params: { reason: '1 of 2 shards failed: disk is gone' } },
    ],
    [
      'whose shards are not there',
      { _shards: { total: 2, successful: 1 } },
      { code: 'search_incomplete', params: { reason: '1 of 2 shards failed' } },
    ],
    ['that ran out of time', { timed_out: true }, { code: 'search_incomplete', params: { reason: 'time ran out' } }],
    ['that left out a remote cluster', { _clusters: { skipped: 1 } }, { code: 'search_incomplete' }],
    [
      'that met an overloaded node',
      { status: 503, error: { type: 'es_rejected_execution_exception', reason: 'queue is full' } },
      { code: 'search_rejected', params: { status: 503, reason: 'queue is full' } },
    ],
    [
      'that met a node that is away',
      { status: 504, error: { type: 'x', reason: 'no answer' } },
      { code: 'search_rejected', params: { status: 504 } },
    ],
    [
      'that would hold too much',
      { status: 429, error: allFailed({ type: 'circuit_breaking_exception', reason: '[request] Data too large' }) },
      { code: 'search_too_large', params: { reason: '[request] Data too large' } },
    ],
    [
      'that would hold too much, deep within',
      {
        status: 500,
        error: allFailed({
          type: 'x',
          reason: 'fetch',
          caused_by: { type: 'y', caused_by: { type: 'circuit_breaking_exception', reason: '[request] no' } },
        }),
      },
      { code: 'search_too_large', params: { reason: 'fetch: [request] no' } },
    ],
    [
      'that would hold too much on one shard of several',
      {
        _shards: {
          total: 3,
          successful: 2,
          failed: 1,
          failures: [{ reason: { type: 'x', caused_by: { type: 'circuit_breaking_exception', reason: '[request] Data too large' } } }],
        },
      },
      { code: 'search_too_large', params: { reason: '1 of 3 shards failed: [request] Data too large' } },
    ],
    [
      'that would hold too much on one shard, where another is missing',
      {
        _shards: {
          total: 3,
          successful: 1,
          failed: 1,
          failures: [{ reason: { type: 'circuit_breaking_exception', reason: '[request] Data too large' } }],
        },
      },
      { code: 'search_incomplete' },
    ],
    [
      'for which a node that answers much has no memory left',
      { status: 429, error: allFailed({ type: 'circuit_breaking_exception', reason: '[parent] Data too large', durability: 'TRANSIENT' }) },
      { code: 'search_too_large', params: { node: true } },
    ],
    [
      'for which a node that keeps much has no memory left',
      { status: 429, error: allFailed({ type: 'circuit_breaking_exception', reason: '[parent] Data too large', durability: 'PERMANENT' }) },
      { code: 'search_rejected', params: { status: 429, reason: '[parent] Data too large' } },
    ],
    [
      'for which one node of several that keeps much has no memory left',
      {
        _shards: {
          total: 2,
          successful: 1,
          failed: 1,
          failures: [{ reason: { type: 'circuit_breaking_exception', reason: '[parent] Data too large', durability: 'PERMANENT' } }],
        },
      },
      { code: 'search_incomplete', params: { reason: '1 of 2 shards failed: [parent] Data too large' } },
    ],
    [
      'over an index without a living shard',
      {
        status: 503,
        error: {
          type: 'search_phase_execution_exception',
          reason: 'all shards failed',
          root_cause: [{ type: 'no_shard_available_action_exception', reason: null }],
          failed_shards: [{ reason: { type: 'no_shard_available_action_exception', reason: null } }],
        },
      },
      { code: 'search_incomplete', params: { reason: 'no shard of the index answers' } },
    ],
    [
      'that make no sense',
      {
        status: 400,
        error: {
          type: 'x',
          reason: 'all shards failed',
          root_cause: [{ reason: 'failed to create query' }],
          failed_shards: [{ reason: { caused_by: { reason: 'outer', caused_by: { reason: 'For input string: "many"' } } } }],
        },
      },
      { code: 'search_refused', params: { status: 400, reason: 'failed to create query: For input string: "many"' } },
    ],
  ];
  it.each(bad)('%s fail by themselves', async (_, item, problem) => {
    await over(items({}, item, {}));
    expect(await search.multi([ONE, ONE, ONE])).toMatchObject([
      { ok: true, total: 3 },
      { ok: false, problem },
      { ok: true, total: 3 },
    ]);
  });

  it('that Elasticsearch refuses to read are found among many, in few requests', async () => {
    await over((response, asked, socket) => {
      const unreadable = asked.body.includes('no_such');
      (unreadable ? json(400, { error: { type: 'parsing_exception', reason: 'unknown query [no_such]' }, status: 400 }) : items())(
        response,
        asked,
        socket,
      );
    });
    const requests = Array.from({ length: 16 }, (_, number) => (number === 11 ? { index: 'logs', body: { query: { no_such: {} } } } : ONE));
    const outcomes = await search.multi(requests);
    expect(outcomes.map(({ ok }) => ok)).toEqual(requests.map((_, number) => number !== 11));
    expect(standIn.asked.length).toBeLessThanOrEqual(9);
  });

  it('that are more than one request may weigh are asked in pieces, and one that is by itself is too large', async () => {
    await over((response, asked, socket) => {
      const error = { type: 'circuit_breaking_exception', reason: '[inflight_requests] Data too large', durability: 'TRANSIENT' };
      const isHeavy = asked.body.length > 300;
      (isHeavy ? json(429, { error: { root_cause: [error], ...error }, status: 429 }) : items())(response, asked, socket);
    });
    const heavy: SearchRequest = { index: 'x'.repeat(300), body: {} };
    const outcomes = await search.multi([...Array.from({ length: 16 }, () => ONE), heavy]);
    expect(outcomes.map((outcome) => (outcome.ok ? 'found' : outcome.problem.code))).toEqual([
      ...Array.from({ length: 16 }, () => 'found'),
      'search_too_large',
    ]);
  });

  it('all refused by a node without memory are not asked in pieces', async () => {
    const error = { type: 'circuit_breaking_exception', reason: '[parent] Data too large', durability: 'TRANSIENT' };
    await over(json(429, { error: { root_cause: [error], ...error }, status: 429 }));
    expect(await thrownBy(search.multi([ONE, ONE, ONE]))).toMatchObject({ code: 'search_busy' });
    expect(standIn.asked).toHaveLength(1);
  });

  it('keep a reason to one line', async () => {
    await over(items({ status: 400, error: { type: 'x', reason: `a\n${'b'.repeat(1000)}` } }));
    const [outcome] = await search.multi([ONE]);
    const reason = outcome?.ok === false ? String(outcome.problem.params['reason']) : '';
    expect([reason.length, reason.includes('\n')]).toEqual([300, false]);
  });
});

describe('what is sent', () => {
  it('are plain media types, zipped lines, and a filter that drops what nobody reads', async () => {
    await over(items());
    await search.multi([ONE, { index: 'a,b-*', body: { track_total_hits: false } }]);
    const [asked] = standIn.asked;
    expect(asked?.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      accept: 'application/json',
      'content-encoding': 'gzip',
      'accept-encoding': 'gzip',
    });
    expect(asked?.body).toBe('{"index":"logs"}\n{"track_total_hits":true,"size":0}\n{"index":"a,b-*"}\n{"track_total_hits":false}\n');
    expect(asked?.path).toMatch(/^\/_msearch\?.*filter_path=.*ignore_unavailable=true/u);
  });

  it('is nothing for no search', async () => {
    await over(items());
    expect(await search.multi([])).toEqual([]);
    expect(standIn.connections).toBe(0);
  });

  it('is an API key, or an account', async () => {
    await over(items(), { auth: { apiKey: 'abc=' } });
    await search.multi([ONE]);
    expect(standIn.asked[0]?.headers.authorization).toBe('ApiKey abc=');
    await standIn.stop();
    await search.close();
    await over(items(), { auth: { username: 'vigie', password: 'é:x' } });
    await search.multi([ONE]);
    expect(standIn.asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from('vigie:é:x').toString('base64')}`);
  });

  it('shows in no error', async () => {
    await over(json(401, { error: 'x', status: 401 }), { auth: { username: 'vigie', password: 'hunter2' } });
    expect(JSON.stringify(await thrownBy(search.info()))).not.toMatch(/hunter2|dmlnaWU6/u);
  });
});

describe('connections', () => {
  it('are kept from one request to the next', async () => {
    await over(items());
    for (let round = 0; round < 5; round += 1) await search.multi([ONE]);
    expect([standIn.asked.length, standIn.connections]).toEqual([5, 1]);
  });

  it('that broke while they were kept are made anew, unseen', async () => {
    let count = 0;
    await over((response, asked, socket) => {
      count += 1;
      if (count === 2) socket.destroy();
      else items()(response, asked, socket);
    });
    await search.multi([ONE]);
    expect(await search.multi([ONE])).toMatchObject([{ ok: true }]);
    expect(standIn.asked).toHaveLength(3);
  });

  it('that break each time are given up after one more try', async () => {
    let count = 0;
    await over((response, asked, socket) => {
      count += 1;
      if (count > 1) socket.destroy();
      else items()(response, asked, socket);
    });
    await search.multi([ONE]);
    expect(await thrownBy(search.multi([ONE]))).toMatchObject({ code: 'search_unreachable' });
    expect(standIn.asked).toHaveLength(3);
  });

  it('that break at once are not tried twice', async () => {
    await over((_response, _asked, socket) => void socket.destroy());
    expect(await thrownBy(search.multi([ONE]))).toMatchObject({ code: 'search_unreachable' });
    expect(standIn.asked).toHaveLength(1);
  });

  it('go to another node when one is away', async () => {
    standIn = await startStandIn(items());
    search = connectSearch({ cluster: 'beats', urls: ['http://127.0.0.1:1', standIn.url] });
    for (let round = 0; round < 4; round += 1) expect(await search.multi([ONE])).toMatchObject([{ ok: true }]);
  });

  it('are all of one kind', async () => {
    await over(items());
    expect(() => connectSearch({ cluster: 'x', urls: ['http://a:1', 'https://b:1'] })).toThrow(TypeError);
    expect(() => connectSearch({ cluster: 'x', urls: [] })).toThrow(TypeError);
  });
});

describe('an answer that is too large', () => {
  const LARGE = Buffer.alloc(65 * 1024 * 1024, ' ');

  it('does not count, zipped or not', async () => {
    for (const zipped of [true, false]) {
      await over(
        (response) => {
          response.writeHead(200, {
            'content-type': 'application/json',
            'x-elastic-product': 'Elasticsearch',
            ...(zipped ? { 'content-encoding': 'gzip' } : {}),
          });
          response.on('error', () => undefined);
          response.end(zipped ? gzipSync(LARGE) : LARGE);
        },
        { timeoutMs: 10_000 },
      );
      expect(await search.multi([ONE])).toMatchObject([
        { ok: false, problem: { code: 'search_too_large', params: { reason: 'one answer has more than 16 MB' } } },
      ]);
      if (!zipped) continue;
      await search.close();
      await standIn.stop();
    }
  });
});
