import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '#adapters/store/store.ts';
import { makeStateFolder } from '#app/app/state-folder.ts';
import { clock } from './fixtures.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vigie-private-'));
  file = join(folder, 'vigie.db');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const modes = () => Object.fromEntries(readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]));
const source = (path: string) => JSON.stringify(join(import.meta.dirname, '../../src', path));

/** Opens a store and writes to it, in a process that makes every file as open as it can, and tells what it finds before it closes. */
function underNoMask(): unknown {
  const program = join(folder, 'program.ts');
  writeFileSync(
    program,
    `import { readdirSync, statSync } from 'node:fs';
     import { openStore } from ${source('adapters/store/store.ts')};
     import { systemClock } from ${source('kernel/clock.ts')};
     const store = await openStore(${JSON.stringify(file)}, systemClock);
     await store.operations.commit({ audit: [{ kind: 'x', operation: null, by: 'vigie', detail: {} }] });
     await store.copyTo(${JSON.stringify(`${file}.before-v2`)});
     const found = readdirSync(${JSON.stringify(folder)}).filter((name) => name.startsWith('vigie.db'));
     console.log(JSON.stringify(found.map((name) => [name, (statSync(${JSON.stringify(folder)} + '/' + name).mode & 0o777).toString(8)])));
     await store.close();`,
  );
  return JSON.parse(execFileSync('sh', ['-c', 'umask 0; exec "$0" "$1"', process.execPath, program], { encoding: 'utf8' }));
}

describe('the files of the store', () => {
  it('are nobody else’s to read, whatever the umask, while vigie runs and afterwards', () => {
    const found = underNoMask();
    const names = ['vigie.db', 'vigie.db-shm', 'vigie.db-wal', 'vigie.db.ballast', 'vigie.db.before-v2', 'vigie.db.lock'];
    expect(found).toEqual(expect.arrayContaining(names.map((name) => [name, '600'])));
    expect(new Set((found as string[][]).map(([, mode]) => mode))).toEqual(new Set(['600']));
    const { 'program.ts': _, ...left } = modes();
    expect(new Set(Object.values(left))).toEqual(new Set(['600']));
  });

  it('belong to whom the folder belongs, also when root makes them', async () => {
    // Where the tests' account isn't root, it is the owner itself.
    if (process.getuid?.() === 0) chownSync(folder, 12_345, 12_345);
    const { uid } = statSync(folder);
    const store = await openStore(file, clock);
    await store.operations.commit({ audit: [{ kind: 'x', operation: null, by: 'vigie', detail: {} }] });
    const owners = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).uid]);
    await store.close();
    expect(owners.length).toBeGreaterThan(3);
    expect(owners).toEqual(owners.map(([name]) => [name, uid]));
  });

  it('that were left open to all by an earlier vigie are closed at the start', async () => {
    await (await openStore(file, clock)).close();
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o666);
    writeFileSync(`${file}-wal`, '', { mode: 0o644 });
    await (await openStore(file, clock)).close();
    expect(new Set(Object.values(modes()))).toEqual(new Set(['600']));
  });

  it.each(['vigie.db', 'vigie.db.lock', 'vigie.db.ballast', 'vigie.db-wal'])('are refused where somebody made %s a link', async (name) => {
    const elsewhere = join(folder, 'precious');
    writeFileSync(elsewhere, 'precious');
    symlinkSync(elsewhere, join(folder, name));
    await expect(openStore(file, clock)).rejects.toMatchObject({
      code: 'store_unavailable',
      params: { reason: `${join(folder, name)} is a link: remove it, and see who may write to that folder` },
    });
    expect(readFileSync(elsewhere, 'utf8')).toBe('precious');
  });

  it('are refused where somebody else put one there', async () => {
    writeFileSync(file, '');
    const { uid } = statSync(file);
    vi.spyOn(process, 'getuid').mockReturnValue(uid + 1);
    await expect(openStore(file, clock)).rejects.toMatchObject({
      params: { reason: expect.stringContaining('belongs to another account') },
    });
  });

  it('are copied to a file of its own, never through a link that waits there', async () => {
    const elsewhere = join(folder, 'precious');
    writeFileSync(elsewhere, 'precious');
    symlinkSync(elsewhere, join(folder, 'copy'));
    const store = await openStore(file, clock);
    await store.copyTo(join(folder, 'copy'));
    await store.close();
    expect(readFileSync(elsewhere, 'utf8')).toBe('precious');
    expect((statSync(join(folder, 'copy')).mode & 0o777).toString(8)).toBe('600');
  });
});

describe('the folder of the store', () => {
  it('is made for vigie alone, and made so again when it was opened', () => {
    const state = join(folder, 'state');
    makeStateFolder(state, '/run/vigie/vigie.sock');
    chmodSync(state, 0o777);
    makeStateFolder(state, '/run/vigie/vigie.sock');
    expect((statSync(state).mode & 0o777).toString(8)).toBe('700');
  });

  it('is refused where it is somebody else’s and others may write there', () => {
    const state = join(folder, 'state');
    makeStateFolder(state, '/run/vigie/vigie.sock');
    chmodSync(state, 0o777);
    vi.spyOn(process, 'getuid').mockReturnValue(statSync(state).uid + 1);
    expect(() => makeStateFolder(state, '/run/vigie/vigie.sock')).toThrow(
      `${state} belongs to another account, and others may write there`,
    );
  });

  it('lets others through to a socket that lies in it, and see nothing', () => {
    const state = join(folder, 'state');
    makeStateFolder(state, join(state, 'vigie.sock'));
    chmodSync(state, 0o755);
    makeStateFolder(state, join(state, 'vigie.sock'));
    expect((statSync(state).mode & 0o777).toString(8)).toBe('711');
    expect(existsSync(state)).toBe(true);
  });
});
