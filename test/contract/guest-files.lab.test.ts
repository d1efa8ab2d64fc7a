import { createHash } from 'node:crypto';
import { MemoryGuestFiles } from '#test/lab/hypervisor/memory-guest-files.ts';
import { MemoryHypervisor } from '#test/lab/hypervisor/memory-hypervisor.ts';
import { WarpClock } from '#test/lab/warp-clock.ts';
import { guestFilesContract } from './guest-files.contract.ts';

guestFilesContract('in memory', async () => {
  const clock = new WarpClock(100);
  const files = new MemoryGuestFiles(new MemoryHypervisor(clock), clock);
  files.forget('carol');
  const folder = (node: string): string => `/srv/${node}/`;
  return {
    files,
    path: (node, name) => `${folder(node)}${name}`,
    async put({ node, path }, content) {
      files.copies.set(`${node}:${path}`, { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') });
    },
    names: async (node) => files.on(node).map((path) => path.slice(folder(node).length)),
    close: () => Promise.resolve(),
  };
});
