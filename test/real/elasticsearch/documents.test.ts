import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Look } from '#domain/alert/look.ts';
import type { Json, JsonObject } from '#kernel/json.ts';
import { at, keysOf, LOOKED_AT, LookingScene } from './looking.ts';

/** A kind of field, the forms in which documents hold one key, and the keys that they are. */
interface Form {
  readonly name: string;
  readonly field: string;
  readonly mapping: JsonObject;
  readonly documents: readonly JsonObject[];
  readonly keys: readonly string[];
  /** Mappings of a second index behind the pattern, with every other document. */
  readonly other?: JsonObject;
  readonly runtime?: JsonObject;
  /** As a list names them, where that isn't the key itself. */
  readonly listed?: readonly Json[];
  /** A query that all of these documents match and that names the field; `exists` by default. */
  readonly named?: JsonObject;
}

const LONG = 'a very long name of a user, as an attacker would make it up';
const LONGER = `${LONG} `.repeat(40);
const KEYWORD = { type: 'keyword' };

function forms(field: string, values: readonly Json[]): readonly JsonObject[] {
  return values.map((value) => ({ [field]: value }));
}

/** A number as it is written in JSON, with all its digits. */
function exactly(number: string): Json {
  return (JSON as unknown as { rawJSON(text: string): Json }).rawJSON(number);
}

