import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { openStore } from '#adapters/store/store.ts';
import type { Store } from '#ports/store.ts';

const MOUNT_BYTES = 16 * 1024 * 1024;
let folder: string;
let store: Store | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vigie-full-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${MOUNT_BYTES}`, 'vigie-full', folder]);
});
afterEach(async () => {
  await store?.close();
  store = null;
  execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
});

/** Somebody else fills the disk to its last byte. */
function fill(name: string): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(join(folder, name), Buffer.alloc(bavail * bsize, 1));
}

const note = (key: string) => ({ audit: [{ kind: 'read', operation: null, by: 'alice', detail: { key, padding: 'x'.repeat(4_000) } }] });

describe('a disk that is full', () => {
  it('costs nothing that was to be written, as long as there is ballast; then it is said', async () => {
    const file = join(folder, 'vigie.db');
    const opened = await openStore(file, systemClock);
    store = opened;
    fill('other');
    for (let index = 0; index < 20; index += 1) await opened.operations.commit(note(`after ${index}`));
    expect(existsSync(`${file}.ballast`)).toBe(false);
    expect(await opened.audit.verify()).toMatchObject({ entries: 20, broken: null });

    fill('more');
    const written = async (): Promise<void> => {
      for (let index = 0; index < 50; index += 1) await opened.operations.commit(note(`never ${index}`));
    };
    await expect(written()).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await opened.audit.verify()).toMatchObject({ broken: null });
  });
});
