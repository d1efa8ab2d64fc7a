import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { giveBallast } from '#adapters/store/ballast.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vigie-ballast-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the ballast', () => {
  it('really holds its room, and gives it up once', () => {
    const file = join(folder, 'vigie.db');
    const ballast = giveBallast(file);
    expect(statSync(`${file}.ballast`).blocks * 512).toBeGreaterThanOrEqual(8 * 1024 * 1024);
    expect(ballast.release()).toBe(true);
    expect(existsSync(`${file}.ballast`)).toBe(false);
    expect(ballast.release()).toBe(false);
  });

  it('is no file for a store in memory', () => {
    expect(giveBallast(':memory:').release()).toBe(false);
  });
});
