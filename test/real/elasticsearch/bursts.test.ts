import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Look, RuleMemory } from '#domain/alert/look.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { JsonObject } from '#kernel/json.ts';
import { bulk, call } from './bulk.ts';
import { at as atMinute, keysOf, LOOKED_AT, LookingScene } from './looking.ts';
import type { Elasticsearch } from './server.ts';

const MINUTE = 60_000;
const at = (ms: number): string => atMinute(ms / MINUTE);

const PROPERTIES = {
  '@timestamp': { type: 'date' },
  host: { type: 'keyword' },
  user: { type: 'keyword' },
  id: { type: 'long' },
  pct: { type: 'double' },
};

describe.each(LOOKED_AT)('Elasticsearch %s', (version) => {
  let scene: LookingScene;
  let server: Elasticsearch;
  beforeAll(async () => {
    scene = await LookingScene.open(version);
    ({ server } = scene);
  });
  afterAll(() => scene?.close());

  const filled = (index: string, documents: readonly JsonObject[], more: JsonObject = {}): Promise<void> =>
    scene.filled(index, { properties: { ...PROPERTIES, ...more } }, documents);
  const rule = (yaml: string): Promise<Rule> => scene.rule(yaml);
  const look = (watched: Rule, from: number, to: number, memory: RuleMemory | null = null): Promise<Look> =>
    scene.look(watched, [from, to], { memory });

  it('tells 10,000 keys of five documents each, once', async () => {
    const documents = Array.from({ length: 50_000 }, (_, index) => ({
      '@timestamp': at(30_000 + (index % 5)),
      host: `h${index % 10_000}`,
    }));
    await filled('burst-wide', documents);
    const common = 'index: burst-wide\nquery_key: host\n';
    const watched = await rule(`name: wide\n${common}type: frequency\nnum_events: 5\ntimeframe: { minutes: 1 }\n`);
    for (const one of [watched, await rule(`name: each\n${common}type: any\n`)]) {
      let memory: RuleMemory | null = null;
      const told: number[] = [];
      for (let minute = 0; minute < 4; minute += 1) {
        const found: Look = await look(one, minute, minute + 1, memory);
        told.push(keysOf(found, 'host').length);
        memory = found.memory;
      }
      expect(told).toEqual([10_000, 0, 0, 0]);
    }
  }, 180_000);

  it('tells the keys of a burst of 1,100 of them apart', async () => {
    const documents = Array.from({ length: 3_300 }, (_, index) => ({ '@timestamp': at(30_000 + (index % 3)), host: `h${index % 1_100}` }));
    await filled('burst-keys', documents);
    const watched = await rule(
      'name: keys\nindex: burst-keys\ntype: frequency\nnum_events: 3\ntimeframe: { minutes: 1 }\nquery_key: host\n',
    );
    const found = await look(watched, 0, 1);
    expect(keysOf(found, 'host')).toHaveLength(1_100);
    const counted = await rule(
      'name: counted\nindex: burst-keys\ntype: frequency\nnum_events: 3\ntimeframe: { minutes: 1 }\nquery_key: host\nuse_terms_query: true\nterms_size: 2000\n',
    );
    expect(keysOf(await look(counted, 0, 1), 'host')).toHaveLength(1_100);
  }, 120_000);

  it('pages through compound keys that are more buckets than it gives at once', async () => {
    const documents = Array.from({ length: 265 * 265 }, (_, index) => ({
      '@timestamp': at(30_000),
      host: `h${index % 265}`,
      user: `u${Math.floor(index / 265)}`,
      pct: index === 777 ? 0.99 : 0.1,
    }));
    await filled('burst-pairs', documents);
    const watched = await rule(
      'name: pairs\nindex: burst-pairs\ntype: metric_aggregation\nmetric_agg_key: pct\nmetric_agg_type: max\nmax_threshold: 0.9\nquery_key: [host, user]\n',
    );
    const found = await look(watched, 0, 1);
    expect(found.findings.map(({ key }) => key)).toEqual([{ host: 'h247', user: 'u2' }]);
    const few = await rule(
      'name: few\nindex: burst-pairs\ntype: frequency\nnum_events: 2\ntimeframe: { minutes: 1 }\nquery_key: [host, user]\n',
    );
    expect((await look(few, 0, 1)).findings).toEqual([]);
    const after = await look(few, 5, 6);
    expect(after.findings).toEqual([]);
  }, 180_000);

  it('goes on when a new index behind the pattern maps the key another way', async () => {
    const text = { type: 'text', fields: { keyword: { type: 'keyword' } } };
    const logins = (user: string, minute: number): readonly JsonObject[] =>
      Array.from({ length: 3 }, (_, index) => ({ '@timestamp': at(minute * MINUTE + index * 1_000), who: user }));
    await filled('roll-1', logins('mallory', 0.2), { who: text });
    const watched = await rule('name: r\nindex: roll-*\ntype: frequency\nnum_events: 3\ntimeframe: { minutes: 1 }\nquery_key: who\n');
    const first = await look(watched, 0, 1);
    expect(keysOf(first, 'who')).toEqual(['mallory']);
    await filled('roll-2', logins('eve', 1.2), { who: { type: 'keyword' } });
    const second = await look(watched, 1, 2, first.memory);
    expect(keysOf(second, 'who')).toEqual(['eve']);
    await call(server.url, 'DELETE', '/roll-1');
    await bulk(server.url, 'roll-2', logins('trudy', 2.2));
    const third = await look(watched, 2, 3, second.memory);
    expect([keysOf(third, 'who'), third.memory['columns']]).toEqual([['trudy'], { who: 'who' }]);
    await filled('roll-3', logins('oscar', 3.2), { who: text });
    const fourth = await look(watched, 3, 4, third.memory);
    expect(keysOf(fourth, 'who')).toEqual(['oscar']);
  }, 60_000);

  it('tells ids beyond 2^53 apart', async () => {
    const near = ['12345678901234566', '12345678901234567', '12345678901234568'];
    const lines = near.flatMap((id, index) =>
      Array.from(
        { length: index + 1 },
        (_, times) => `{"index":{}}\n{"@timestamp":"${at(10_000 + times)}","id":${id},"host":"h${id.slice(-1)}"}\n`,
      ),
    );
    await filled('ids', []);
    await call(server.url, 'POST', '/ids/_bulk?refresh=true', lines.join(''));
    const common = 'index: ids\nquery_key: id\n';
    const frequency = await rule(`name: f\n${common}type: frequency\nnum_events: 2\ntimeframe: { minutes: 1 }\n`);
    expect(keysOf(await look(frequency, 0, 1), 'id')).toEqual(near.slice(1));
    const any = await rule(`name: a\n${common}type: any\nfilter: [{ term: { id: 12345678901234567 } }]\n`);
    expect(keysOf(await look(any, 0, 1), 'id')).toEqual(['12345678901234567']);
    const fresh = await rule('name: n\nindex: ids\ntype: new_term\nfields: [id]\nterms_window_size: { days: 1 }\n');
    expect((await look(fresh, 0, 1)).findings.map(({ value }) => value)).toEqual(near);
    const cardinality = await rule(
      'name: c\nindex: ids\ntype: cardinality\ncardinality_field: id\nmax_cardinality: 2\ntimeframe: { minutes: 1 }\n',
    );
    expect((await look(cardinality, 0, 1)).findings[0]?.value).toBe(3);
    const listed = await rule(`name: b\nindex: ids\ntype: blacklist\ncompare_key: id\nblacklist: [12345678901234568]\n`);
    expect((await look(listed, 0, 1)).findings.map(({ value }) => value)).toEqual([
      '12345678901234568',
      '12345678901234568',
      '12345678901234568',
    ]);
  }, 60_000);
});
