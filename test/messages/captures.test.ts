import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const FOLDER = join(import.meta.dirname, '../../templates/messages');
const files = (await readdir(FOLDER, { recursive: true })).filter((file) => file.endsWith('.md'));

// Whatever a template prints is escaped: a captured text would be a second time, and its code marks would be seen.
it('no template captures text to print it later', async () => {
  expect(files.length).toBeGreaterThan(100);
  const capturing: string[] = [];
  for (const file of files) if (/\{%-?\s*capture/u.test(await readFile(join(FOLDER, file), 'utf8'))) capturing.push(file);
  expect(capturing).toEqual([]);
});
