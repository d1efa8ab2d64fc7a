import { existsSync, statSync } from 'node:fs';
import { expect } from 'vitest';
import { createHosts } from '#adapters/hosts/create-hosts.ts';
import { Scene } from '#test/acceptance/scene.ts';
import { LabMachine } from '#test/lab/hosts/lab-machine.ts';
import { serveHosts } from './hosts-rpc.ts';
import { playOperation } from './play.ts';

/** An image that no container uses. */
export const OLD = `sha256:${'a'.repeat(64)}`;
const USED = `sha256:${'b'.repeat(64)}`;
const GB = 1_000_000_000;

/** A machine with one of each kind to remove is cleaned; it outlives the vigie that is killed at the given point. */
export async function playClean(killAt: string | null) {
  const [scene, lab] = [await Scene.open({ start: false, speed: 1 }), await LabMachine.open()];
  lab.docker.images = [
    { id: USED, tags: ['r/pad:v2'], uniqueSize: '300MB' },
    { id: OLD, tags: ['r/pad:v1'], uniqueSize: '1.5GB' },
  ];
  const log = await lab.container('pad.1', USED, 2.5 * GB);
  const partial = await lab.file('backups/db.sql.partial', 2_000_000, 3);
  const rpc = await serveHosts(createHosts([lab.machine('pica01')]));
  try {
    const end = await playOperation({ scene, swarm: { hostsUrl: rpc.url, folder: lab.folder } }, killAt, 'clean pica01');
    const left = { images: lab.docker.images.map(({ id }) => id), logBytes: statSync(log).size, isPartialThere: existsSync(partial) };
    return { ...end, left, removals: [...rpc.cleaned.values()] };
  } finally {
    await rpc.close();
    await scene.close();
    await lab.close();
  }
}

/** What has to be true whenever vigie died: all is gone and nothing else, each thing was removed once, and that is what people read. */
export function expectCleaned(end: Awaited<ReturnType<typeof playClean>>): void {
  expect(end).toMatchObject({
    died: true,
    state: 'succeeded',
    plans: 1,
    locks: [],
    audit: { broken: null },
    left: { images: [USED], logBytes: 0, isPartialThere: false },
  });
  expect(end.removals.map((outcomes) => outcomes.filter((outcome) => outcome === 'removed').length)).toEqual([1, 1, 1]);
  expect(end.text).toMatch(/Done in/u);
  expect(end.text).not.toMatch(/somebody else|faster/u);
}
