import { afterEach, describe, expect, it } from 'vitest';
import { SEEDS } from '#domain/operation/emoji.ts';
import { Scene, until } from '../scene.ts';

let scene: Scene;
afterEach(() => scene.close());

/** What vigie asked of Mattermost since then, but for the proof that it hears. */
const asked = (since: number): readonly string[] =>
  scene.mattermost.requests
    .slice(since)
    .filter(({ userId, path }) => userId === scene.bot.id && !path.endsWith('/users/me') && !path.endsWith(`/users/${scene.bot.id}`))
    .map(({ method, path }) => `${method} ${path.replace(/^\/api\/v4/u, '')}`);

/** A vigie that has answered once, and knows everybody since. */
async function openKnowing(): Promise<void> {
  scene = await Scene.open({ speed: 5 });
  await scene.say('alice', '@vigie services');
  await scene.post(/🟢/u);
  await scene.vigie.context.people.refresh();
}

describe('an answer', () => {
  it('costs Mattermost one request, its post, once vigie knows everybody', async () => {
    await openKnowing();
    scene.clock.warp(180_000);
    const since = scene.mattermost.requests.length;
    await scene.say('alice', '@vigie whoami');
    await scene.post(/You are/u);
    expect(asked(since).filter((each) => !each.startsWith('POST /posts'))).toEqual([]);
  });

  it('to a change costs no question before its plan either', async () => {
    await openKnowing();
    scene.clock.warp(30_000);
    const since = scene.mattermost.requests.length;
    await scene.say('alice', '@vigie scale pad 3');
    await scene.post(/scale pad/u);
    const before = asked(since);
    expect(before.slice(0, before.indexOf('POST /posts') + 1)).toEqual(['POST /posts']);
  });

  it('asks who somebody is right before anything happens', async () => {
    scene = await Scene.open({ speed: 5 });
    await scene.vigie.context.people.refresh();
    await scene.say('alice', '@vigie scale pad 3');
    const plan = await scene.post(/scale pad/u);
    const since = scene.mattermost.requests.length;
    await scene.who('alice').react(plan.id, 'white_check_mark');
    await scene.reads(plan, /Done in/u);
    expect(asked(since)).toContain('POST /users/usernames');
  });

  it('takes a change of somebody into account at once, since the server tells of it', async () => {
    scene = await Scene.open({ speed: 5 });
    await scene.say('zoe', '@vigie services');
    await scene.post(/🟢/u);
    await scene.admin.me.rest.tell('POST', `/users/${scene.who('zoe').id}/demote`);
    const post = await scene.say('zoe', '@vigie services');
    await scene.reply(post, /may not run/u);
  });

  it('is not held up by the reactions that vigie puts under a plan; they come once they can', async () => {
    scene = await Scene.open();
    scene.mattermost.faults.failNext(1_000, 503, 'POST /reactions');
    await scene.say('alice', '@vigie scale pad 3');
    const post = await scene.post(/scale pad/u);
    await until(() => scene.logged.some(({ text }) => text === 'a reaction could not be put'), 'a reaction to be refused');
    await scene.say('bob', '@vigie whoami');
    await scene.post(/You are `bob`/u);
    expect(await scene.admin.me.reactions(post.id)).toEqual([]);
    scene.mattermost.faults.clear();
    await until(async () => (await scene.admin.me.reactions(post.id)).length === SEEDS.waiting.length, 'its reactions');
  });
});
