import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canLoad } from '#domain/backup/compatible.ts';
import { around, newestGood } from '#domain/backup/pick.ts';
import { isSiblingExpired, KEPT_MS, siblingName, siblingOf } from '#domain/backup/sibling.ts';
import { aboutTheSame, dumpedTables, lossesOf, tableChanges } from '#domain/backup/tables.ts';
import { aBackup } from './a-backup.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 28, 12);
const ids = (backups: readonly { readonly id: string }[]): string[] => backups.map(({ id }) => id);

describe('which backup is taken', () => {
  const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((id, hour) => aBackup({ id, at: NOW - hour * HOUR }));

  it('is the newest good one', () => {
    expect(newestGood(six)?.id).toBe('a');
    expect(newestGood([...six].reverse())?.id).toBe('a');
  });

  it('is never a suspect or bad one, nor a safety dump, nor one that was removed', () => {
    const [a, b, c, d, ...rest] = six;
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('six');
    const spoilt = [
      { ...a, state: 'bad' as const },
      { ...b, state: 'suspect' as const },
      { ...c, purpose: 'safety' as const },
      { ...d, prunedAt: NOW },
      ...rest,
    ];
    expect(newestGood(spoilt)?.id).toBe('e');
  });

  it('is the newest good one at or before a moment', () => {
    expect(newestGood(six, NOW - 2 * HOUR)?.id).toBe('c');
    expect(newestGood(six, NOW - 2 * HOUR - 1)?.id).toBe('d');
    expect(newestGood(six, NOW - 9 * HOUR)).toBeNull();
    expect(newestGood([])).toBeNull();
  });

  it('is shown with its neighbours, whatever their state', () => {
    const picked = six.find(({ id }) => id === 'c');
    if (picked === undefined) throw new Error('c');
    expect(ids(around(six, picked))).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(ids(around(six.slice(2), picked))).toEqual(['c', 'd', 'e']);
  });
});

describe('names beside a live database', () => {
  it('say what they are and which operation made them', () => {
    expect(siblingName('pad', { role: 'old', operation: 'p7k' })).toBe('pad_vigie_old_p7k');
    expect(siblingOf('pad', 'pad_vigie_new_p7k')).toEqual({ role: 'new', operation: 'p7k' });
  });

  it.each([
    'pad',
    'pad_vigie_drill_p7k',
    'wiki_vigie_old_p7k',
    'pad_old_p7k',
    'pad_vigie_old_',
    'pad_vigie_old_P7K',
    'my_pad_vigie_old_p7k',
  ])('%s is none of them', (name) => {
    expect(siblingOf('pad', name)).toBeNull();
  });

  it('are read back, and short enough for every server, however long the database is called', () => {
    const database = fc.stringMatching(/^[a-z][a-z0-9_]{0,62}$/u);
    const operation = fc.stringMatching(/^[a-z0-9]{3,8}$/u);
    fc.assert(
      fc.property(database, fc.constantFrom('new' as const, 'old' as const, 'undone' as const), operation, (name, role, id) => {
        const sibling = siblingName(name, { role, operation: id });
        expect(sibling.length).toBeLessThanOrEqual(63);
        expect(siblingOf(name, sibling)).toEqual({ role, operation: id });
      }),
    );
  });

  it('are kept for seven days, never dropped while nobody knows when their operation ended', () => {
    const old = { role: 'old', operation: 'p7k' } as const;
    expect(isSiblingExpired(old, NOW - KEPT_MS, NOW)).toBe(true);
    expect(isSiblingExpired(old, NOW - KEPT_MS + 1, NOW)).toBe(false);
    expect(isSiblingExpired(old, null, NOW)).toBe(false);
    expect(isSiblingExpired({ ...old, role: 'new' }, NOW - 1, NOW)).toBe(true);
    expect(isSiblingExpired({ ...old, role: 'new' }, null, NOW)).toBe(false);
  });
});

describe('tables in two states', () => {
  const then = [
    { name: 'notes', rows: 100 },
    { name: 'people', rows: 10 },
    { name: 'gone', rows: 1 },
  ];
  const now = [
    { name: 'notes', rows: 40 },
    { name: 'people', rows: 11 },
    { name: 'fresh', rows: 2 },
  ];

  it('show what comes and goes first, then the greatest difference', () => {
    expect(tableChanges(now, then)).toEqual([
      { name: 'fresh', from: 2, to: null },
      { name: 'gone', from: null, to: 1 },
      { name: 'notes', from: 40, to: 100 },
      { name: 'people', from: 11, to: 10 },
    ]);
    expect(tableChanges(then, then)).toEqual([]);
  });

  it('are about the same while people go on writing, and not when a table is gone or a tenth of the rows', () => {
    expect(
      aboutTheSame(
        then,
        then.map((table) => ({ ...table, rows: table.rows + 3 })),
      ),
    ).toBe(true);
    expect(aboutTheSame(then, then.slice(0, 2))).toBe(false);
    expect(aboutTheSame([{ name: 'notes', rows: 1_000 }], [{ name: 'notes', rows: 890 }])).toBe(false);
  });
});

describe('what was loaded', () => {
  const dumped = dumpedTables(
    [
      { name: 'quiet', rows: 10 },
      { name: 'busy', rows: 100 },
    ],
    [
      { name: 'quiet', rows: 10 },
      { name: 'busy', rows: 103 },
    ],
  );
  const loaded = (quiet: number, busy: number) => [
    { name: 'quiet', rows: quiet },
    { name: 'busy', rows: busy },
  ];

  it('has exactly the rows of a table that nobody wrote to', () => {
    expect(lossesOf(dumped, loaded(10, 101))).toEqual([]);
    expect(lossesOf(dumped, loaded(9, 101))).toEqual([{ name: 'quiet', from: 10, to: 9 }]);
  });

  it('may be off by what a busy table moved, no further', () => {
    expect(lossesOf(dumped, loaded(10, 106))).toEqual([]);
    expect(lossesOf(dumped, loaded(10, 96))).toEqual([{ name: 'busy', from: 100, to: 96 }]);
  });

  it('lacks no table and has no other', () => {
    expect(lossesOf(dumped, loaded(10, 100).slice(0, 1))).toEqual([{ name: 'busy', from: 100, to: null }]);
    expect(lossesOf(dumped, [...loaded(10, 100), { name: 'new', rows: 1 }])).toEqual([{ name: 'new', from: null, to: 1 }]);
  });
});

describe('the version of a dump', () => {
  it.each([
    ['postgres 15.13', 'postgres', '15.9', true],
    ['postgres 15.13', 'postgres', '16.2', true],
    ['postgres 16.0', 'postgres', '15.13', false],
    ['mariadb 10.11.6', 'mariadb', '10.11.2-MariaDB-1', true],
    ['mariadb 11.4.2', 'mariadb', '10.11.6', false],
    ['mariadb 10.6.1', 'mariadb', '10.11.6', true],
    ['mongodb 8.0.4', 'mongodb', '7.0.1', false],
    ['postgres 15.13', 'mariadb', '15.13', false],
  ])('%s on %s %s: %s', (origin, engine, version, expected) => {
    expect(canLoad({ origin }, engine, version)).toBe(expected);
  });
});
