import { expect } from 'vitest';
import { BROKEN, WHOLE, type playDatabases, type Story } from './restore.ts';

/** What has to be true whenever vigie died: the right content, what was replaced beside it, nothing else left, and services that run. */
export function expectRightEnd(story: Story, end: Awaited<ReturnType<typeof playDatabases>>): void {
  expect(end).toMatchObject({ state: 'succeeded', locks: [], audit: { broken: null }, service: { replicas: 2, running: 2 } });
  expect(end.text).toMatch(/Done in/u);
  expect(end.files.filter((path) => path.endsWith('.partial'))).toEqual([]);
  const dumps = end.files.filter((path) => path.endsWith('.dump'));
  const backups = end.backups.map(({ purpose, state }) => `${purpose} ${state}`);
  if (story === 'backup') {
    expect(end).toMatchObject({ rows: WHOLE, names: ['pad'] });
    expect(backups).toEqual(['routine good']);
    expect(dumps).toHaveLength(1);
    expect(end.copies).toBeGreaterThan(0);
    return;
  }
  // One safety dump, however often it was begun.
  expect([backups, dumps.length]).toEqual([['safety good', 'routine good'], 2]);
  if (story === 'restore') expect(end).toMatchObject({ rows: WHOLE, names: ['pad', `pad_vigie_old_${end.id}`] });
  else expect(end).toMatchObject({ rows: BROKEN, names: ['pad', expect.stringMatching(/^pad_vigie_undone_/u)] });
}
