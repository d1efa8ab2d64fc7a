import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectSearch } from '#adapters/elasticsearch/connect-search.ts';
import { loadRules } from '#config/rules/load-rules.ts';
import { ruleDefaults } from '#config/rules/rule-defaults.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Search } from '#ports/search.ts';
import { Scene, textOf } from '#test/acceptance/scene.ts';
import { bulk, call } from './bulk.ts';
import { borrowElasticsearch } from './keeper.ts';
import type { Elasticsearch } from './server.ts';

/** A starter rule as it is delivered, but for its pace. */
const STARTER = loadRules(
  [join(import.meta.dirname, '../../../templates/rules/disk-critical.yaml')],
  ruleDefaults(null, () => null),
);
const RULES = STARTER.rules.map((rule) => ({
  ...rule,
  cluster: 'main',
  runEveryMs: 10_000,
  bufferTimeMs: 120_000,
  forMs: 0,
  chart: false,
}));

let server: Elasticsearch;
let search: Search;
let scene: Scene;
beforeAll(async () => {
  server = await borrowElasticsearch('9.5.3');
  search = connectSearch({ cluster: 'main', urls: [server.url] });
});
afterAll(async () => {
  await search.close();
  await server.stop();
});
afterEach(() => scene.close());

/** A disk as Metricbeat reports it, now. */
async function report(host: string, pct: number): Promise<void> {
  const document: JsonObject = {
    '@timestamp': new Date(scene.clock.now()).toISOString(),
    host: { name: host },
    event: { dataset: 'system.filesystem' },
    metricset: { name: 'filesystem' },
    system: { filesystem: { mount_point: '/DATA', used: { pct }, total: 1, free: 1 } },
  };
  await bulk(server.url, 'metricbeat-9.5.3', [document]);
}

describe('alerts on a real Elasticsearch', () => {
  it('a starter rule fires, is taken, and is over', async () => {
    expect([STARTER.problems, RULES.length]).toEqual([[], 1]);
    scene = await Scene.open({ rules: RULES, elasticsearch: search, speed: 10 });
    await report('pica01', 0.95);
    const post = await scene.post(/🔴 \*\*pica01\*\*/u);
    expect(textOf(post)).toMatch(/\*\*95%\*\* \(limit 90%\)/u);
    await scene.who('alice').react(post.id, 'eyes');
    await scene.reads(post, /Taken by alice/u);
    scene.clock.warp(130_000);
    await report('pica01', 0.5);
    await scene.reads(post, /Over after/u);
  });

  it('an index that is closed is one post about its source, over once it is open again', async () => {
    await report('pica02', 0.5);
    scene = await Scene.open({ rules: RULES, elasticsearch: search, speed: 10 });
    await report('pica02', 0.95);
    const disk = await scene.post(/🔴 \*\*pica02\*\*/u);
    await call(server.url, 'POST', '/metricbeat-9.5.3/_close');
    const post = await scene.post(/🔴 \*\*vigie:source\*\*/u);
    expect(textOf(post)).toMatch(/Blind for `metricbeat-\*`.*`metricbeat-9\.5\.3` is closed/su);
    await scene.reads(disk, /Cannot be checked|cannot be checked/u);
    await call(server.url, 'POST', '/metricbeat-9.5.3/_open?wait_for_active_shards=1');
    scene.clock.warp(130_000);
    await report('pica02', 0.5);
    await scene.reads(post, /Over after/u);
    await scene.reads(disk, /Over after/u);
  });

  it('an Elasticsearch that goes away makes vigie blind, and says so', async () => {
    const gone = connectSearch({ cluster: 'main', urls: ['http://127.0.0.1:1'] });
    scene = await Scene.open({ rules: RULES, elasticsearch: gone, speed: 30 });
    const post = await scene.post(/🔴 \*\*vigie:blind\*\*|🔴 \*\*.*Elasticsearch does not answer/u);
    expect(textOf(post)).toMatch(/blind since/u);
    await gone.close();
  });
});
