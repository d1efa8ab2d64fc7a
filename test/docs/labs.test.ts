import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const REAL = join(import.meta.dirname, '../real');

it("the Swarm's lab leaves what is installed beside it", async () => {
  const [install, lab] = await Promise.all(['install.sh', 'lab.sh'].map((name) => readFile(join(REAL, name), 'utf8')));
  const installed = [...(install ?? '').matchAll(/\$STATE\/([a-z]+)/gu)].map(([, name]) => name);
  const kept = /^OTHERS=\((?<names>[^)]+)\)$/mu.exec(lab ?? '')?.groups?.['names']?.split(' ') ?? [];
  expect(installed.length).toBeGreaterThan(3);
  expect(installed.filter((name) => name !== undefined && !kept.includes(name))).toEqual([]);
});
