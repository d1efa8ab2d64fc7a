import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import type { Search, SearchRequest } from '#ports/search.ts';
import { connectSearch, type SearchOptions } from '#adapters/elasticsearch/connect-search.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import type { SshOptions } from '#adapters/ssh/session.ts';
import { connectConfiguredSearch } from '#app/app/systems/search/connect.ts';
import { searchContract } from '#test/contract/search.contract.ts';
import { privateKey, realSwarm } from '#test/real/swarm.ts';
import { bulk, call } from './bulk.ts';
import { startCountingProxy } from './counting-proxy.ts';
import { borrowElasticsearch } from './keeper.ts';
import { searchLab } from './search-lab.ts';
import { type SecureFront, startSecureFront } from './secure-front.ts';
import type { Elasticsearch } from './server.ts';

const ONE: SearchRequest = { index: 'ways', body: { size: 0 } };

let server: Elasticsearch;
let front: SecureFront;
let ssh: SshOptions;
beforeAll(async () => {
  server = await borrowElasticsearch('8.19.21');
  front = await startSecureFront(server.url);
  const access = (await realSwarm()).ssh;
  ssh = { ...access, privateKey: await privateKey(access) };
  await bulk(server.url, 'ways', [{ n: 1 }, { n: 2 }]);
});
afterAll(async () => {
  await front?.stop();
  await server?.stop();
});

/** Asks once by a way, and closes it. */
async function ask(options: Partial<SearchOptions>): Promise<unknown> {
  const search = connectSearch({ cluster: 'real', urls: [server.url], ...options });
  try {
    return await search.multi([ONE]);
  } finally {
    await search.close();
  }
}

describe('Elasticsearch behind TLS', () => {
  const secure = (): Partial<SearchOptions> => ({ urls: [front.url], ca: front.ca, auth: { apiKey: front.apiKey } });

  it('lets in whoever has the API key, or the password', async () => {
    expect(await ask(secure())).toMatchObject([{ ok: true, total: 2 }]);
    const { username, password } = front;
    expect(await ask({ ...secure(), auth: { username, password } })).toMatchObject([{ ok: true, total: 2 }]);
  });

  it('refuses everybody else, and says why', async () => {
    const refused = { code: 'search_refused', params: { cluster: 'real', status: 401, reason: 'unable to authenticate' } };
    await expect(ask({ ...secure(), auth: { apiKey: 'bm8=' } })).rejects.toMatchObject(refused);
    await expect(ask({ urls: [front.url], ca: front.ca })).rejects.toMatchObject(refused);
  });

  it('is refused when another authority than the pinned one has signed its certificate', async () => {
    const unreachable = {
      code: 'search_unreachable',
      params: { host: front.url, reason: expect.stringMatching(/certificate|self-signed/u) },
    };
    await expect(ask({ ...secure(), ca: front.otherAuthority })).rejects.toMatchObject(unreachable);
    await expect(ask({ urls: [front.url], auth: { apiKey: front.apiKey } })).rejects.toMatchObject(unreachable);
  });

  it('is refused under a name that its certificate lacks', async () => {
    await expect(ask({ ...secure(), urls: [front.url.replace('localhost', '127.0.0.1')] })).rejects.toMatchObject({
      code: 'search_unreachable',
      params: { reason: expect.stringMatching(/altnames|alternative|IP/iu) },
    });
  });

  it('keeps its secret through SSH, certificate checked', async () => {
    const remote = connectRemote(ssh);
    expect(await ask({ ...secure(), remote })).toMatchObject([{ ok: true, total: 2 }]);
    await expect(ask({ ...secure(), remote, ca: front.otherAuthority })).rejects.toMatchObject({
      code: 'search_unreachable',
      params: { host: `${front.url} through ${remote.host}`, reason: expect.stringMatching(/certificate|self-signed/u) },
    });
    await remote.close();
  });
});

describe('Elasticsearch through SSH', () => {
  it('is connected as the configuration says', async () => {
    const { host, port, user, privateKey: key, hostKey } = ssh;
    const settings = { url: server.url, timeout: '10s', ssh: { host: `${user}@${host}:${port}`, key, host_key: hostKey } };
    const search = (await connectConfiguredSearch({ beats: settings }))?.get('beats');
    expect(await search?.multi([ONE])).toMatchObject([{ ok: true, total: 2 }]);
    expect(await search?.info()).toMatchObject({ version: server.version });
    await search?.close();
  });

  it('costs no pause a request', async () => {
    const remote = connectRemote(ssh);
    const search = connectSearch({ cluster: 'real', urls: [server.url], remote });
    const tookMs: number[] = [];
    for (let round = 0; round < 30; round += 1) {
      const start = performance.now();
      await search.multi([ONE]);
      tookMs.push(performance.now() - start);
    }
    // Two systems that wait for each other's small packets take 40 ms.
    expect(tookMs.sort((one, other) => one - other)[10]).toBeLessThan(30);
    await search.close();
    await remote.close();
  });

  it('is there again after the connection broke', async () => {
    const remote = connectRemote(ssh);
    const search = connectSearch({ cluster: 'real', urls: [server.url], remote });
    await search.multi([ONE]);
    const { stdout: process } = await remote.exec(['sh', '-c', 'echo $PPID']);
    await remote.exec(['kill', process.trim()]).catch(() => null);
    expect(await search.multi([ONE])).toMatchObject([{ ok: true, total: 2 }]);
    await search.close();
    await remote.close();
  });

  const nowhere: readonly (readonly [what: string, change: Partial<SshOptions>, reason: string])[] = [
    ['no SSH server', { port: 1 }, 'SSH to root@127.0.0.1:1: connect ECONNREFUSED'],
    ['another host key', { hostKey: `SHA256:${'A'.repeat(43)}` }, 'its key is SHA256:'],
    ['an account that may not', { user: 'nobody' }, 'authentication'],
  ];
  it.each(nowhere)('names the hop that fails: %s', async (_, change, reason) => {
    const remote = connectRemote({ ...ssh, ...change });
    await expect(ask({ remote })).rejects.toMatchObject({
      code: 'search_unreachable',
      params: { host: `${server.url} through ${remote.host}`, reason: expect.stringContaining(reason) },
    });
    await remote.close();
  });

  it('names the hop that fails: nobody listens over there', async () => {
    const remote = connectRemote(ssh);
    await expect(ask({ remote, urls: ['http://127.0.0.1:1'] })).rejects.toMatchObject({
      code: 'search_unreachable',
      params: { reason: expect.stringContaining('127.0.0.1:1: (SSH) Channel open failure') },
    });
    await remote.close();
  });
});

