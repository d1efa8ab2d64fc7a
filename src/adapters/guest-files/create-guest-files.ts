import { VigieError } from '#kernel/errors.ts';
import type { GuestFiles, NodeFile } from '#ports/guest-files.ts';
import { copyFile } from './copy-file.ts';
import { digestOf, sizeOf, sizesOf } from './digest.ts';
import { must, refused, type FileNode } from './node-shell.ts';

/** Files of the hypervisors, each over its own SSH connection. */
export function createGuestFiles(nodes: readonly FileNode[]): GuestFiles {
  const on = (name: string): FileNode => {
    const node = nodes.find((each) => each.name === name);
    if (node === undefined) throw new VigieError('node_without_ssh', { node: name });
    return node;
  };
  return {
    reaches: (node) => nodes.some(({ name }) => name === node),
    digest: async (file, signal) => await digestOf(on(file.node), file.path, signal),
    sizes: async (node, paths, signal) => await sizesOf(on(node), paths, signal),
    async copy(from, to, expected, options) {
      await copyFile({ node: on(from.node), path: from.path }, { node: on(to.node), path: to.path }, expected, options);
    },
    remove: async (file, signal) => await removeFile(on(file.node), file, signal),
  };
}

/** What vzdump wrote, or a copy of it: nothing else is vigie's to remove from a hypervisor, whatever the ledger says. */
const DUMP = /^\/(?:[^/]+\/)*vzdump-[\w.-]+$/u;

async function removeFile(node: FileNode, { path }: NodeFile, signal?: AbortSignal): Promise<boolean> {
  if (!DUMP.test(path) || path.split('/').includes('..')) throw refused(node, ['rm', path], 'it is no file of vzdump');
  const there = (await sizeOf(node, path, signal)) !== null;
  if (there) await must(node, ['rm', '-f', '--', path], signal);
  return there;
}
