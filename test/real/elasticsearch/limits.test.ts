import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RuleMemory } from '#domain/alert/look.ts';
import type { JsonObject } from '#kernel/json.ts';
import { call } from './bulk.ts';
import { at, keysOf, LOOKED_AT, LookingScene } from './looking.ts';

const HOSTS = 1_100;
const KEYWORD = { type: 'keyword' };
const PROPERTIES = { '@timestamp': { type: 'date' }, host: KEYWORD, user: KEYWORD, state: KEYWORD, pct: { type: 'double' } };

/** Each host twice, and then five times in a moment. */
const STORY: readonly JsonObject[] = [0.5, 4, 6.5, 6.5, 6.5, 6.5, 6.5].flatMap((minute, part) =>
  Array.from({ length: HOSTS }, (_, host) => ({
    '@timestamp': at(minute),
    host: `h${host}`,
    user: `u${part}`,
    ...(minute < 6 ? { state: 'up', pct: 0.1 } : { state: 'down', pct: 0.95 }),
  })),
);
/** The burst is in the third. */
const LOOKS = [
  [0, 2],
  [2, 5],
  [5, 7],
  [7, 8],
] as const;

const RULES: Readonly<Record<string, string>> = {
  frequency: 'type: frequency\nnum_events: 5\ntimeframe: { minutes: 1 }\n',
  counted: 'type: frequency\nnum_events: 5\ntimeframe: { minutes: 1 }\nuse_terms_query: true\nterms_size: 2000\n',
  spike: 'type: spike\nspike_height: 3\nspike_type: up\ntimeframe: { seconds: 150 }\n',
  spikeCounted: 'type: spike\nspike_height: 3\nspike_type: up\ntimeframe: { seconds: 150 }\nuse_terms_query: true\nterms_size: 2000\n',
  spikeMetric:
    'type: spike_aggregation\nspike_height: 3\nspike_type: up\ntimeframe: { seconds: 150 }\nmetric_agg_key: pct\nmetric_agg_type: max\n',
  metric: 'type: metric_aggregation\nmetric_agg_key: pct\nmetric_agg_type: max\nmax_threshold: 0.9\n',
  percentage: 'type: percentage_match\nmatch_bucket_filter: [{ term: { state: down } }]\nmax_percentage: 50\n',
  cardinality: 'type: cardinality\ncardinality_field: user\nmax_cardinality: 4\ntimeframe: { minutes: 2 }\n',
  change: 'type: change\ncompare_key: state\nignore_null: true\n',
};

describe.each(LOOKED_AT)('a server that gives few buckets at once, Elasticsearch %s', (version) => {
  let scene: LookingScene;
  const most = (buckets: number | null): Promise<unknown> =>
    call(scene.server.url, 'PUT', '/_cluster/settings', { transient: { 'search.max_buckets': buckets } });

  beforeAll(async () => {
    scene = await LookingScene.open(version);
    await scene.filled('few', { properties: PROPERTIES }, STORY);
    await most(100);
  }, 120_000);
  afterAll(async () => {
    await most(null);
    await scene.close();
  });

  it.each(Object.entries(RULES))(
    'tells all 1,100 keys of a burst by %s, when they are there and not before',
    async (name, yaml) => {
      const rule = await scene.rule(`name: ${name}\nindex: few\nquery_key: host\n${yaml}`);
      const found: number[] = [];
      let memory: RuleMemory | null = null;
      for (const span of LOOKS) {
        const look = await scene.look(rule, span, { memory });
        memory = look.memory;
        found.push(keysOf(look, 'host').length);
      }
      expect(found.slice(0, 3)).toEqual([0, 0, HOSTS]);
    },
    120_000,
  );
});
