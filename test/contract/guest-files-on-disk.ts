import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createGuestFiles } from '#adapters/guest-files/create-guest-files.ts';
import type { Remote } from '#ports/remote.ts';
import type { GuestFilesLab } from './guest-files.contract.ts';

/** Two machines that are folders of this one, reached by the given remotes. */
export async function foldersAsMachines(remotes: { readonly alice: Remote; readonly bob: Remote }): Promise<GuestFilesLab> {
  const root = await mkdtemp(join(tmpdir(), 'vigie-guest-files-'));
  const nodes = (['alice', 'bob'] as const).map((name) => ({ name, remote: remotes[name], sudo: false }));
  for (const { name } of nodes) await mkdir(join(root, name));
  return {
    files: createGuestFiles(nodes),
    path: (node, name) => join(root, node, name),
    async put({ path }, content) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    },
    async names(node) {
      const entries = await readdir(join(root, node), { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(join(root, node).length + 1))
        .toSorted();
    },
    async close() {
      await Promise.all(nodes.map(({ remote }) => remote.close()));
      await rm(root, { recursive: true, force: true });
    },
  };
}
