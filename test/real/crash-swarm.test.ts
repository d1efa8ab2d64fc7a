import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Scene } from '#test/acceptance/scene.ts';
import { expectRightEnd } from '#test/crash/deploy.ts';
import { playDeploy } from '#test/crash/play.ts';
import { realSwarm, type RealSwarm } from './swarm.ts';

/** Around every effect of a deploy; the Swarm in memory sees all the other points. */
const POINTS = [
  'begin:note-others:after',
  'begin:update:after',
  'finish:update:before',
  'begin:see-through:after',
  'finish:see-through:before',
  'begin:enter-release:after',
  'finish:enter-release:before',
  'to succeeded:before',
];
let lab: RealSwarm;

beforeAll(async () => {
  lab = await realSwarm();
});
beforeEach(async () => {
  await lab.createService({ name: 'pad', image: `${lab.registry}/x:v1`, replicas: 2 });
});

describe('vigie killed during a deploy on the real Swarm', () => {
  it.each(POINTS)('at %s: the update was sent once, and the story has its true end', { timeout: 240_000 }, async (point) => {
    const scene = await Scene.open({ start: false, speed: 1 });
    try {
      const before = await versionsOf();
      const end = await playDeploy({ scene, swarm: { dockerSocket: lab.socketPath } }, point, 'deploy pad v2');
      expectRightEnd(end);
      const images = await lab.docker('service', 'ps', '--no-trunc', '--format', '{{.Image}}', 'pad');
      // Sent twice, the second update would have started two more tasks.
      expect(images.split('\n').filter((image) => image.includes('x:v2'))).toHaveLength(2);
      expect(await versionsOf()).toBeGreaterThan(before);
    } finally {
      await scene.close();
      await lab.removeService('pad');
    }
  });
});

async function versionsOf(): Promise<number> {
  return Number(await lab.docker('service', 'inspect', '--format', '{{.Version.Index}}', 'pad'));
}
