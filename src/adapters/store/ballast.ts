import { closeSync, existsSync, fsyncSync, rmSync, writeSync } from 'node:fs';
import { keepPrivateIfThere, makePrivate } from './private-file.ts';

/** Room for some thousand commits: time for a person to free the disk. */
const BALLAST_BYTES = 8 * 1024 * 1024;

/** A file that does nothing but hold room on the store's disk. */
export interface Ballast {
  /** Gives the room up. @returns false when there was none left to give */
  release(): boolean;
}

/** Writes real zeros beside the store: a sparse file would hold nothing. A disk that has no room for it is no error. */
export function giveBallast(store: string): Ballast {
  if (store === ':memory:') return { release: () => false };
  const file = `${store}.ballast`;
  keepPrivateIfThere(file);
  if (!existsSync(file)) fill(file);
  return {
    release: () => {
      if (!existsSync(file)) return false;
      rmSync(file);
      return true;
    },
  };
}

function fill(file: string): void {
  const handle = makePrivate(file);
  try {
    writeSync(handle, Buffer.alloc(BALLAST_BYTES));
    fsyncSync(handle);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    rmSync(file);
  } finally {
    closeSync(handle);
  }
}