searchContract('Elasticsearch 7.17.29 through SSH', async () => {
  const other = await borrowElasticsearch('7.17.29');
  const remote = connectRemote(ssh);
  return searchLab(other, connectSearch({ cluster: 'real', urls: [other.url], remote }), async () => {
    await remote.close();
    await other.stop();
  });
});

describe('an Elasticsearch in a bad state', () => {
  let search: Search;
  beforeAll(() => {
    search = connectSearch({ cluster: 'real', urls: [server.url], timeoutMs: 1_500 });
  });
  afterAll(() => search?.close());

  const created = (name: string, settings: JsonObject): Promise<unknown> =>
    call(server.url, 'PUT', `/${name}?wait_for_active_shards=0`, { settings: { number_of_replicas: 0, ...settings } });

  it('never passes off what it could not see as nothing found', async () => {
    await created('red', { 'index.routing.allocation.require._name': 'nobody' });
    await created('half', { number_of_shards: 2, 'index.routing.allocation.total_shards_per_node': 1 });
    await call(server.url, 'GET', '/_cluster/health/half?wait_for_active_shards=1&timeout=20s');
    const outcomes = await search.multi(['red', 'half', 'ways', 'ways,red'].map((index) => ({ index, body: { size: 0 } })));
    expect(outcomes).toMatchObject([
      { ok: false, problem: { code: 'search_incomplete', params: { reason: 'no shard of the index answers' } } },
      { ok: false, problem: { code: 'search_incomplete', params: { reason: '1 of 2 shards failed' } } },
      { ok: true, total: 2 },
      { ok: false, problem: { code: 'search_incomplete', params: { reason: '1 of 2 shards failed' } } },
    ]);
    expect(await search.info()).toMatchObject({ health: 'red' });
    await call(server.url, 'DELETE', '/red,half');
  });

  it('that is closed has no documents', async () => {
    await bulk(server.url, 'closing', [{ n: 1 }]);
    await call(server.url, 'POST', '/closing/_close');
    expect(await search.multi([{ index: 'closing', body: {} }])).toMatchObject([{ ok: true, total: 0 }]);
    await call(server.url, 'DELETE', '/closing');
  });

  it('that hangs is given up at the deadline, and found again when it goes on', async () => {
    process.kill(server.pid, 'SIGSTOP');
    try {
      await expect(search.multi([ONE])).rejects.toMatchObject({
        code: 'search_unreachable',
        params: { reason: 'no answer within 1500 ms' },
      });
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    expect(await search.multi([ONE])).toMatchObject([{ ok: true, total: 2 }]);
  });
});

describe('a quiet tick', () => {
  it('costs little more than 1 kB for one search, much less for each of many, both ways together', async () => {
    const proxy = await startCountingProxy(server.url);
    const search = connectSearch({ cluster: 'real', urls: [proxy.url] });
    const quiet = Array.from({ length: 20 }, (_, rule) => quietSearch(rule));
    await search.multi(quiet);
    const before = proxy.bytes;
    for (let tick = 0; tick < 5; tick += 1) expect((await search.multi(quiet)).every(({ ok }) => ok)).toBe(true);
    const perSearch = (proxy.bytes - before) / 5 / quiet.length;
    const alone = proxy.bytes;
    await search.multi(quiet.slice(0, 1));
    console.log(`bytes a search: ${Math.round(perSearch)} among 20, ${proxy.bytes - alone} alone`);
    expect(perSearch).toBeLessThan(200);
    expect(proxy.bytes - alone).toBeLessThan(1_200);
    await search.close();
    await proxy.stop();
  });
});

/** What a rule asks that finds nothing: a count by host over the last minutes. */
function quietSearch(rule: number): SearchRequest {
  const time = { gte: '2026-11-02T11:45:00.000Z', lt: `2026-11-02T12:00:${String(rule).padStart(2, '0')}.000Z` };
  const filter = [{ range: { '@timestamp': time } }, { term: { 'log.level': 'error' } }, { term: { 'service.name': `service-${rule}` } }];
  return {
    index: `filebeat-${rule}-*`,
    body: {
      size: 0,
      query: { bool: { filter } },
      aggs: { keys: { terms: { field: 'host.name', size: 50 }, aggs: { last: { max: { field: '@timestamp' } } } } },
    },
  };
}
