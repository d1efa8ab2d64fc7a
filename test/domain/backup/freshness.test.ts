import { describe, expect, it } from 'vitest';
import { newestGood, staleness, type Expected } from '#domain/backup/freshness.ts';
import { aBackup } from './a-backup.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 10, 28, 12);
const expected = (change: Partial<Expected> = {}): Expected => ({
  target: 'pad',
  kind: 'database',
  withinMs: 8 * HOUR_MS,
  since: 0,
  copies: [],
  ...change,
});
const old = (hours: number) => aBackup({ at: NOW - hours * HOUR_MS });

describe('freshness', () => {
  it('is judged by the newest good backup', () => {
    expect(staleness(expected(), [old(20), old(7)], NOW)).toEqual([]);
    expect(staleness(expected(), [old(20), old(9)], NOW)[0]).toEqual({
      since: NOW - HOUR_MS,
      problem: { code: 'backup_stale', params: { target: 'pad', at: NOW - 9 * HOUR_MS, limit: 8 * HOUR_MS } },
    });
  });

  it.each([
    ['suspect', { state: 'suspect' }],
    ['bad', { state: 'bad' }],
    ['removed', { prunedAt: NOW }],
    ['the safety dump of a restore', { purpose: 'safety' }],
  ] as const)('is not what is %s', (_what, change) => {
    const young = { ...old(1), ...change };
    expect(newestGood([young])).toBeNull();
    expect(staleness(expected(), [young, old(9)], NOW)[0]?.problem.code).toBe('backup_stale');
  });

  it('is missed from the time on at which there could have been one', () => {
    expect(staleness(expected({ since: NOW - 8 * HOUR_MS }), [], NOW)).toEqual([]);
    expect(staleness(expected({ since: NOW - 9 * HOUR_MS }), [], NOW)[0]).toEqual({
      since: NOW - HOUR_MS,
      problem: { code: 'backup_never', params: { target: 'pad' } },
    });
  });

  it('asks for a copy in every other place, once there was time for it', () => {
    const copied = { place: 'bob', path: 'x', at: NOW, bytes: 1, sha256: '', sealed: false };
    const places = expected({ copies: ['bob', 'offsite'] });
    expect(staleness(places, [{ ...old(1), copies: [] }], NOW)).toEqual([]);
    expect(staleness(places, [{ ...old(3), copies: [copied] }], NOW)[0]?.problem).toEqual({
      code: 'backup_uncopied',
      params: { target: 'pad', place: 'offsite' },
    });
    expect(staleness(places, [{ ...old(3), copies: [copied, { ...copied, place: 'offsite' }] }], NOW)).toEqual([]);
  });

  it('says both where a restore couldn’t make all of it again, and where it has no copy', () => {
    const found = staleness(expected({ copies: ['offsite'] }), [{ ...old(3), copies: [], unrestorable: ['EVENT TRIGGER audit'] }], NOW);
    expect(found.map(({ problem }) => problem.code)).toEqual(['backup_unrestorable', 'backup_uncopied']);
  });

  it('is unknown where nobody could tell what a restore makes, until a drill did', () => {
    const young = { ...old(1), unrestorable: null };
    expect(staleness(expected(), [young], NOW).map(({ problem }) => problem.code)).toEqual(['backup_uninspected']);
    expect(staleness(expected(), [{ ...young, drilledAt: NOW }], NOW)).toEqual([]);
  });

  it('is not enough where a restore couldn’t make all of it again', () => {
    const [found] = staleness(expected({}), [{ ...old(1), id: 'p7k', unrestorable: ['EVENT TRIGGER audit'] }], NOW);
    expect(found?.problem).toEqual({
      code: 'backup_unrestorable',
      params: { target: 'pad', backup: 'p7k', things: ['EVENT TRIGGER audit'], more: 0 },
    });
  });
});
