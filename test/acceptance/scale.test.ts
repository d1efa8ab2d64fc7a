import { afterEach, describe, expect, it } from 'vitest';
import { Scene, textOf } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

describe('scale, from a mention to the end of the story', () => {
  it('shows a plan, waits for the requester, and advances one post', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 3');
    const post = await scene.post(/scale pad/);
    expect(textOf(post)).toMatch(/Replicas\*\* 2 → 3/);
    await scene.who('alice').react(post.id, 'white_check_mark');
    const done = await scene.reads(post, /Done in/);
    expect(textOf(done)).toMatch(/3\/3 running/);
    expect((await scene.swarm.service('pad')).replicas).toBe(3);
    expect(await scene.vigiePosts()).toHaveLength(1);
  });
});
