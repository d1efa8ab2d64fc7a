import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

const RAM = '/dev/shm';
/** Scenes hold some ten megabytes each, and give them back. */
const NEEDED_BYTES = 2_000_000_000;

/** Temporary folders of the fast tests are in memory where there is some: half of what a scene takes is waiting for a disk. */
export default function setup(): (() => void) | undefined {
  if (!hasRoom()) return undefined;
  const folder = mkdtempSync(join(RAM, 'vigie-test-'));
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(RAM);
    return bavail * bsize >= NEEDED_BYTES;
  } catch {
    return false;
  }
}
