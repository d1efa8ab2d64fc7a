import { expect } from 'vitest';
import { Scene } from '#test/acceptance/scene.ts';
import { serveHypervisor } from './hypervisor-rpc.ts';
import { playStory, type Story } from './play.ts';

export interface GuestStory {
  readonly command: string;
  /** Who agrees; null where nobody has to. */
  readonly approver: string | null;
  /** What is there before. */
  readonly before?: (scene: Scene) => Promise<void> | void;
}

/** An operation on a guest in memory, which outlives the vigie that is killed at the given point. */
export async function playGuest({ command, approver, before }: GuestStory, killAt: string | null) {
  const scene = await Scene.open({ start: false, speed: 1 });
  await before?.(scene);
  const served = await serveHypervisor(scene.hypervisor, scene.guestFiles);
  try {
    const story = await playStory({ scene, swarm: { hypervisorUrl: served.url } }, { command, approver, killAt });
    const { files } = await scene.hypervisor.backups(null);
    return {
      ...story,
      tasks: scene.hypervisor.history(),
      snapshots: scene.hypervisor.known('pica01').snapshots,
      files,
      copies: scene.guestFiles.on('bob'),
    };
  } finally {
    await served.close();
    await scene.close();
  }
}

/** Whenever vigie died: one post that tells the end, no lock, an unbroken audit. */
export function expectWholeStory(end: Story, state: string): void {
  expect(end).toMatchObject({ died: true, state, posts: 1, locks: [], audit: { broken: null } });
}

/** A guest whose backup takes no time worth waiting for. */
export function addTiny({ hypervisor }: Scene): void {
  hypervisor.createGuest({ vmid: 301, name: 'tiny', node: 'alice', disks: [{ key: 'scsi0', storage: 'local-lvm', bytes: 400_000_000 }] });
}
