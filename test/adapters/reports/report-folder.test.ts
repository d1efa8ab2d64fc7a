import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { reportFolder } from '#adapters/reports/report-folder.ts';

let root: string;
let now = 1_764_554_400_000;
const clock = { now: () => now, sleep: () => Promise.resolve() };
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'vigie-reports-'))));
afterEach(() => rm(root, { recursive: true }));

it('keeps what was said for vigie’s account alone', async () => {
  const path = await reportFolder(join(root, 'reports'), clock).keep('pad', 'somebody’s row');
  expect(path).not.toBeNull();
  expect(await readFile(path ?? '', 'utf8')).toBe('somebody’s row');
  expect((await stat(path ?? '')).mode & 0o777).toBe(0o600);
  expect((await stat(join(root, 'reports'))).mode & 0o777).toBe(0o700);
});

it('keeps the newest', async () => {
  const reports = reportFolder(root, clock);
  for (let count = 0; count < 60; count += 1) {
    now += 1;
    await reports.keep('../etc/pad', String(count));
  }
  const names = (await readdir(root)).toSorted();
  expect(names).toHaveLength(50);
  expect(await readFile(join(root, names.at(-1) ?? ''), 'utf8')).toBe('59');
});

it('is no reason for another failure where nothing can be written', async () => {
  expect(await reportFolder('/dev/null/reports', clock).keep('pad', 'x')).toBeNull();
});
