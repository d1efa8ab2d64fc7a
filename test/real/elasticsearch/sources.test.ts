import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '#domain/alert/transition.ts';
import { lookAt } from '#pipeline/alert/look.ts';
import type { Sources } from '#pipeline/alert/polling.ts';
import { watchSources } from '#pipeline/alert/sources.ts';
import { call } from './bulk.ts';
import { at, LOOKED_AT, LookingScene } from './looking.ts';

const LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };
const MAPPINGS = { properties: { '@timestamp': { type: 'date' }, host: { type: 'keyword' } } };

describe.each(LOOKED_AT)('what stands behind a pattern, on Elasticsearch %s', (version) => {
  let scene: LookingScene;
  beforeAll(async () => {
    scene = await LookingScene.open(version);
  });
  afterAll(() => scene?.close());

  const watching = (): Promise<Sources> =>
    watchSources({ facts: { fact: async () => null, remember: async () => undefined }, clock: { now: () => Date.now() }, log: LOG });

  /** One look after the other at the same minute; what each says of the source. */
  async function looks(index: string): Promise<() => Promise<string>> {
    const rule = await scene.rule(`name: r\nindex: ${index}\ntype: any\n`);
    const sources = await watching();
    const look = sources.guarding((requests, search) => lookAt(requests, search));
    return async () => {
      const span = { from: Date.parse(at(0)), to: Date.parse(at(1)) };
      const [outcome] = await look([{ rule, memory: null, span, open: [] }], scene.search, new AbortController().signal);
      return saidBy(outcome);
    };
  }

  function saidBy(outcome: Outcome | undefined): string {
    if (outcome === undefined) return 'nothing';
    return outcome.ok
      ? 'looked'
      : `${outcome.problem.code} ${String(outcome.problem.params['how'])} ${String(outcome.problem.params['names'])}`;
  }

  it('is looked at again once a closed index is open', async () => {
    await scene.filled('src-a-1', MAPPINGS, []);
    await scene.filled('src-a-2', MAPPINGS, []);
    const look = await looks('src-a-*');
    expect(await look()).toBe('looked');
    await call(scene.server.url, 'POST', '/src-a-2/_close');
    expect(await look()).toBe('source_blind closed src-a-2');
    expect(await look()).toBe('source_blind closed src-a-2');
    await call(scene.server.url, 'POST', '/src-a-2/_open?wait_for_active_shards=1');
    expect(await look()).toBe('looked');
  });

  it('may be a name, a list, an alias or a data stream', async () => {
    await scene.filled('src-b-1', MAPPINGS, []);
    await call(scene.server.url, 'POST', '/_aliases', { actions: [{ add: { index: 'src-b-1', alias: 'src-alias' } }] });
    const [name, list, alias] = await Promise.all([looks('src-b-1'), looks('src-b-1,src-nowhere'), looks('src-alias')]);
    expect([await name(), await list(), await alias()]).toEqual(['looked', 'looked', 'looked']);
    await call(scene.server.url, 'POST', '/src-b-1/_close');
    expect([await name(), await list(), await alias()]).toEqual(Array.from({ length: 3 }, () => 'source_blind closed src-b-1'));
    await call(scene.server.url, 'DELETE', '/src-b-1');
    expect([await name(), await list(), await alias()]).toEqual(Array.from({ length: 3 }, () => 'source_blind gone src-b-1'));
  });

  it('is another index in the place of one, with as many shards', async () => {
    const filled = (name: string): Promise<void> => scene.filled(name, MAPPINGS, [{ '@timestamp': at(0.5), host: 'pica01' }]);
    const swap = (one: string, other: string): Promise<unknown> =>
      call(scene.server.url, 'POST', '/_aliases', {
        actions: [{ remove: { index: one, alias: 'src-swap' } }, { add: { index: other, alias: 'src-swap' } }],
      });
    await filled('src-swap-1');
    await filled('src-swap-2');
    await call(scene.server.url, 'POST', '/_aliases', { actions: [{ add: { index: 'src-swap-1', alias: 'src-swap' } }] });
    const [alias, pattern] = await Promise.all([looks('src-swap'), looks('src-shut-*')]);
    expect(await alias()).toBe('looked');
    await swap('src-swap-1', 'src-swap-2');
    expect(await alias()).toBe('looked');
    await call(scene.server.url, 'DELETE', '/src-swap-2');
    expect(await alias()).toBe('source_blind gone src-swap-2');
    await filled('src-shut-1');
    expect(await pattern()).toBe('looked');
    await call(scene.server.url, 'POST', '/src-shut-1/_close');
    await filled('src-shut-2');
    expect(await pattern()).toBe('source_blind closed src-shut-1');
    await call(scene.server.url, 'DELETE', '/src-shut-1');
    expect(await pattern()).toBe('looked');
  });

  it('is nothing where nothing was ever', async () => {
    const [name, pattern] = await Promise.all([looks('src-nowhere'), looks('src-nowhere-*')]);
    expect([await name(), await pattern()]).toEqual(['source_blind none ', 'source_blind none ']);
  });

  it('is not all there while another cluster that it names is left out, whether a search bears that or not', async () => {
    await scene.filled('src-far-1', MAPPINGS, []);
    const { url } = scene.server;
    const own = /"publish_address":"([^"]+)"/u.exec(JSON.stringify(await call(url, 'GET', '/_nodes/_local/transport')))?.[1];
    const remote = async (seed: string | null, skipped: boolean | null): Promise<void> => {
      const far = { seeds: seed === null ? null : [seed], skip_unavailable: skipped };
      await call(url, 'PUT', '/_cluster/settings', { persistent: { cluster: { remote: { far } } } });
    };
    await remote(own ?? '', true);
    try {
      const [both, alone] = await Promise.all([looks('src-far-*,far:src-far-*'), looks('far:src-far-*')]);
      expect([await both(), await alone()]).toEqual(['looked', 'looked']);
      for (const skipped of [true, false]) {
        await remote('127.0.0.1:1', skipped);
        expect([await both(), await alone()]).toEqual(['source_blind skipped far', 'source_blind skipped far']);
      }
      await remote(own ?? '', true);
      expect([await both(), await alone()]).toEqual(['looked', 'looked']);
    } finally {
      await remote(null, null);
    }
  });

  it('is the same with fewer shards, where its indices are all there', async () => {
    await scene.filled('src-few', MAPPINGS, [], { number_of_shards: 3 });
    await scene.filled('src-few-2', MAPPINGS, []);
    const look = await looks('src-few*');
    expect(await look()).toBe('looked');
    await scene.filled('src-few', MAPPINGS, [], { number_of_shards: 1 });
    expect(await look()).toBe('looked');
    await call(scene.server.url, 'DELETE', '/src-few');
    expect(await look()).toBe('source_blind gone src-few');
  });

  it('is not all there while shards are missing', async () => {
    await scene.filled('src-red', MAPPINGS, []);
    const look = await looks('src-red*');
    expect(await look()).toBe('looked');
    // No node has that name, so that its only shard has nowhere to be.
    await call(scene.server.url, 'PUT', '/src-red-2?wait_for_active_shards=0', {
      settings: { number_of_replicas: 0, 'index.routing.allocation.require._name': 'nobody' },
      mappings: MAPPINGS,
    });
    expect(await look()).toBe('source_blind red src-red-2');
    await call(scene.server.url, 'DELETE', '/src-red-2');
    expect(await look()).toBe('looked');
  });
});
