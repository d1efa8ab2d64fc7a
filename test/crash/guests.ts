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
      guests: (await scene.hypervisor.guests()).map(({ vmid, name, state }) => [vmid, name, state]),
      nodes: Object.fromEntries((await scene.hypervisor.guests()).map(({ name, node }) => [name, node])),
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

/** A guest of which there is a backup, from before it wrote something. */
export function addSaved(scene: Scene): void {
  addTiny(scene);
  const { hypervisor } = scene;
  const id = 'local:backup/vzdump-qemu-301-2026_11_28-03_00_00.vma.zst';
  const common = { storage: 'local', node: 'alice', vmid: 301, takenAt: Date.UTC(2026, 10, 28, 3), bytes: 40_000_000 };
  hypervisor.storageOf('alice', 'local').files.push({ id, ...common, notes: '', protected: false, seed: 'tiny', content: 'saved' });
  Object.assign(hypervisor.known('tiny'), { content: 'written since', startedAt: null });
}

/** Two guests on bob that are off, and nobody else. */
export function addTwoOff({ hypervisor }: Scene): void {
  for (const name of ['pica02', 'monitoring']) hypervisor.removeGuest(name);
  for (const [vmid, name] of [
    [301, 'one'],
    [302, 'two'],
  ] as const)
    hypervisor.createGuest({
      vmid,
      name,
      node: 'bob',
      running: false,
      disks: [{ key: 'scsi0', storage: 'local-lvm', bytes: 400_000_000 }],
    });
}
