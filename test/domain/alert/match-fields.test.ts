import { describe, expect, it } from 'vitest';
import type { RuleKind } from '#domain/alert/rule.ts';
import { matchFields } from '#domain/alert/evaluate/match-fields.ts';
import { formatted } from '#domain/alert/evaluate/python-format.ts';
import { fill } from '#domain/alert/say/fill.ts';
import { anAlert, rule } from './builders.ts';

const spike: RuleKind = {
  type: 'spike',
  timeframeMs: 60_000,
  spikeHeight: 2,
  spikeType: 'up',
  thresholdRef: null,
  thresholdCur: null,
  alertOnNewData: false,
  countedBy: 'documents',
  fieldValue: null,
  termsSize: 50,
};
const buckets = {
  bucketIntervalMs: null,
  syncBucketInterval: false,
  allowBufferTimeOverlap: false,
  useRunEveryQuerySize: false,
  minDocCount: 1,
};
const percentage: RuleKind = {
  ...buckets,
  type: 'percentage_match',
  matchFilter: [],
  minPercentage: null,
  maxPercentage: 5,
  minDenominator: 0,
  formatString: '%.1f',
};
const found = { key: { host: 'pica01' }, value: 12, limit: 3, matches: 40, entry: null };

describe('fields of a match', () => {
  it.each([
    ['spike', spike, { spike_count: 12, reference_count: 3 }],
    ['change', { type: 'change', compareKeys: ['country'], ignoreNull: true, timeframeMs: null }, { old_value: 3, new_value: 12 }],
    [
      'flatline',
      { type: 'flatline', threshold: 3, timeframeMs: 60_000, countedBy: 'documents', forgetKeys: false, termsSize: 50 },
      { key: 'pica01', count: 12 },
    ],
    ['percentage_match', percentage, { percentage: 12, denominator: 40, percentage_formatted: '12.0' }],
    ['metric_aggregation', rule().kind, { 'metric_system.filesystem.used.pct_max': 12 }],
    ['any', { type: 'any' }, {}],
  ] as const)('of %s are those that ElastAlert fills', (_name, kind, fields) => {
    expect(matchFields(kind, found)).toEqual(fields);
  });

  it('say which document it was', () => {
    expect(matchFields({ type: 'any' }, { ...found, entry: { id: 'k1', index: 'logs-9' }, fields: { new_field: 'user' } })).toEqual({
      _id: 'k1',
      _index: 'logs-9',
      new_field: 'user',
    });
  });

  it("leave a document's own name and value to it", () => {
    const text = { text: '{0} {1} {2} {3}', args: ['name', 'value', 'num_hits', 'gone'] };
    expect(fill(text, anAlert({ document: { name: 'nginx', value: 7, num_hits: 99 }, matches: 3 }))).toEqual([
      { value: 'nginx' },
      ' ',
      { value: '7' },
      ' ',
      { value: '3' },
      ' ',
      { value: '<MISSING VALUE>' },
    ]);
    expect(fill(text, anAlert({ document: {}, value: 0.93 })).slice(0, 3)).toEqual([{ value: 'disk' }, ' ', { value: '0.93' }]);
  });
});

describe("Python's formats", () => {
  it.each([
    ['{:.2%}', 0.1234, '12.34%'],
    ['{:,.1f}', 1_234_567.89, '1,234,567.9'],
    ['{:.3}', 1.234_56, '1.23'],
    ['{}', 5.5, '5.5'],
    ['{0:.0f} MB', 12.6, '13 MB'],
    ['%.2f', 3.141_59, '3.14'],
    ['%d of 100 %%', 42.9, '42 of 100 %'],
    ['{:.2e}', 12_345, '1.23e+04'],
    ['plain', 1, 'plain'],
    ['{:>10}', 1, '{:>10}'],
  ])('%s of %d', (format, value, text) => {
    expect(formatted(format, value)).toBe(text);
  });
});
