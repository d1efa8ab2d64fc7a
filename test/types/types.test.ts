import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** What the compiler says of this folder, one finding a line; empty when there is nothing to say. */
async function compile(): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(
      join(ROOT, 'node_modules/.bin/tsc'),
      ['--noEmit', '--pretty', 'false', '-p', 'test/types/tsconfig.json'],
      { cwd: ROOT },
    );
    return stdout;
  } catch (error) {
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
  }
}

describe('types', () => {
  it('refuse whatever skips a stage or reaches past what a handler declared', async () => {
    expect(await compile()).toBe('');
  }, 60_000);
});
