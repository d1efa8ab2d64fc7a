import { afterEach, describe, expect, it } from 'vitest';
import { POLICY } from '#test/lab/parts.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { REGISTRY, Scene, until } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const YES = 'white_check_mark';

describe('operations that wait for one lock', () => {
  it('start in the order in which they were approved, whichever was asked for first', async () => {
    scene = await Scene.open({ speed: 10, policy: { ...POLICY, rules: [{ match: { action: 'backup' }, set: { approvers: 1 } }] } });
    scene.swarm.registry.push(`${REGISTRY}/pad:slow`, { startMs: 40_000 });
    await scene.say('alice', '@vigie deploy pad slow');
    const deploy = await scene.post(/⏳ \*\*deploy pad/u);
    await scene.who('alice').react(deploy.id, YES);
    await scene.reads(deploy, /Running/u);
    const waiting: SeenPost[] = [];
    // The same words twice would be one request.
    for (const command of ['backup pad', 'backup db:pad', 'backup Pad']) {
      await scene.say('alice', `@vigie ${command}`);
      waiting.push(
        await until(
          async () =>
            (await scene.vigiePosts()).find(
              ({ id, message }) => message.includes('⏳ **backup') && !waiting.some((post) => post.id === id),
            ),
          `the plan of ${command}`,
        ),
      );
    }
    const approved = waiting.toReversed();
    for (const post of approved) {
      await scene.who('alice').react(post.id, YES);
      await scene.reads(post, /it has to wait/u);
    }
    await scene.reads(approved[2] ?? deploy, /was approved first: it goes first/u);
    for (const post of waiting) await scene.reads(post, /Done in/u);
    const operations = await scene.store.operations.operations({ limit: 20 });
    const startOf = ({ message }: { readonly message: string }): number =>
      operations.find(({ id }) => message.includes(`\`${id}\``))?.startedAt ?? 0;
    expect(approved.toSorted((a, b) => startOf(a) - startOf(b))).toEqual(approved);
  });
});
