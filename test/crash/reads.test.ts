import { describe, expect, it } from 'vitest';
import { Scene, textOf, until } from '#test/acceptance/scene.ts';
import { Life } from './play.ts';

/** Around what is stored of an answer, and of the post that it became. */
const POINTS = ['note answer:before', 'note answer:after', 'said:before', 'said:after'];

describe('vigie killed while it answers a read', () => {
  it.concurrent.each(POINTS)('at %s has answered once after its next start', { timeout: 60_000 }, async (point) => {
    const scene = await Scene.open({ start: false, speed: 1 });
    const stage = { scene, swarm: {} };
    const lives = [new Life(stage, point)];
    try {
      await lives[0]?.ready();
      await scene.say('alice', '@vigie whoami');
      await lives[0]?.ended;
      lives.push(new Life(stage, null));
      await lives[1]?.ready();
      await scene.say('bob', '@vigie whoami');
      const said = async (who: string) => (await scene.vigiePosts()).filter((post) => textOf(post).includes(`You are \`${who}\``));
      await until(
        async () => (await said('bob')).length > 0,
        'the next answer',
        () => scene.transcript(),
      );
      expect(await said('alice')).toHaveLength(1);
    } finally {
      for (const life of lives) await life.kill();
      await scene.close();
    }
  });
});
