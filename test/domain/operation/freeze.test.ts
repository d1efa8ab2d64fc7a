import { describe, expect, it } from 'vitest';
import { freezeOn, type Freeze, type Touched } from '#domain/operation/freeze.ts';

const NOW = 1_000_000;
const freeze = (scope: string, of: Partial<Freeze> = {}): Freeze => ({
  operation: `f-${scope}`,
  scope,
  reason: 'meeting',
  by: 'alice',
  at: 0,
  until: NOW + 1_000,
  endedAt: null,
  ...of,
});
const scale: Touched = { risk: 'change', names: ['pad'], locks: ['swarm/service:pad'], by: 'bob' };
const found = (freezes: readonly Freeze[], touched: Touched = scale): string | null => freezeOn(freezes, touched, NOW)?.scope ?? null;

describe('a freeze', () => {
  it('stands in the way of what changes its service, under whatever name', () => {
    expect(found([freeze('pad')])).toBe('pad');
    expect(found([freeze('blog')])).toBeNull();
    expect(found([freeze('pica01')], { risk: 'danger', names: ['pica01'], locks: ['vm:pica01'], by: 'bob' })).toBe('pica01');
  });

  it('of everything stands in the way of every change of the house, and of none of vigie’s own things', () => {
    expect(found([freeze('*')])).toBe('*');
    expect(found([freeze('*')], { risk: 'danger', names: ['p7k'], locks: ['operation:p7k'], by: 'bob' })).toBeNull();
    for (const scope of ['*', 'pad'])
      expect(found([freeze(scope)], { risk: 'change', names: [scope], locks: ['freezes'], by: 'bob' })).toBeNull();
  });

  it('of a service stands in the way of what moves all services', () => {
    expect(found([freeze('pad')], { risk: 'change', names: ['pica02'], locks: ['swarm'], by: 'bob' })).toBe('pad');
  });

  it('never stands in the way of reading, nor of what only adds', () => {
    for (const risk of ['read', 'safe'] as const) expect(found([freeze('*'), freeze('pad')], { ...scale, risk })).toBeNull();
  });

  it('of a maintenance lets whoever does it go on', () => {
    expect(found([freeze('pad', { lets: 'bob' })])).toBeNull();
    expect(found([freeze('pad', { lets: 'alice' })])).toBe('pad');
  });

  it('is over at its moment, and when somebody ends it', () => {
    expect(found([freeze('pad', { until: NOW })])).toBeNull();
    expect(found([freeze('pad', { endedAt: NOW - 1 })])).toBeNull();
  });

  it('that lasts longest is named', () => {
    expect(found([freeze('pad'), freeze('*', { until: NOW + 9_000 })])).toBe('*');
  });
});