const FORMS: readonly Form[] = [
  { name: 'keyword', field: 'who', mapping: { who: KEYWORD }, documents: forms('who', ['eve', ['eve'], ['eve', 'eve']]), keys: ['eve'] },
  {
    name: 'lists',
    field: 'who',
    mapping: { who: KEYWORD },
    documents: forms('who', [
      ['b', 'a'],
      ['a', 'b', 'a'],
    ]),
    keys: ['a', 'b'],
  },
  {
    name: 'normalizer',
    field: 'who',
    mapping: { who: { type: 'keyword', normalizer: 'low' } },
    documents: forms('who', ['MaLLory', 'mallory', 'MALLORY']),
    keys: ['mallory'],
  },
  {
    name: 'long',
    field: 'who',
    mapping: { who: { type: 'long' } },
    documents: forms('who', ['042', 42, '42']),
    keys: ['42'],
    listed: [42],
  },
  {
    name: 'long beyond 2^53',
    field: 'who',
    mapping: { who: { type: 'long' } },
    documents: forms('who', [exactly('12345678901234567'), '12345678901234567']),
    keys: ['12345678901234567'],
    listed: [exactly('12345678901234567')],
  },
  {
    name: 'half_float',
    field: 'who',
    mapping: { who: { type: 'half_float' } },
    documents: forms('who', [0.5, '0.50']),
    keys: ['0.5'],
  },
  {
    name: 'a field by its alias',
    field: 'who',
    mapping: { user_name: KEYWORD, who: { type: 'alias', path: 'user_name' } },
    documents: forms('user_name', ['eve', ['eve']]),
    keys: ['eve'],
  },
  {
    name: 'float',
    field: 'who',
    mapping: { who: { type: 'float' } },
    documents: forms('who', [0.1, '0.1', '0.10']),
    keys: ['0.10000000149011612'],
  },
  {
    name: 'date',
    field: 'who',
    mapping: { who: { type: 'date' } },
    documents: forms('who', ['2026-11-10T12:00:00Z', 1_794_312_000_000, '2026-11-10T13:00:00+01:00']),
    keys: ['2026-11-10T12:00:00.000Z'],
  },
  {
    name: 'date of its own format',
    field: 'who',
    mapping: { who: { type: 'date', format: 'dd.MM.yyyy HH:mm' } },
    documents: forms('who', ['10.11.2026 12:00']),
    keys: ['2026-11-10T12:00:00.000Z'],
    listed: ['10.11.2026 12:00'],
  },
  {
    name: 'date_nanos',
    field: 'who',
    mapping: { who: { type: 'date_nanos' } },
    documents: forms('who', ['2026-11-10T12:00:00.123456789Z', '2026-11-10T12:00:00.123456789Z']),
    keys: ['2026-11-10T12:00:00.123Z'],
    listed: ['2026-11-10T12:00:00.123456789Z'],
  },
  {
    name: 'ip',
    field: 'who',
    mapping: { who: { type: 'ip' } },
    documents: forms('who', ['2001:db8:0:0:0:0:0:1', '2001:db8::1', '2001:DB8::0:1']),
    keys: ['2001:db8::1'],
  },
  {
    name: 'boolean',
    field: 'who',
    mapping: { who: { type: 'boolean' } },
    documents: forms('who', [true, 'true']),
    keys: ['true'],
    listed: [true],
  },
  {
    name: 'beyond ignore_above',
    field: 'who',
    mapping: { who: { type: 'keyword', ignore_above: 20 } },
    documents: forms('who', [LONG]),
    keys: [LONG],
  },
  {
    name: 'text',
    field: 'who',
    mapping: { who: { type: 'text' } },
    documents: forms('who', ['Eve Adams', ['Eve Adams']]),
    keys: ['Eve Adams'],
  },
  {
    name: 'text whose keyword is beyond ignore_above',
    field: 'who',
    mapping: { who: { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 20 } } } },
    documents: forms('who', [LONG]),
    keys: [LONG],
  },
  {
    name: 'nested',
    field: 'people.who',
    mapping: { people: { type: 'nested', properties: { who: KEYWORD } } },
    documents: [{ people: [{ who: 'eve' }, { who: 'bob' }] }, { people: [{ who: 'bob' }, { who: 'eve' }] }],
    keys: ['bob', 'eve'],
  },
  {
    name: 'lists of objects',
    field: 'people.who',
    mapping: { people: { properties: { who: KEYWORD } } },
    documents: [{ people: [{ who: 'eve' }, { who: 'bob' }] }, { 'people.who': ['bob', 'eve'] }],
    keys: ['bob', 'eve'],
  },
  { name: 'a runtime field', field: 'who', mapping: {}, runtime: { who: KEYWORD }, documents: forms('who', ['eve']), keys: ['eve'] },
  {
    name: 'keyword beside text, numbers beside keywords',
    field: 'who',
    mapping: { who: KEYWORD },
    other: { who: { type: 'text' }, pct: KEYWORD },
    documents: forms('who', ['Eve Adams', ['Eve Adams']]),
    keys: ['Eve Adams'],
    named: { term: { who: 'Eve Adams' } },
  },
  {
    name: 'keyword beside text that has a keyword of its own',
    field: 'who',
    mapping: { who: KEYWORD },
    other: { who: { type: 'text', fields: { keyword: KEYWORD } } },
    documents: forms('who', ['Eve Adams', ['Eve Adams']]),
    keys: ['Eve Adams'],
  },
  {
    name: 'keyword beside long',
    field: 'who',
    mapping: { who: KEYWORD },
    other: { who: { type: 'long' } },
    documents: forms('who', ['42', 42, 42]),
    keys: ['42'],
  },
  {
    name: 'objects beside nested ones',
    field: 'people.who',
    mapping: { people: { type: 'nested', properties: { who: KEYWORD } } },
    other: { people: { properties: { who: KEYWORD } } },
    documents: [{ people: [{ who: 'eve' }] }],
    keys: ['eve'],
  },
  {
    name: 'flattened',
    field: 'labels.who',
    mapping: { labels: { type: 'flattened' } },
    documents: [{ labels: { who: 'eve' } }],
    keys: ['eve'],
  },
];

/** Of the rules that each form is looked at with: those that find keys. */
const KEYED = [
  'frequency',
  'spike',
  'spikeCounted',
  'spikeSum',
  'spikeMetric',
  'cardinality',
  'change',
  'any',
  'counted',
  'metric',
  'percentage',
];

