import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import { readBuckets } from '#domain/metrics/buckets.ts';
import { counted, histogram, SPAN, wanted } from './builders.ts';

const valuesOf = (name: string, aggregations: JsonObject, kind: 'host' | 'service' = 'host') =>
  readBuckets(wanted(name, kind).reading, aggregations, SPAN).map(({ part, of, points }) => ({
    part,
    of,
    values: points.map(([, value]) => value),
  }));
const every = (count: number, make: (minute: number) => JsonObject): JsonObject =>
  histogram(Object.fromEntries(Array.from({ length: count }, (_, minute) => [minute, make(minute)])));

describe('values that are written down', () => {
  it('stand at the middle of their bucket, within the span', () => {
    const [curve] = readBuckets(wanted('cpu').reading, { time: every(11, () => ({ c0: { value: 0.5 } })) }, SPAN);
    expect(curve?.points[0]).toEqual([SPAN.from + 30_000, 0.5]);
    expect(curve?.points.at(-1)).toEqual([SPAN.to, 0.5]);
  });

  it('are a gap where nothing came', () => {
    const time = histogram({
      0: { c0: { value: 1 } },
      1: { c0: { value: 2 } },
      2: { c0: { value: 3 } },
      8: { c0: { value: 4 } },
      9: { c0: { value: 5 } },
    });
    expect(valuesOf('load', { time })).toEqual([{ part: '', of: '', values: [1, 2, 3, null, null, null, null, null, 4, 5] }]);
  });

  it('aren’t, where the source merely reports less often than there are buckets', () => {
    const time = histogram({
      0: { c0: { value: 1 } },
      2: { c0: { value: 2 } },
      4: { c0: { value: 3 } },
      6: { c0: { value: 4 } },
      8: { c0: { value: 5 } },
      10: { c0: { value: 6 } },
    });
    expect(valuesOf('load', { time })[0]?.values).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('that nobody wrote down are all gap', () => {
    expect(new Set(valuesOf('cpu', {})[0]?.values)).toEqual(new Set([null]));
  });

  it('are told apart by mount', () => {
    const mount = (key: string, value: number) => ({ key, doc_count: 9, time: every(11, () => ({ c0: { value } })) });
    const curves = valuesOf('disk', { parts: { buckets: [mount('/', 0.4), mount('/DATA', 0.9)] } });
    expect(curves.map(({ of, values }) => [of, values[0]])).toEqual([
      ['/', 0.4],
      ['/DATA', 0.9],
    ]);
  });

  it('of a service’s tasks are added up', () => {
    const task = (key: string, value: number, minutes = 11) => ({ key, doc_count: 9, time: every(minutes, () => ({ c0: { value } })) });
    const [curve] = valuesOf('cpu', { parts: { buckets: [task('pad.1', 0.25), task('pad.2', 0.5, 5)] } }, 'service');
    expect(curve?.values).toEqual([0.75, 0.75, 0.75, 0.75, 0.75, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25]);
  });
});

describe('counters', () => {
  const device = (key: string, time: JsonObject) => ({ key, doc_count: 9, time });
  const read = (...devices: JsonObject[]) => valuesOf('network', { parts: { buckets: devices } });

  it('become rates over the time between two sights of them', () => {
    const time = histogram({ '-1': counted(-1, 0, 50), 0: counted(0, 6_000, 50), 1: counted(1, 9_000, 20) });
    const [into, out] = read(device('eth0', time));
    expect([into?.part, out?.part]).toEqual(['in', 'out']);
    expect(into?.values.slice(0, 2)).toEqual([100, 100]);
    expect(out?.values.slice(0, 2)).toEqual([200, 200]);
  });

  it('that begin anew count from zero, and never go below it', () => {
    const time = histogram({ '-1': counted(-1, 600_000), 0: counted(0, 606_000), 1: counted(1, 3_000), 2: counted(2, 9_000) });
    expect(read(device('eth0', time))[0]?.values.slice(0, 3)).toEqual([100, 50, 100]);
  });

  it('are averaged over a pause, which stays a gap', () => {
    const samples = {
      '-1': counted(-1, 0),
      0: counted(0, 600),
      1: counted(1, 1_200),
      2: counted(2, 1_800),
      8: counted(8, 5_400),
      9: counted(9, 6_000),
      10: counted(10, 6_600),
    };
    expect(read(device('eth0', histogram(samples)))[0]?.values).toEqual([10, 10, 10, null, null, null, null, null, 10, 10, 10]);
  });

  it('of interfaces to the outside are added up; the containers’ are the same bytes again', () => {
    const steady = (perSecond: number) =>
      histogram(Object.fromEntries(Array.from({ length: 12 }, (_, at) => [at - 1, counted(at - 1, at * 60 * perSecond)])));
    const rates = read(
      device('eth0', steady(10)),
      device('eth1', steady(5)),
      device('lo', steady(99)),
      device('veth1a2b', steady(99)),
      device('docker0', steady(99)),
    );
    expect(new Set(rates[0]?.values)).toEqual(new Set([15]));
  });

  it('of disks leave out their parts and what lies on them', () => {
    const steady = (perSecond: number) =>
      histogram(Object.fromEntries(Array.from({ length: 12 }, (_, at) => [at - 1, counted(at - 1, at * 60 * perSecond)])));
    const names = ['sda', 'sda1', 'nvme0n1', 'nvme0n1p2', 'md0', 'dm-3', 'sdb'];
    const [reads] = valuesOf('disk-io', { parts: { buckets: names.map((name) => device(name, steady(10))) } });
    expect(new Set(reads?.values)).toEqual(new Set([30]));
  });
});

describe('documents', () => {
  it('are counted by the second: none is zero, and the bucket that has barely begun is left out', () => {
    const [requests, errors] = valuesOf('http', {
      time: histogram({ 0: { doc_count: 120, c1: { doc_count: 30 } }, 2: { doc_count: 60, c1: { doc_count: 0 } } }),
    });
    expect(requests?.values).toEqual([2, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    expect(errors?.values).toEqual([0.25, 0, null, null, null, null, null, null, null]);
  });
});
