import { afterEach, describe, expect, it } from 'vitest';
import { BOUNDS } from '#kernel/bounds.ts';
import { Scene, textOf, until } from './scene.ts';

let scene: Scene;
afterEach(async () => await scene.close());

describe('a flood', () => {
  it('of forged clicks costs Mattermost next to nothing', async () => {
    scene = await Scene.open();
    const url = await scene.openHttp();
    const before = scene.mattermost.requests.length;
    const eve = scene.who('eve').id;
    const trigger = Buffer.from(`forged:${eve}:${scene.clock.now()}:c2lnbmVk`).toString('base64');
    const click = { user_id: eve, channel_id: scene.ops.id, post_id: 'p'.repeat(26), trigger_id: trigger, context: { verdict: 'approve' } };
    for (let round = 0; round < 40; round += 1)
      await Promise.all(
        Array.from({ length: 25 }, () =>
          fetch(`${url}/mattermost/action`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(click),
          }).then((answer) => answer.text()),
        ),
      );
    const asked = scene.mattermost.requests.slice(before).filter(({ path }) => path.includes('/config'));
    expect(asked.length).toBeLessThanOrEqual(2);
  });

  it('of commands of one member is refused in words, once, and keeps nobody else from being heard', async () => {
    scene = await Scene.open({ speed: 1 });
    for (let index = 0; index < BOUNDS.requests.most + 20; index += 1) void scene.say('zoe', '@vigie status').catch(() => undefined);
    await scene.post(/more than \d+ commands of yours within a minute/u);
    await scene.say('alice', '@vigie vms');
    await scene.post(/pica01/u);
    const refusals = async () => (await scene.vigiePosts()).filter((post) => /commands of yours within a minute/u.test(textOf(post)));
    expect(await refusals()).toHaveLength(1);
  });

  it('of posts that are no commands costs the store a few writes, and a vote counts meanwhile', async () => {
    let writes = 0;
    scene = await Scene.open({
      speed: 1,
      store: (store) => ({
        ...store,
        cursors: {
          ...store.cursors,
          advance: async (channel, at) => {
            writes += 1;
            await store.cursors.advance(channel, at);
          },
        },
      }),
    });
    writes = 0;
    const startedAt = Date.now();
    const flood = Array.from({ length: 300 }, () => scene.say('eve', 'chatter').catch(() => undefined));
    await scene.say('alice', '@vigie scale pad 3');
    const plan = await scene.post(/Waiting for a ✅/u);
    await scene.who('alice').react(plan.id, 'white_check_mark');
    await scene.reads(plan, /Done in/u);
    await Promise.all(flood);
    await until(() => writes > 0, 'how far the channel was read');
    expect(writes).toBeLessThan(20 + (Date.now() - startedAt) / 100);
  });
});
