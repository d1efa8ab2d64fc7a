import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadTemplates, type Language } from '#messages/templates.ts';

const ROOT = join(import.meta.dirname, '../..');
/** As entries of the audit are written in the source. */
const WRITTEN = /kind: (?:'([a-z-]+)'|[^,\n]*\? '([a-z-]+)' : '([a-z-]+)'),\s*operation\b|\bentry\('([a-z-]+)'|\bnote\('([a-z-]+)'/gu;

async function kinds(): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const file of glob('src/**/*.ts', { cwd: ROOT }))
    for (const [, ...words] of (await readFile(join(ROOT, file), 'utf8')).matchAll(WRITTEN))
      for (const word of words) if (word !== undefined) found.add(word);
  return found;
}

const { templates } = await loadTemplates(join(ROOT, 'templates/messages'));
const wordsIn = (language: Language): ReadonlySet<string> =>
  new Set((templates[language].get('words')?.sections.get('states') ?? '').split('\n').map((line) => line.split('=')[0] ?? ''));

it('the audit has words for all that it may say', async () => {
  // What a request came to is in no audit.
  const all = [...(await kinds())].filter((kind) => kind !== 'accepted').toSorted();
  expect(all.length).toBeGreaterThan(30);
  expect(all.filter((kind) => !wordsIn('fr').has(kind))).toEqual([]);
  // In English a word of one part may stand for itself.
  expect(all.filter((kind) => kind.includes('-') && !wordsIn('en').has(kind))).toEqual([]);
});
