import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadAssets, ROOT } from '#app/app/assets.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vigie-material-'));
  await cp(join(ROOT, 'templates/messages'), join(root, 'templates/messages'), { recursive: true });
  await cp(join(ROOT, 'handlers'), join(root, 'handlers'), { recursive: true });
});
afterAll(() => rm(root, { recursive: true, force: true }));

it('refuses a word that means two actions', async () => {
  expect((await loadAssets()).problems).toEqual([]);
  const file = join(root, 'templates/messages/fr/host/space.md');
  await writeFile(file, (await readFile(file, 'utf8')).replace('aliases: [espace', 'aliases: [déployer, scale, espace'));
  const { problems } = await loadAssets({ handlers: join(root, 'handlers'), messages: join(root, 'templates/messages') });
  expect(problems.filter((problem) => problem.includes('alias'))).toEqual([
    "templates/messages/fr/host/space.md: the alias déployer is deploy's already",
    "templates/messages/fr/host/space.md: the alias scale is scale's already",
  ]);
});
