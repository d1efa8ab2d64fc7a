import type { Backup } from '#domain/backup/backup.ts';

/** A good dump of `pad`, with what a test changes of it. */
export function aBackup(change: Partial<Backup> = {}): Backup {
  const { target = 'pad', id = 'p7k' } = change;
  return {
    id,
    kind: 'database',
    target,
    at: Date.UTC(2026, 10, 28, 2),
    state: 'good',
    reason: null,
    path: `databases/${target}/20261128T020000Z-${id}.dump`,
    bytes: 2_000_000,
    sha256: 'a'.repeat(64),
    origin: 'postgres 15.13',
    tables: [{ name: 'public.store', rows: 12 }],
    drilledAt: null,
    copies: [],
    prunedAt: null,
    scheduled: true,
    purpose: 'routine',
    ...change,
  };
}
