import { describe, expect, it } from 'vitest';
import type { RuleKind } from '#domain/alert/rule.ts';
import { ruleOf, warningsOf } from './written.ts';

const HEAD = 'name: A\nindex: logs-*\nalert: mattermost\n';
const BUCKETS =
  'use_run_every_query_size: false\nallow_buffer_time_overlap: true\nbucket_interval:\n  minutes: 5\nsync_bucket_interval: true\n';
const IN_BUCKETS = { useRunEveryQuerySize: false, allowBufferTimeOverlap: true, bucketIntervalMs: 300_000, syncBucketInterval: true };
const WHOLE = { useRunEveryQuerySize: false, allowBufferTimeOverlap: false, bucketIntervalMs: null, syncBucketInterval: false };

type Case = readonly [type: string, text: string, kind: RuleKind];

/** Every option of every type. */
const FULL: readonly Case[] = [
  ['any', 'type: any\n', { type: 'any' }],
  [
    'blacklist',
    'type: blacklist\ncompare_key: user.name\nblacklist:\n- root\n- 7\nfilter_by_list: false\n',
    { type: 'blacklist', compareKey: 'user.name', values: ['root', '7'], filterByList: false },
  ],
  [
    'whitelist',
    'type: whitelist\ncompare_key: [user.name]\nwhitelist: [alice, "no"]\nignore_null: true\n',
    { type: 'whitelist', compareKey: 'user.name', values: ['alice', 'no'], ignoreNull: true, filterByList: true },
  ],
  [
    'change',
    'type: change\ncompare_key: [country, city]\nquery_key: user.name\nignore_null: yes\ntimeframe:\n  days: 1\n',
    { type: 'change', compareKeys: ['country', 'city'], ignoreNull: true, timeframeMs: 86_400_000 },
  ],
  [
    'frequency',
    'type: frequency\nnum_events: 50\ntimeframe:\n  hours: 4\nuse_terms_query: true\nquery_key: host.name\nterms_size: 200\nattach_related: true\n',
    { type: 'frequency', numEvents: 50, timeframeMs: 14_400_000, countedBy: 'terms', termsSize: 200, attachRelated: true },
  ],
  [
    'spike',
    'type: spike\nspike_height: 2.5\nspike_type: both\ntimeframe: 30m\nthreshold_ref: 3\nthreshold_cur: 5\nalert_on_new_data: true\nquery_key: a\nfield_value: size\n',
    {
      type: 'spike',
      spikeHeight: 2.5,
      spikeType: 'both',
      timeframeMs: 1_800_000,
      thresholdRef: 3,
      thresholdCur: 5,
      alertOnNewData: true,
      fieldValue: 'size',
      countedBy: 'documents',
      termsSize: 50,
    },
  ],
  [
    'flatline',
    'type: flatline\nthreshold: 1\ntimeframe: { minutes: 5 }\nuse_count_query: true\nquery_key: host.name\nforget_keys: true\n',
    { type: 'flatline', threshold: 1, timeframeMs: 300_000, forgetKeys: true, countedBy: 'count', termsSize: 50 },
  ],
  [
    'new_term',
    'type: new_term\nfields:\n- user.name\n- [host.name, source.ip]\nterms_window_size: { weeks: 2 }\nwindow_step_size: { hours: 12 }\nalert_on_missing_field: true\nuse_keyword_postfix: false\n',
    {
      type: 'new_term',
      fields: [['user.name'], ['host.name', 'source.ip']],
      termsWindowMs: 1_209_600_000,
      windowStepMs: 43_200_000,
      termsSize: 50,
      alertOnMissingField: true,
      useTermsQuery: false,
    },
  ],
  [
    'new_term by query_key',
    'type: new_term\nquery_key: user.name\nuse_terms_query: true\n',
    {
      type: 'new_term',
      fields: [['user.name']],
      termsWindowMs: 2_592_000_000,
      windowStepMs: 86_400_000,
      termsSize: 50,
      alertOnMissingField: false,
      useTermsQuery: true,
    },
  ],
  [
    'cardinality',
    'type: cardinality\ncardinality_field: user.name\nmin_cardinality: 2\nmax_cardinality: 9\ntimeframe: { minutes: 1, seconds: 30 }\n',
    { type: 'cardinality', field: 'user.name', timeframeMs: 90_000, min: 2, max: 9 },
  ],
  [
    'metric_aggregation',
    `type: metric_aggregation\nmetric_agg_key: system.cpu.total.norm.pct\nmetric_agg_type: percentiles\npercentile_range: 95\nmin_threshold: 0.1\nmax_threshold: 0.85\nmin_doc_count: 3\nmetric_format_string: "{:.1%}"\n${BUCKETS}`,
    {
      type: 'metric_aggregation',
      metric: { field: 'system.cpu.total.norm.pct', type: 'percentiles', percentile: 95, script: null },
      ...IN_BUCKETS,
      minDocCount: 3,
      minThreshold: 0.1,
      maxThreshold: 0.85,
      formatString: '{:.1%}',
    },
  ],
  [
    'spike_aggregation',
    'type: spike_aggregation\nmetric_agg_key: load\nmetric_agg_type: avg\nmetric_agg_script: "doc[\'a\'].value * 2"\nspike_height: 3\nspike_type: up\ntimeframe: { hours: 1 }\nmin_doc_count: 5\nthreshold_ref: 0.5\n',
    {
      type: 'spike_aggregation',
      metric: { field: 'load', type: 'avg', percentile: null, script: { script: "doc['a'].value * 2" } },
      timeframeMs: 3_600_000,
      spikeHeight: 3,
      spikeType: 'up',
      thresholdRef: 0.5,
      thresholdCur: null,
      alertOnNewData: false,
      ...WHOLE,
      minDocCount: 5,
    },
  ],
  [
    'percentage_match',
    `type: percentage_match\nmatch_bucket_filter:\n- query:\n    query_string:\n      query: "status:[500 TO 599]"\nmin_percentage: 1\nmax_percentage: 5\nmin_denominator: 20\npercentage_format_string: "%.1f"\n${BUCKETS}`,
    {
      type: 'percentage_match',
      matchFilter: [{ query_string: { query: 'status:[500 TO 599]' } }],
      minPercentage: 1,
      maxPercentage: 5,
      minDenominator: 20,
      formatString: '%.1f',
      ...IN_BUCKETS,
      minDocCount: 1,
    },
  ],
  [
    'forecast',
    'type: forecast\nmetric_agg_key: system.filesystem.used.pct\nmetric_agg_type: max\nlimit: 1\ndirection: up\nwithin: 1d\ntimeframe: 6h\nbeyond: 0.6\n',
    {
      type: 'forecast',
      metric: { field: 'system.filesystem.used.pct', type: 'max', percentile: null, script: null },
      limit: 1,
      direction: 'up',
      withinMs: 86_400_000,
      timeframeMs: 21_600_000,
      beyond: 0.6,
    },
  ],
];

