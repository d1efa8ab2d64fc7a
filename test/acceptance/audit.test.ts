import { afterEach, describe, expect, it } from 'vitest';
import { Scene } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const ONE_DAY_MS = 86_400_000;

describe('the audit', () => {
  it('quotes its head in the channel once a day, so that rewriting it shows', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie services');
    await scene.post(/services/u);
    expect((await scene.vigiePosts()).filter((post) => /Audit until/u.test(post.message))).toEqual([]);
    scene.clock.warp(ONE_DAY_MS);
    const quoted = await scene.post(/Audit until/u);
    const entries = await scene.store.audit.entries({ since: 0, limit: 100 });
    const head = entries.at(-1);
    expect(quoted.message).toContain(`\`vigie audit verify ${head?.seq}:${head?.hash}\``);
    await scene.stopVigie();
    await scene.startVigie();
    await scene.say('alice', '@vigie whoami');
    await scene.post(/You are/u);
    expect((await scene.vigiePosts()).filter((post) => /Audit until/u.test(post.message))).toHaveLength(1);
  });
});
