import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SeenChannel, SeenPost } from '#test/lab/mattermost/seen.ts';
import { REGISTRY, Scene, textOf, until } from '../scene.ts';

const YES = 'white_check_mark';
let scene: Scene;
let elsewhere: SeenChannel;
beforeEach(async () => {
  scene = await Scene.open({ speed: 10 });
  // What runs is seen running, however busy the machine.
  scene.swarm.registry.push(`${REGISTRY}/pad:slow`, { startMs: 20_000 });
  scene.swarm.createService({ name: 'slow', image: `${REGISTRY}/pad:slow`, replicas: 1 });
  elsewhere = await scene.admin.createChannel({ id: scene.team.id }, { name: 'elsewhere' });
  await scene.admin.addToChannel(elsewhere, scene.bot, scene.who('alice'), scene.who('bob'));
});
afterEach(() => scene.close());

/** The post of an operation that waits in the other channel. */
async function waiting(service = 'pad'): Promise<SeenPost> {
  await scene.say('alice', `@vigie scale ${service} ${service === 'pad' ? 3 : 2}`, elsewhere.id);
  return await until(
    async () => (await scene.vigiePosts(elsewhere.id)).find((post) => /Waiting/u.test(textOf(post))),
    'the plan',
    () => scene.transcript(),
  );
}

/** One that runs there. */
async function running(): Promise<SeenPost> {
  const post = await waiting('slow');
  await scene.who('alice').react(post.id, YES);
  return await scene.reads(post, /Running/u);
}

const inOps = async (pattern: RegExp): Promise<readonly SeenPost[]> =>
  (await scene.vigiePosts()).filter((post) => post.root_id === '' && pattern.test(textOf(post)));
const back = () => scene.admin.addToChannel(elsewhere, scene.bot);

/** Ways to lose a channel, and to get it back. */
const losses: readonly (readonly [what: string, lose: () => Promise<void>, regain: () => Promise<void>])[] = [
  ['is removed from the channel', () => scene.admin.removeFromChannel(elsewhere, scene.bot), back],
  ['finds the channel archived', () => scene.admin.archive(elsewhere), () => scene.admin.restore(elsewhere)],
];

describe('an operation that runs in a channel when vigie', () => {
  it.each(losses)(
    '%s ends in the operations channel, once, with where it began; later the old post is true too',
    async (_what, lose, regain) => {
      const post = await running();
      await lose();
      const end = await scene.post(/Done in/u);
      expect(textOf(end)).toContain(`[in another channel](${scene.admin.me.url}/_redirect/pl/${post.id})`);
      expect(textOf(await scene.admin.me.post(post.id))).toMatch(/Running/u);
      await regain();
      expect(textOf(await scene.reads(post, /Done in/u))).toContain(`_redirect/pl/${end.id}`);
      expect(await inOps(/scale/u)).toHaveLength(1);
    },
  );

  it('leaves the team goes on in the operations channel of another one', async () => {
    await scene.stopVigie();
    const other = await scene.admin.createTeam({ name: 'other' });
    const lounge = await scene.admin.createChannel({ id: other.id }, { name: 'lounge' });
    await scene.admin.addToChannel(lounge, scene.bot, scene.who('alice'));
    await scene.startVigie();
    await scene.say('alice', '@vigie scale slow 2', lounge.id);
    const post = await until(async () => (await scene.vigiePosts(lounge.id)).find((each) => /Waiting/u.test(textOf(each))), 'the plan');
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /Running/u);
    await scene.admin.removeFromTeam(other, scene.bot);
    await scene.post(/Done in/u);
    expect(await inOps(/scale/u)).toHaveLength(1);
  });

  it('finds its post deleted: the story goes on in a new one, above what follows it', async () => {
    const post = await running();
    await scene.admin.me.remove(post);
    const end = await until(
      async () => (await scene.vigiePosts(elsewhere.id)).find((each) => /Done in/u.test(textOf(each))),
      'the end of the story',
      () => scene.transcript(),
    );
    expect(end.id).not.toBe(post.id);
    expect((await scene.vigiePosts(elsewhere.id)).filter((each) => each.root_id === '' && /scale/u.test(textOf(each)))).toHaveLength(1);
    expect(await inOps(/scale/u)).toEqual([]);
  });
});

describe('an operation that waits in a channel', () => {
  it.each(losses)('when vigie %s asks in the operations channel, and is approved there', async (_what, lose) => {
    await waiting();
    await lose();
    const asked = await scene.post(/Waiting/u);
    expect(asked.channel_id).toBe(scene.ops.id);
    await scene.who('alice').react(asked.id, YES);
    await scene.reads(asked, /Done in/u);
    expect(await inOps(/scale/u)).toHaveLength(1);
  });
});

describe('a vigie that was away while it lost a channel', () => {
  it('hears all others, and goes on with what waits there', async () => {
    await waiting();
    await scene.stopVigie();
    await scene.admin.removeFromChannel(elsewhere, scene.bot);
    const missed = await scene.say('alice', '@vigie whoami');
    await scene.startVigie();
    await until(() => scene.store.operations.seen(`post:${missed.id}`), 'what was missed to be heard');
    const asked = await scene.post(/Waiting/u);
    await scene.who('alice').react(asked.id, YES);
    await scene.reads(asked, /Done in/u);
  });
});
