import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { foldersAsMachines } from '#test/contract/guest-files-on-disk.ts';
import type { GuestFilesLab } from '#test/contract/guest-files.contract.ts';
import { shellRemote } from '#test/lab/hosts/shell-remote.ts';

let lab: GuestFilesLab;
let mask: number | null = null;
afterEach(async () => {
  if (mask !== null) process.umask(mask);
  mask = null;
  await lab.close();
});

it('the disks of a guest are nobody else’s to read while they are copied, whatever the umask and what a broken copy left there', async () => {
  lab = await foldersAsMachines({ alice: shellRemote('alice'), bob: shellRemote('bob') });
  mask = process.umask(0);
  const content = Buffer.alloc(3_000_000, 'disk');
  const from = { node: 'alice', path: lab.path('alice', 'vzdump.zst') };
  const to = { node: 'bob', path: lab.path('bob', 'dump/vzdump.zst') };
  await lab.put(from, content);
  const partial = `${to.path}.partial`;
  mkdirSync(dirname(partial));
  chmodSync(dirname(partial), 0o777);
  writeFileSync(partial, 'left by a copy that broke off', { mode: 0o666 });
  const modes = new Set<string>();
  const progress = (): void => {
    const stat = statSync(partial, { throwIfNoEntry: false });
    if (stat !== undefined && stat.size !== 29) modes.add((stat.mode & 0o777).toString(8));
  };
  const expected = { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
  await lab.files.copy(from, to, expected, { signal: new AbortController().signal, progress });
  expect([...modes]).toEqual(['600']);
  expect((statSync(to.path).mode & 0o777).toString(8)).toBe('600');
});
