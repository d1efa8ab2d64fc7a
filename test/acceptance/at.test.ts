import { afterEach, describe, expect, it } from 'vitest';
import { Scene, textOf, until } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const YES = 'white_check_mark';
const HOUR_MS = 3_600_000;

const replicas = async (): Promise<number | null> => (await scene.swarm.service('pad')).replicas;
const ends = async (ms: number): Promise<void> => {
  scene.clock.warp(ms);
  await new Promise((resolve) => setTimeout(resolve, 300));
};

// Scenes begin at midday UTC: 13:00 on the clocks of Paris.
describe('an action for an hour to come', () => {
  it('is approved now, and begins then', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 3 --at 15:00');
    const post = await scene.post(/^⏳ \*\*scale pad\*\*/u);
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /Approved, starts at 15:00/u);
    await scene.say('zoe', '@vigie jobs');
    await scene.post(/🕒 15:00 \*\*scale pad\*\* `\w+` · alice · approved/u);
    await ends(HOUR_MS);
    expect(await replicas()).toBe(2);
    await ends(HOUR_MS);
    await scene.reads(post, /Done in/u);
    expect(await replicas()).toBe(3);
  });

  it('survives a restart, and other work meanwhile', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 3 --à 15h');
    const post = await scene.post(/^⏳ \*\*scale pad\*\*/u);
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /starts at 15:00/u);
    await scene.stopVigie();
    await scene.startVigie();
    await scene.say('alice', '@vigie restart pad');
    const restart = await scene.post(/^⏳ \*\*restart pad\*\*/u);
    await scene.who('alice').react(restart.id, YES);
    await scene.reads(restart, /Done in/u);
    await ends(2 * HOUR_MS);
    // What it was planned for has changed: it is asked for again, and nothing is done before.
    await scene.reads(post, /Out of date/u);
    expect(await replicas()).toBe(2);
  });

  it('is stopped by 🛑 before', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 3 --at tomorrow 3:00');
    const post = await scene.post(/^⏳ \*\*scale pad\*\*/u);
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /starts .*03:00/u);
    await scene.who('bob').react(post.id, 'octagonal_sign');
    await scene.reads(post, /Cancelled by bob/u);
    await ends(20 * HOUR_MS);
    expect(await replicas()).toBe(2);
  });

  it.each([
    ['scale pad 3 --at soon', /`soon` is no good `--at`: a time to come such as `03:00`/iu],
    ['scale pad 3 --at monday', /`monday` is no good/u],
    ['services --at 15:00', /`services` has no option `--at`/u],
    ['scale pad 3 --at 2026-12-24 3:00', /is more than 7.days away/u],
  ])('is refused: %s', async (command, answer) => {
    scene = await Scene.open();
    await scene.say('alice', `@vigie ${command}`);
    const post = await until(async () => (await scene.vigiePosts()).findLast(({ message }) => message.startsWith('🚫')), 'the refusal');
    expect(textOf(post)).toMatch(answer);
  });
});