const SETTINGS: JsonObject = { analysis: { normalizer: { low: { type: 'custom', filter: ['lowercase'] } } } };

/** A document now and then, a burst, and after a while one that no rule wants. */
function storyOf({ documents }: Form): readonly JsonObject[] {
  const story = [0.5, 1.5, 2.5, 3.5].map((minute) => ({ minute, state: 'up', pct: 0.1, user: 'u0', event: 'work' }));
  const burst = Array.from({ length: 8 }, (_, index) => ({
    minute: 4.2 + index / 12,
    state: 'down',
    pct: 0.95,
    user: `u${index}`,
    event: 'work',
  }));
  const ping = { minute: 20.5, state: 'up', pct: 0.1, user: 'u0', event: 'ping' };
  return [...story, ...burst, ping].map(({ minute, ...rest }, index) => ({
    '@timestamp': at(minute),
    ...rest,
    ...documents[index % documents.length],
  }));
}

const PROPERTIES: JsonObject = { '@timestamp': { type: 'date' }, state: KEYWORD, user: KEYWORD, event: KEYWORD, pct: { type: 'double' } };

describe.each(LOOKED_AT)('documents as they are, on Elasticsearch %s', (version) => {
  let scene: LookingScene;
  beforeAll(async () => {
    scene = await LookingScene.open(version);
  });
  afterAll(() => scene?.close());

  it.each(FORMS)(
    '$name: each type of rule knows the key by its bucket',
    async (form) => {
      const index = `form-${FORMS.indexOf(form)}`;
      const [odd, even] = [0, 1].map((half) => storyOf(form).filter((_, position) => form.other === undefined || position % 2 === half));
      const runtime = form.runtime === undefined ? {} : { dynamic: 'runtime', runtime: form.runtime };
      await scene.filled(`${index}-1`, { ...runtime, properties: { ...PROPERTIES, ...form.mapping } }, odd ?? [], SETTINGS);
      if (form.other !== undefined) await scene.filled(`${index}-2`, { properties: { ...PROPERTIES, ...form.other } }, even ?? []);
      const listed = JSON.stringify(form.listed ?? form.keys);
      const common = `index: ${index}-*\nfilter: [{ term: { event: work } }]\n`;
      const keyed = `${common}query_key: ${form.field}\n`;
      const naming = JSON.stringify([{ term: { event: 'work' } }, form.named ?? { exists: { field: form.field } }]);
      const named = keyed.replace(/filter: .*/u, `filter: ${naming}`);
      const written = {
        frequency: `${keyed}type: frequency\nnum_events: 8\ntimeframe: { minutes: 1 }\n`,
        spike: `${named}type: spike\nspike_height: 3\nspike_type: up\ntimeframe: { minutes: 2 }\n`,
        spikeCounted: `${named}type: spike\nspike_height: 3\nspike_type: up\ntimeframe: { minutes: 2 }\nuse_terms_query: true\nterms_size: 50\n`,
        spikeSum: `${keyed}type: spike\nspike_height: 3\nspike_type: up\ntimeframe: { minutes: 2 }\nfield_value: pct\n`,
        spikeMetric: `${named}type: spike_aggregation\nspike_height: 3\nspike_type: up\ntimeframe: { minutes: 2 }\nmetric_agg_key: pct\nmetric_agg_type: max\n`,
        cardinality: `${keyed}type: cardinality\ncardinality_field: user\nmax_cardinality: 5\ntimeframe: { minutes: 2 }\n`,
        change: `${named}type: change\ncompare_key: state\nignore_null: true\n`,
        any: `${keyed}type: any\n`,
        counted: `${named}type: frequency\nnum_events: 8\ntimeframe: { minutes: 1 }\nuse_terms_query: true\nterms_size: 50\n`,
        metric: `${named}type: metric_aggregation\nmetric_agg_key: pct\nmetric_agg_type: max\nmax_threshold: 0.9\n`,
        percentage: `${named}type: percentage_match\nmatch_bucket_filter: [{ term: { state: down } }]\nmax_percentage: 50\n`,
        newTerm: `${common}type: new_term\nfields: [${form.field}]\nterms_window_size: { days: 1 }\n`,
        values: `${common}type: cardinality\ncardinality_field: ${form.field}\nmax_cardinality: ${form.keys.length - 1}\ntimeframe: { minutes: 2 }\n`,
        blacklist: `${common}type: blacklist\ncompare_key: ${form.field}\nblacklist: ${listed}\n`,
        whitelist: `${common}type: whitelist\ncompare_key: ${form.field}\nignore_null: true\nwhitelist: ${listed}\n`,
      };
      const rules = await Promise.all(Object.entries(written).map(async ([name, yaml]) => scene.rule(`name: ${name}\n${yaml}`)));
      const outcomes = await scene.outcomes(rules, [0, 5]);
      const looks = new Map<string, Look>(rules.flatMap(({ name }, at) => (outcomes[at]?.ok === true ? [[name, outcomes[at].look]] : [])));
      expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
      const found = (name: string): Look => looks.get(name) ?? { findings: [], reports: [], memory: {} };
      const keys = Object.fromEntries(KEYED.map((name) => [name, keysOf(found(name), form.field)]));
      expect(keys).toEqual(Object.fromEntries(Object.keys(keys).map((name) => [name, form.keys.toSorted()])));
      expect(
        found('newTerm')
          .findings.map(({ value }) => String(value))
          .toSorted(),
      ).toEqual(form.keys.toSorted());
      expect(found('values').findings[0]?.value).toBe(form.keys.length);
      expect([found('blacklist').findings.length, found('whitelist').findings.length]).toEqual([12, 0]);
      // What was there before isn't new.
      const newTerm = rules.find(({ name }) => name === 'newTerm');
      if (newTerm !== undefined) expect((await scene.look(newTerm, [2, 5])).findings).toEqual([]);
      const open = form.keys.map((key) => ({ [form.field]: key }));
      const [frequency] = rules;
      if (frequency === undefined) throw new Error('no rule');
      const states = async (minutes: readonly [number, number]): Promise<readonly string[]> =>
        (await scene.look(frequency, minutes, { open, memory: found('frequency').memory })).reports.map(({ state }) => state);
      expect(await states([15, 20])).toEqual(open.map(() => 'silent'));
      expect(await states([15, 21])).toEqual(open.map(() => 'clear'));
      const flatline = await scene.rule(`name: flatline\n${named}type: flatline\nthreshold: 1\ntimeframe: { minutes: 5 }\n`);
      const before = await scene.look(flatline, [0, 6]);
      expect(keysOf(await scene.look(flatline, [6, 12], { memory: before.memory }), form.field)).toEqual(form.keys.toSorted());
    },
    60_000,
  );

  it('a key longer than any alert keeps is cut, and still known', async () => {
    const form = { name: 'longer', field: 'who', mapping: { who: KEYWORD }, documents: forms('who', [LONGER]), keys: [] };
    await scene.filled('form-longer', { properties: { ...PROPERTIES, ...form.mapping } }, storyOf(form));
    const rule = await scene.rule(
      'name: longer\nindex: form-longer\nfilter: [{ term: { event: work } }]\nquery_key: who\ntype: frequency\nnum_events: 8\ntimeframe: { minutes: 1 }\n',
    );
    const look = await scene.look(rule, [0, 5]);
    const [key = ''] = keysOf(look, 'who');
    expect(key).toMatch(/^a very long name.*…\[\+\d+:/u);
    const later = await scene.look(rule, [15, 21], { memory: look.memory, open: [{ who: key }] });
    expect(later.reports.map(({ state }) => state)).toEqual(['clear']);
  });

  it('seconds and milliseconds since the epoch stand in one pattern', async () => {
    const times = storyOf({ name: '', field: 'who', mapping: {}, documents: forms('who', ['eve']), keys: [] }).map((document) => ({
      ...document,
      time: Date.parse(String(document['@timestamp'])),
    }));
    const seconds = times.map((document) => ({ ...document, time: Math.floor(document.time / 1_000) }));
    const properties = { ...PROPERTIES, who: KEYWORD, time: { type: 'long' } };
    await scene.filled(
      'unix-1',
      { properties },
      seconds.filter((_, position) => position % 2 === 0),
    );
    await scene.filled(
      'unix-2',
      { properties },
      times.filter((_, position) => position % 2 === 1),
    );
    for (const unit of ['unix', 'unix_ms']) {
      const rule = await scene.rule(
        `name: ${unit}\nindex: unix-*\ntimestamp_field: time\ntimestamp_type: ${unit}\nfilter: [{ term: { event: work } }]\nquery_key: who\ntype: frequency\nnum_events: 8\ntimeframe: { minutes: 1 }\n`,
      );
      expect(keysOf(await scene.look(rule, [0, 5]), 'who')).toEqual(['eve']);
    }
  });

  it('a finding has the fields that ElastAlert fills for its type, and says which document it is of', async () => {
    const form = { name: 'fields', field: 'who', mapping: { who: KEYWORD }, documents: forms('who', ['eve']), keys: [] };
    await scene.filled('form-fields', { properties: { ...PROPERTIES, ...form.mapping } }, storyOf(form));
    const which = { _id: expect.any(String), _index: 'form-fields' };
    const spike = 'spike_height: 3\nspike_type: up\ntimeframe: { minutes: 2 }\n';
    const newTerm = 'type: new_term\nterms_window_size: { days: 1 }\n';
    const written: readonly (readonly [string, JsonObject])[] = [
      ['type: any\n', { ...which, who: 'eve', state: 'up' }],
      ['type: frequency\nnum_events: 8\ntimeframe: { minutes: 1 }\n', { ...which, who: 'eve', state: 'down' }],
      [`type: spike\n${spike}`, { ...which, spike_count: 6, reference_count: 2 }],
      [`type: spike_aggregation\nmetric_agg_key: pct\nmetric_agg_type: max\n${spike}`, { spike_count: 0.95, reference_count: 0.1 }],
      ['type: change\ncompare_key: state\nignore_null: true\n', { ...which, old_value: 'up', new_value: 'down' }],
      ['type: cardinality\ncardinality_field: user\nmax_cardinality: 5\ntimeframe: { minutes: 2 }\n', { ...which, user: 'u5' }],
      ['type: metric_aggregation\nmetric_agg_key: pct\nmetric_agg_type: max\nmax_threshold: 0.9\n', { metric_pct_max: 0.95 }],
      [
        'type: percentage_match\nmatch_bucket_filter: [{ term: { state: down } }]\nmax_percentage: 50\npercentage_format_string: "%.1f"\n',
        { percentage: expect.any(Number), denominator: expect.any(Number), percentage_formatted: expect.stringMatching(/^\d\d\.\d$/u) },
      ],
      [`${newTerm}fields: [user]\n`, { ...which, new_field: 'user', user: 'u0' }],
      [`${newTerm}fields: [nothing]\nalert_on_missing_field: true\n`, { ...which, missing_field: 'nothing' }],
      ['type: blacklist\ncompare_key: state\nblacklist: [down]\n', { ...which, state: 'down' }],
    ];
    for (const [yaml, fields] of written) {
      const rule = await scene.rule(`name: fields\nindex: form-fields\nfilter: [{ term: { event: work } }]\nquery_key: who\n${yaml}`);
      const [finding] = (await scene.look(rule, [0, 5])).findings;
      expect({ yaml, document: finding?.document }).toEqual({ yaml, document: expect.objectContaining(fields) });
    }
    const flatline = await scene.rule(
      'name: f\nindex: form-fields\nquery_key: who\ntype: flatline\nthreshold: 1\ntimeframe: { minutes: 5 }\n',
    );
    const { memory } = await scene.look(flatline, [0, 6]);
    expect((await scene.look(flatline, [6, 12], { memory })).findings[0]?.document).toMatchObject({ key: 'eve', count: 0 });
  });

  it('a filter that wants the words of the key still finds them, and what can not be grouped by it is said', async () => {
    const text = { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 20 } } };
    const documents = ['Eve Adams', LONG].map((who) => ({ who, note: who, people: [{ who }] }));
    const properties = { ...PROPERTIES, who: { type: 'text' }, note: text, people: { type: 'nested', properties: { who: KEYWORD } } };
    await scene.filled('form-words', { properties }, storyOf({ name: '', field: 'who', mapping: {}, documents, keys: [] }));
    const frequency = 'type: frequency\nnum_events: 4\ntimeframe: { minutes: 1 }\n';
    const flatline = 'type: flatline\nthreshold: 1\ntimeframe: { minutes: 5 }\n';
    const asked = async (key: string, filter: JsonObject, type: string) => {
      const rule = await scene.rule(`name: words\nindex: form-words\nfilter: [${JSON.stringify(filter)}]\nquery_key: ${key}\n${type}`);
      const [outcome] = await scene.outcomes([rule], [0, 5]);
      return outcome?.ok === true ? keysOf(outcome.look, key) : outcome?.problem;
    };
    const words = { query_string: { query: 'adams' } };
    const nested = { nested: { path: 'people', query: { term: { 'people.who': 'Eve Adams' } } } };
    expect(await asked('who', words, frequency)).toEqual(['Eve Adams']);
    expect(await asked('note.keyword', { match: { note: 'adams' } }, frequency)).toEqual(['Eve Adams']);
    expect(await asked('people.who', nested, frequency)).toEqual(['Eve Adams']);
    for (const [key, filter] of [
      ['who', words],
      ['people.who', nested],
    ] as const)
      expect(await asked(key, filter, flatline)).toEqual({ code: 'look_ungroupable', params: { rule: 'words', field: key } });
  });

  it('a field that is not indexed is read from the documents', async () => {
    const form = { name: 'unmapped', field: 'who', mapping: {}, documents: forms('who', ['eve', ['eve']]), keys: ['eve'] };
    await scene.filled('form-unmapped', { dynamic: false, properties: PROPERTIES }, storyOf(form));
    const common = 'index: form-unmapped\nfilter: [{ term: { event: work } }]\nquery_key: who\n';
    const frequency = await scene.rule(`name: f\n${common}type: frequency\nnum_events: 8\ntimeframe: { minutes: 1 }\n`);
    expect(keysOf(await scene.look(frequency, [0, 5]), 'who')).toEqual(['eve']);
    const change = await scene.rule(`name: c\n${common}type: change\ncompare_key: state\nignore_null: true\n`);
    expect(keysOf(await scene.look(change, [0, 5]), 'who')).toEqual(['eve']);
  });

  it('null, nothing, an empty list and a missing field are the same group', async () => {
    const form = {
      name: 'nothing',
      field: 'who',
      mapping: { who: KEYWORD },
      documents: [{ who: null }, {}, { who: [] }, { who: [null] }, { who: '' }],
      keys: [''],
    };
    await scene.filled('form-nothing', { properties: { ...PROPERTIES, ...form.mapping } }, storyOf(form));
    const rule = await scene.rule(
      'name: nothing\nindex: form-nothing\nfilter: [{ term: { event: work } }]\nquery_key: who\ntype: frequency\nnum_events: 8\ntimeframe: { minutes: 1 }\n',
    );
    expect((await scene.look(rule, [0, 5])).findings.map(({ key }) => key)).toEqual([{ who: '' }]);
  });
});
