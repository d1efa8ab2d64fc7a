import { describe, expect, it } from 'vitest';
import { curveChart, curveRequest, type CurveBucket } from '#domain/alert/curve.ts';
import { unitOf } from '#domain/alert/unit.ts';
import type { Rule, RuleKind } from '#domain/alert/rule.ts';
import { anAlert, rule } from './builders.ts';

const NOW = Date.UTC(2026, 10, 2, 12);
const HOUR = 3_600_000;
const metric = { field: 'system.filesystem.used.pct', type: 'max', percentile: null, script: null } as const;
const forecast: RuleKind = {
  type: 'forecast',
  metric,
  limit: 1,
  direction: 'up',
  withinMs: 24 * HOUR,
  timeframeMs: 6 * HOUR,
  beyond: null,
};
const frequency: RuleKind = {
  type: 'frequency',
  numEvents: 5,
  timeframeMs: HOUR,
  countedBy: 'documents',
  termsSize: 50,
  attachRelated: false,
};
const alert = anAlert({ startedAt: NOW - 60_000, firingAt: NOW, lastAt: NOW });

function drawn(kind: RuleKind, value: (at: number) => CurveBucket | null, limit: number | null = 0.9) {
  const own: Rule = rule({ kind });
  const request = curveRequest(own, alert, { columns: {} }, NOW);
  if (request === null) throw new Error('nothing to ask');
  const buckets: CurveBucket[] = [];
  for (let at = request.from; at <= request.to; at += request.stepMs) {
    const bucket = value(at);
    if (bucket !== null) buckets.push(bucket);
  }
  return curveChart(own, { ...alert, limit }, request, buckets);
}

describe('the chart of an alert', () => {
  it('shows the metric of its key over the last hours, with the limit', () => {
    const chart = drawn(rule().kind, (at) => ({ at, documents: 6, value: 0.8 }));
    expect([chart.threshold, chart.unit, chart.title, chart.forecast]).toEqual([0.9, 'percent', 'pica01', null]);
    expect(chart.to - chart.from).toBeGreaterThanOrEqual(3 * HOUR);
    expect(chart.series[0]?.points.length).toBeLessThanOrEqual(95);
  });

  it('shows a gap where nothing was measured, and nothing as zero where things are counted', () => {
    const half = (at: number): CurveBucket | null => (at < NOW - HOUR ? { at, documents: 2, value: 0.8 } : null);
    expect(drawn(rule().kind, half).series[0]?.points.at(-1)?.[1]).toBeNull();
    expect(drawn(frequency, half, 5).series[0]?.points.at(-1)?.[1]).toBe(0);
  });

  it('draws no limit across counts of shorter steps than the window', () => {
    expect(drawn(frequency, (at) => ({ at, documents: 2, value: null }), 5).threshold).toBeNull();
  });

  it('goes on to the moment at which a forecast reaches its limit', () => {
    // One hundredth an hour: 7 hours are left at 0.93.
    const line = drawn(forecast, (at) => ({ at, documents: 6, value: 0.93 - ((NOW - at) / HOUR) * 0.01 }), 1).forecast;
    const end = line?.points.at(-1);
    expect(end?.[1]).toBe(1);
    expect(Math.round(((end?.[0] ?? 0) - NOW) / HOUR)).toBe(7);
  });

  it('goes nowhere when the line does not reach the limit in time', () => {
    expect(drawn(forecast, (at) => ({ at, documents: 6, value: 0.5 }), 1).forecast).toBeNull();
    expect(drawn(forecast, (at) => ({ at, documents: 6, value: 0.5 + ((NOW - at) / HOUR) * 0.01 }), 1).forecast).toBeNull();
  });

  it('asks for that key alone, and for nothing where there is no curve', () => {
    expect(JSON.stringify(curveRequest(rule(), alert, { columns: {} }, NOW)?.body)).toContain('{"term":{"host.name":"pica01"}}');
    expect(
      curveRequest(
        rule({ kind: { type: 'probe', check: { kind: 'ping', targets: [], timeoutMs: 1, failures: 1, expect: {} } } }),
        alert,
        { columns: {} },
        NOW,
      ),
    ).toBeNull();
    expect(unitOf(rule())).toBe('percent');
  });

  it('asks by the columns that the looks have found, and not at all where a field has none', () => {
    const asked = (columns: Readonly<Record<string, string>>, key = alert.key) =>
      JSON.stringify(curveRequest(rule(), { ...alert, key }, { columns }, NOW)?.body ?? null);
    expect(asked({ 'host.name': 'host.name.keyword' })).toContain('{"term":{"host.name.keyword":"pica01"}}');
    expect(asked({ 'host.name': '' })).toBe('null');
    expect(asked({}, { 'host.name': '' })).toContain('"must_not":[{"exists":{"field":"host.name"}}]');
  });
});
