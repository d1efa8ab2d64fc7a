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

const MANY = 6_000;
/** What each type wants to know beside the time: it fires for a key whose three documents of the fifth minute are unlike those before, or for none after them. */
const OF_EACH_TYPE: Readonly<Record<string, string>> = {
  change: 'compare_key: pct\nignore_null: true\n',
  spike: 'spike_height: 3\nspike_type: up\n',
  flatline: 'threshold: 1\n',
  cardinality: 'cardinality_field: user\nmax_cardinality: 2\n',
  metric_aggregation: 'metric_agg_key: pct\nmetric_agg_type: max\nmax_threshold: 5\n',
  spike_aggregation: 'metric_agg_key: pct\nmetric_agg_type: max\nspike_height: 3\nspike_type: up\n',
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

  it('fires for each of 6,000 keys, by rules of the types that remember or measure each', async () => {
    const documents = Array.from({ length: MANY }, (_, index) => `h${index}`).flatMap((host) => [
      ...[0, 1, 2, 3].map((minute) => ({ '@timestamp': at((minute + 0.5) * MINUTE), host, user: 'u', pct: 1 })),
      ...['a', 'b', 'c'].map((user, index) => ({ '@timestamp': at(4.5 * MINUTE + index), host, user, pct: 9 })),
    ]);
    await filled('burst-types', documents);
    for (const [type, own] of Object.entries(OF_EACH_TYPE)) {
      const watched = await rule(`name: ${type}\nindex: burst-types\nquery_key: host\ntype: ${type}\ntimeframe: { minutes: 1 }\n${own}`);
      let memory: RuleMemory | null = null;
      const told = new Set<string>();
      for (let minute = 0; minute < 7; minute += 1) {
        const found: Look = await look({ ...watched, bufferTimeMs: MINUTE }, minute, minute + 1, memory);
        expect(found.forgotten).toBeUndefined();
        for (const key of keysOf(found, 'host')) told.add(key);
        memory = found.memory;
      }
      expect([type, told.size]).toEqual([type, MANY]);
    }
  }, 300_000);

  it('measures the mean of a field and different values of more documents than it may read', async () => {
    const documents = Array.from({ length: 9 * 2_000 }, (_, index) => ({
      '@timestamp': at(Math.floor((index * MINUTE) / 2_000)),
      host: `h${index % 2}`,
      user: index >= 7 * 2_000 && index % 2 === 1 ? 'u' : `u${Math.floor(index / 2) % (index % 2 === 0 ? 300 : 200)}`,
      pct: index >= 7 * 2_000 && index % 2 === 0 ? 9 : 1,
    }));
    await filled('burst-values', documents);
    const common = 'index: burst-values\nquery_key: host\ntimeframe: { minutes: 2 }\n';
    const rose = await rule(`name: rose\n${common}type: spike\nfield_value: pct\nspike_height: 3\nspike_type: up\n`);
    const few = await rule(`name: few\n${common}type: cardinality\ncardinality_field: user\nmin_cardinality: 150\n`);
    const many = await rule(`name: many\n${common}type: cardinality\ncardinality_field: user\nmax_cardinality: 299\n`);
    for (const [watched, host, value] of [
      [rose, 'h0', null],
      [few, 'h1', 1],
      [many, 'h0', 300],
    ] as const) {
      let memory: RuleMemory | null = null;
      let last: Look | null = null;
      let counted = 0;
      for (let minute = 0; minute < 9; minute += 3) {
        const found: Look = await scene.look(watched, [minute, minute + 3], { memory, cautious: true });
        memory = found.memory;
        counted += found.counted ?? 0;
        if (found.findings.length > 0) last = found;
      }
      expect(last === null ? null : keysOf(last, 'host')).toEqual([host]);
      if (value !== null) expect(last?.findings.at(-1)?.value).toBe(value);
      expect(counted).toBeGreaterThan(5_000);
    }
  }, 120_000);

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

  it('judges ticks again for documents that come ten minutes late', async () => {
    const usual = Array.from({ length: 30 }, (_, minute) => ({ '@timestamp': at((minute + 0.5) * MINUTE), host: 'h0', pct: 1 }));
    await filled('late', usual);
    const common = 'index: late\nquery_key: host\ntimeframe: { minutes: 2 }\n';
    const rules = await Promise.all([
      rule(`name: m\n${common}type: metric_aggregation\nmetric_agg_key: pct\nmetric_agg_type: max\nmax_threshold: 5\n`),
      rule(`name: p\n${common}type: percentage_match\nmatch_bucket_filter: [{ range: { pct: { gt: 5 } } }]\nmax_percentage: 50\n`),
      rule(`name: t\n${common}type: frequency\nnum_events: 5\nuse_terms_query: true\nterms_size: 50\n`),
      rule(`name: s\n${common}type: spike\nspike_height: 3\nspike_type: up\n`),
      rule(`name: a\n${common}type: spike_aggregation\nmetric_agg_key: pct\nmetric_agg_type: max\nspike_height: 3\nspike_type: up\n`),
    ]);
    const memories = new Map<string, RuleMemory>();
    const told: string[] = [];
    for (let minute = 0; minute < 26; minute += 1) {
      if (minute === 22)
        await bulk(
          server.url,
          'late',
          Array.from({ length: 6 }, (_, index) => ({ '@timestamp': at(12.2 * MINUTE + index), host: 'h0', pct: 9 })),
        );
      for (const own of rules) {
        const found: Look = await look({ ...own, bufferTimeMs: MINUTE }, minute, minute + 1, memories.get(own.name) ?? null);
        memories.set(own.name, found.memory);
        if (found.findings.length > 0) told.push(`${own.name} ${minute}`);
      }
    }
    expect(told).toEqual(rules.map(({ name }) => `${name} 22`));
  }, 120_000);

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

  const TEXT = { type: 'text', fields: { keyword: { type: 'keyword' } } };
  const KEYWORD = { type: 'keyword' };

  describe.each([
    ['text', 'keyword', TEXT, KEYWORD],
    ['keyword', 'text', KEYWORD, TEXT],
  ])('another index with as many shards, with %s become %s,', (_from, _to, before, after) => {
    const sent = (minute: number, users: readonly string[]): readonly JsonObject[] =>
      users.flatMap((user) => [0.2, 0.4, 0.6].map((part) => ({ '@timestamp': at((minute + part) * MINUTE), who: user })));

    /** Two send in each minute, until one of them stops; mallory comes in the minute of the change. What each look tells of whom. */
    async function story(index: string, first: string, change: () => Promise<string>): Promise<readonly string[][]> {
      const common = `index: ${index}\ntimeframe: { minutes: 1 }\nquery_key: who\n`;
      const rules = await Promise.all([
        rule(`name: f\n${common}type: frequency\nnum_events: 3\nfilter: [{ query_string: { query: "who:mallory" } }]\n`),
        rule(`name: s\n${common}type: flatline\nthreshold: 1\n`),
        rule(`name: n\nindex: ${index}\ntype: new_term\nfields: [who]\nterms_window_size: { days: 1 }\n`),
      ]);
      const memories: (RuleMemory | null)[] = [null, null, null];
      const told: string[][] = [];
      let target = first;
      for (let minute = 0; minute < 6; minute += 1) {
        if (minute === 3) target = await change();
        await bulk(server.url, target, sent(minute, ['alice', ...(minute < 4 ? ['bob'] : []), ...(minute === 3 ? ['mallory'] : [])]));
        const found: string[] = [];
        for (const [place, one] of rules.entries()) {
          const seen = await look(one, minute, minute + 1, memories[place] ?? null);
          memories[place] = seen.memory;
          found.push(...seen.findings.map(({ key, value }) => `${one.name}:${String(key['who'] ?? value)}`));
        }
        told.push(found);
      }
      return told;
    }

    const SILENT = ['s:bob', 's:mallory'];
    const RIGHT = [['n:alice', 'n:bob'], [], [], ['f:mallory', 'n:mallory'], SILENT, SILENT];

    it('is seen at once where an alias leads there', async () => {
      const [one, two] = [`swap-${_from}-1`, `swap-${_from}-2`];
      await filled(one, [], { who: before });
      await call(server.url, 'POST', '/_aliases', { actions: [{ add: { index: one, alias: `swap-${_from}` } }] });
      const told = await story(`swap-${_from}`, one, async () => {
        await filled(two, sent(2, ['alice', 'bob']), { who: after });
        const actions = [{ remove: { index: one, alias: `swap-${_from}` } }, { add: { index: two, alias: `swap-${_from}` } }];
        await call(server.url, 'POST', '/_aliases', { actions });
        return two;
      });
      expect(told).toEqual(RIGHT);
    }, 60_000);

    it('is seen at once under the same name, with as many documents', async () => {
      const name = `same-${_from}`;
      await filled(name, [], { who: before });
      const told = await story(name, name, async () => {
        await filled(
          name,
          sent(2, ['alice', 'bob', 'alice', 'bob', 'alice', 'bob']).map((document, nth) => ({ ...document, nth })),
          { who: after },
        );
        return name;
      });
      expect(told).toEqual(RIGHT);
    }, 60_000);

    it('is seen at once where one is closed and another is new', async () => {
      const [one, two] = [`shut-${_from}-1`, `shut-${_from}-2`];
      await filled(one, [], { who: before });
      const told = await story(`shut-${_from}-*`, one, async () => {
        await call(server.url, 'POST', `/${one}/_close`);
        await filled(two, sent(2, ['alice', 'bob']), { who: after });
        return two;
      });
      expect(told).toEqual(RIGHT);
    }, 60_000);

    it('is not in the way where it is empty or old, and takes the place of another one', async () => {
      const [one, two, three] = [`old-${_from}-1`, `old-${_from}-2`, `old-${_from}-3`];
      await filled(one, [], { who: before });
      await filled(three, [{ '@timestamp': at(-10_000 * MINUTE), who: 'carol' }], { who: before });
      const told = await story(`old-${_from}-*`, one, async () => {
        await call(server.url, 'DELETE', `/${three}`);
        await filled(two, [], { who: after });
        return one;
      });
      expect(told).toEqual(RIGHT);
    }, 60_000);

    it('is seen at once where the first one is rolled over', async () => {
      const name = `rolled-${_from}`;
      await filled(`${name}-000001`, [], { who: before });
      await call(server.url, 'POST', '/_aliases', { actions: [{ add: { index: `${name}-000001`, alias: name, is_write_index: true } }] });
      const told = await story(name, name, async () => {
        const mappings = { properties: { ...PROPERTIES, who: after } };
        await call(server.url, 'POST', `/${name}/_rollover`, { settings: { number_of_replicas: 0 }, mappings });
        return name;
      });
      expect(told).toEqual(RIGHT);
    }, 60_000);
  });

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
