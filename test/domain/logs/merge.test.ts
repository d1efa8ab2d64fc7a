import { describe, expect, it } from 'vitest';
import { gistOf, type LogEntry } from '#domain/logs/entry.ts';
import { merged } from '#domain/logs/merge.ts';

const T = 1_000_000;
const entry = (from: LogEntry['from'], at: number, text: string, more: Partial<LogEntry> = {}): LogEntry => {
  return { from, at: T + at, text, cut: 0, where: null, who: null, task: null, stream: null, severity: null, ...more };
};
const swarm = (at: number, text: string, more?: Partial<LogEntry>) => entry('swarm', at, text, more);
const beat = (at: number, text: string, more?: Partial<LogEntry>) => entry('filebeat', at, text, more);
const told = (entries: readonly LogEntry[]) => entries.map(({ from, at, text }) => [from, at - T, text]);

describe('entries of two witnesses', () => {
  it('come by time, each once', () => {
    expect(told(merged([swarm(10, 'a'), swarm(30, 'c')], [beat(10, 'a'), beat(20, 'b'), beat(30, 'c')]))).toEqual([
      ['swarm', 10, 'a'],
      ['filebeat', 20, 'b'],
      ['swarm', 30, 'c'],
    ]);
  });

  it('stay as many as they are where the same is said again and again', () => {
    const again = [swarm(0, 'ok'), swarm(5_000, 'ok'), swarm(10_000, 'ok')];
    expect(merged(again, [beat(0, 'ok'), beat(5_000, 'ok'), beat(10_000, 'ok')])).toHaveLength(3);
    expect(told(merged(again, [beat(-60_000, 'ok'), beat(0, 'ok')]))[0]).toEqual(['filebeat', -60_000, 'ok']);
  });

  it('are the same where the shipper has the time of its reading', () => {
    expect(merged([swarm(0, 'a'), swarm(4_000, 'a')], [beat(3_000, 'a'), beat(7_000, 'a')])).toHaveLength(2);
    expect(merged([swarm(0, 'a')], [beat(11_000, 'a')])).toHaveLength(2);
  });

  it('are not the same where other tasks or other streams said them', () => {
    expect(merged([swarm(0, 'a', { task: 't1' })], [beat(0, 'a', { task: 't2' })])).toHaveLength(2);
    expect(merged([swarm(0, 'a', { stream: 'stdout' })], [beat(0, 'a', { stream: 'stderr' })])).toHaveLength(2);
    expect(merged([swarm(0, 'a', { task: 't1' })], [beat(0, 'a')])).toHaveLength(1);
  });

  it('are the same where JSON was taken apart, or more lines belong to the one', () => {
    expect(merged([swarm(0, '{"level":"error","msg":"boom"}')], [beat(0, 'boom')])).toHaveLength(1);
    expect(merged([swarm(0, 'Error: x\n  at y')], [beat(0, 'Error: x')])).toHaveLength(1);
  });

  it.each([
    ['Nov 29 03:12:09 pica02 sshd[71]: Accepted publickey', 'Accepted publickey'],
    ['2026-11-29T03:12:09.123456+01:00 pica02 kernel: eth0 is down', 'eth0 is down'],
    ['{"message":"boom"}', 'boom'],
    ['{broken', '{broken'],
    ['plain: text', 'plain: text'],
  ])('%s says %s', (text, gist) => {
    expect(gistOf({ text })).toBe(gist);
  });
});