const PROBES: readonly Case[] = [
  [
    'http',
    'type: probe\ncheck: http\ntargets: [https://team.example.org]\nstatus: 200\ncontains: Mattermost\nredirects: 0\ntimeout: 2s\nfailures: 3\n',
    {
      type: 'probe',
      check: {
        kind: 'http',
        targets: ['https://team.example.org'],
        timeoutMs: 2_000,
        failures: 3,
        expect: { status: [200], body: 'Mattermost', redirects: 0 },
      },
    },
  ],
  [
    'dns',
    'type: probe\ncheck: dns\ntargets: [team.example.org]\naddresses: [192.0.2.1, 192.0.2.2]\nname_server: 192.0.2.53\n',
    {
      type: 'probe',
      check: {
        kind: 'dns',
        targets: ['team.example.org'],
        timeoutMs: 5_000,
        failures: 2,
        expect: { addresses: ['192.0.2.1', '192.0.2.2'], server: '192.0.2.53' },
      },
    },
  ],
  [
    'tls',
    'type: probe\ncheck: tls\ntargets: ["team.example.org:443"]\ncertificate_days: 20\nserver_name: a.example.org\n',
    {
      type: 'probe',
      check: {
        kind: 'tls',
        targets: ['team.example.org:443'],
        timeoutMs: 5_000,
        failures: 2,
        expect: { days: 20, servername: 'a.example.org' },
      },
    },
  ],
];

describe('types of rules', () => {
  it.each(FULL)('reads %s with all its options', (_type, text, kind) => {
    expect(ruleOf(HEAD + text).kind).toEqual(kind);
  });

  it.each(FULL)('has nothing to say about %s', (_type, text) => {
    expect(warningsOf(HEAD + text)).toEqual([]);
  });

  it.each(PROBES)('reads a probe of kind %s', (_kind, text, kind) => {
    const rule = ruleOf(`name: P\n${text}`);
    expect(rule.kind).toEqual(kind);
    expect(rule.queryKey).toEqual(['target']);
  });

  it('holds a forecast for an hour, unless the rule says otherwise', () => {
    const forecast = `${HEAD}type: forecast\nmetric_agg_key: a\nlimit: 1\n`;
    expect(ruleOf(forecast).forMs).toBe(3_600_000);
    expect(ruleOf(`${forecast}for: 10m\n`).forMs).toBe(600_000);
  });

  it.each([
    ['neither', '', 'documents'],
    ['count', 'use_count_query: true\n', 'count'],
    ['both', 'use_count_query: true\nuse_terms_query: true\nquery_key: a\n', 'count'],
  ])('counts by documents, terms or the number alone: %s', (_what, lines, expected) => {
    expect(ruleOf(`${HEAD}type: frequency\nnum_events: 2\ntimeframe: 1m\n${lines}`).kind).toMatchObject({ countedBy: expected });
  });
});
