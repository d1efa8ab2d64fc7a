import { describe, expect, it } from 'vitest';
import { namesIn, readAsked, wordsOf, type MetricNames } from '#domain/metrics/asked.ts';
import { BEATS_METRICS } from '#domain/metrics/beats.ts';

const NAMES: MetricNames = {
  hosts: new Set(['pica01', 'pica02', 'monitoring', '7d']),
  services: new Set(['pad', 'monitoring']),
  called: [
    ['pica01.picasoft.net', 'pica01', 'alice1'],
    ['pad', 'nowhere'],
  ],
  metrics: BEATS_METRICS,
};
const read = (text: string) => {
  const { wanted, periodMs } = readAsked(wordsOf(text), NAMES);
  return { asked: wanted.map(({ metric, target }) => `${target.kind} ${target.name} ${metric.name}`), hours: periodMs / 3_600_000 };
};

describe('what is asked for', () => {
  it.each([
    ['pica01', ['host pica01 cpu', 'host pica01 memory', 'host pica01 disk'], 6],
    ['pad', ['service pad cpu', 'service pad memory', 'service pad http'], 6],
    ['pica01 cpu,load 24h', ['host pica01 cpu', 'host pica01 load'], 24],
    ['24h load pica01, pica02', ['host pica01 load', 'host pica02 load'], 24],
    ['pica01 pad cpu', ['host pica01 cpu', 'service pad cpu'], 6],
    ['pica01 pica01 cpu cpu', ['host pica01 cpu'], 6],
    ['pica01 Mémoire,CHARGE 1h30m', ['host pica01 memory', 'host pica01 load'], 1.5],
    ['monitoring load', ['host monitoring load'], 6],
    ['7d cpu', ['host 7d cpu'], 6],
  ])('"%s"', (text, asked, hours) => {
    expect(read(text)).toEqual({ asked, hours });
  });

  it.each([
    ['pica1', { code: 'metrics_unknown', params: { word: 'pica1', nearest: 'pica01' } }],
    ['pica01 disc', { code: 'metrics_unknown', params: { word: 'disc', nearest: 'disk' } }],
    ['cpu', { code: 'metrics_target_missing' }],
    ['pica01 1m', { code: 'metrics_period', params: { period: '1m' } }],
    ['pica01 32d', { code: 'metrics_period', params: { most: '31d' } }],
    ['pica01 1h 2h', { code: 'argument_too_many', params: { word: '2h' } }],
    ['pad disk', { code: 'metric_not_for', params: { metric: 'disk', possible: ['cpu', 'memory', 'containers', 'http'] } }],
    ['pica01 cpu,memory,load,swap,disk', { code: 'metrics_too_many', params: { what: 'metrics', most: 4 } }],
  ])('"%s" is refused', (text, problem) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ ...problem, ...('params' in problem && { params: expect.objectContaining(problem.params) }) }),
    );
  });

  it('names only what neither a metric nor a period can be', () => {
    expect(namesIn(wordsOf('pica01 cpu,réseau 24h pad'), BEATS_METRICS)).toEqual(['pica01', 'pad']);
  });
});
