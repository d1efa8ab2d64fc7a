import { afterEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { Scene, textOf } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const YES = 'white_check_mark';
const idOf = (post: SeenPost): string => /`(\w{3,5})`/u.exec(post.message)?.[1] ?? '';

/** The update's answer is lost, and somebody else changes the service at the same moment: nobody can tell what vigie did. */
async function loseTrack(): Promise<SeenPost> {
  await scene.say('alice', '@vigie scale pad 3');
  const post = await scene.post(/2 → 3/u);
  const update = scene.swarm.update.bind(scene.swarm);
  let first = true;
  scene.swarm.update = async (...request) => {
    if (!first) return await update(...request);
    first = false;
    const { version } = await scene.swarm.service('pad');
    await update('pad', version, { replicas: 7 });
    throw new VigieError('swarm_unreachable', { host: 'lab', reason: 'connection reset' });
  };
  await scene.who('alice').react(post.id, YES);
  return await scene.reads(post, /Nobody can tell how it ended/u);
}

describe('an operation whose outcome nobody can tell', () => {
  it('says so, calls its requester, keeps its locks, and ends when a person settles it with the approval of another', async () => {
    scene = await Scene.open();
    const post = await loseTrack();
    const id = idOf(post);
    expect(textOf(post)).toContain(`type \`settle ${id} done REASON\``);
    await scene.reply(post, /@alice ❓/u);
    expect(await scene.store.operations.locks()).toEqual([{ path: 'swarm/service:pad', operation: id }]);

    await scene.say('alice', '@vigie scale pad 4');
    const next = await scene.post(/7 → 4/u);
    await scene.who('alice').react(next.id, YES);
    expect(textOf(await scene.reads(next, /it has to wait/u))).toMatch(new RegExp(`held by \`${id}\``, 'u'));
    await scene.who('alice').react(next.id, 'x');

    await scene.say('alice', `@vigie settle ${id} failed somebody else scaled it to 7`);
    const settling = await scene.post(/is taken for \*\*failed/u);
    expect(settling.message).toMatch(/@bob/u);
    await scene.who('bob').react(settling.id, YES);
    await scene.reads(settling, /Done in/u);
    expect(textOf(await scene.reads(post, /settled it/u))).toMatch(/alice settled it: somebody else scaled it to 7/u);
    expect(await scene.store.operations.locks()).toEqual([]);
  });

  it('cannot be settled when it needs no settling', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 3');
    const post = await scene.post(/2 → 3/u);
    const asked = await scene.say('alice', `@vigie settle ${idOf(post)} done "looks fine"`);
    await scene.reply(asked, /needs no settling: it is waiting/u);
  });

  it('goes on by itself when the answer was lost but the effect can be seen', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 3');
    const post = await scene.post(/2 → 3/u);
    scene.swarm.failNext('update', new VigieError('swarm_unreachable', { host: 'lab', reason: 'connection reset' }), { afterEffect: true });
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /Done in/u);
    expect((await scene.swarm.service('pad')).replicas).toBe(3);
  });

  it('tries again by itself when the request was never received', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 3');
    const post = await scene.post(/2 → 3/u);
    scene.swarm.failNext('update', new VigieError('swarm_unreachable', { host: 'lab', reason: 'connection refused' }));
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /Done in/u);
  });
});
