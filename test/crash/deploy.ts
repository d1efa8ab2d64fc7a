import { expect } from 'vitest';
import { Scene } from '#test/acceptance/scene.ts';
import { playDeploy } from './play.ts';
import { serveSwarm } from './swarm-rpc.ts';

/** A deploy on the Swarm in memory, which outlives the vigie that is killed at the given point. */
export async function playOnLab(killAt: string | null) {
  const scene = await Scene.open({ start: false, speed: 1 });
  const rpc = await serveSwarm(scene.swarm);
  try {
    return { ...(await playDeploy({ scene, swarm: { swarmUrl: rpc.url } }, killAt)), updates: rpc.calls.get('update') };
  } finally {
    await rpc.close();
    await scene.close();
  }
}

/** What has to be true whenever vigie died. */
export function expectRightEnd(end: Awaited<ReturnType<typeof playDeploy>>): void {
  expect(end).toMatchObject({ died: true, state: 'succeeded', plans: 1, locks: [], audit: { broken: null } });
  expect(end.text).toMatch(/Done in/u);
  expect(end.releases.map((release) => release.origin)).toEqual(['vigie', 'other']);
}
