import { describe, expect, it } from 'vitest';
import { BEATS_METRICS } from '#domain/metrics/beats.ts';
import { limitOf } from '#domain/metrics/limits.ts';
import type { MetricPanel } from '#domain/metrics/metric.ts';
import { ruleOf } from '#test/config/rules/written.ts';

const panelOf = (name: string): MetricPanel =>
  BEATS_METRICS.find((metric) => metric.name === name)?.readings.host?.panels[0] ?? expect.fail(`no metric ${name}`);

const disk = (name: string, limit: number, more = '') =>
  ruleOf(
    `name: ${name}\ntype: metric_aggregation\nindex: metricbeat-*\nmetric_agg_key: system.filesystem.used.pct\nmetric_agg_type: max\nmax_threshold: ${limit}\nalert: mattermost\n${more}`,
  );

describe('the limit that a chart shows', () => {
  it('is the first one of the rules that watch the same field', () => {
    expect(limitOf(panelOf('disk'), ['pica01'], [disk('full', 0.9), disk('filling', 0.8)])).toBe(0.8);
  });

  it('is none where no rule watches it, or only one that is switched off, or one about other machines', () => {
    expect(limitOf(panelOf('cpu'), ['pica01'], [disk('full', 0.9)])).toBeNull();
    expect(limitOf(panelOf('disk'), ['pica01'], [disk('off', 0.9, 'is_enabled: false\n')])).toBeNull();
    const other = disk('other', 0.7, 'filter:\n  - term:\n      host.name: pica02\n');
    expect(limitOf(panelOf('disk'), ['pica01'], [other])).toBeNull();
    expect(limitOf(panelOf('disk'), ['pica02'], [other])).toBe(0.7);
  });
});
