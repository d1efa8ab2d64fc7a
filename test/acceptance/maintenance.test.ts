import { afterEach, describe, expect, it } from 'vitest';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import type { SeenChannel } from '#test/lab/mattermost/seen.ts';
import { Scene, textOf, until } from './scene.ts';

const YES = 'white_check_mark';
const HOUR_MS = 3_600_000;

let scene: Scene;
let people: SeenChannel;
afterEach(() => scene.close());

const wordsOf = (post: SeenPost): string => textOf(post).replaceAll('\u00a0', ' ');

/** A vigie with a channel where the people of the house are told. */
async function open(): Promise<void> {
  scene = await Scene.open();
  people = await scene.admin.createChannel({ id: scene.team.id }, { name: 'people' });
  await scene.admin.addToChannel(people, scene.bot);
  await scene.stopVigie();
  await scene.startVigie({ announceChannel: people.id });
}

async function ask(command: string, pattern: RegExp, who = 'alice'): Promise<SeenPost> {
  await scene.say(who, `@vigie ${command}`);
  return await scene.post(pattern);
}

async function begun(command: string): Promise<SeenPost> {
  const post = await ask(command, /Waiting for a ✅/u);
  await scene.who('alice').react(post.id, YES);
  await told(/🛠️/u);
  return post;
}

const told = async (pattern: RegExp): Promise<string> =>
  await until(
    async () => (await scene.vigiePosts(people.id)).map(wordsOf).find((text) => pattern.test(text)),
    `an announcement like ${pattern}`,
  );

const silences = () => scene.vigie.context.clients.alerts.silences().length;

describe('maintenance', () => {
  it('tells the people, silences and freezes; whoever does it may change it, others not', async () => {
    await open();
    const post = await begun('maintenance pad 2h new disks');
    expect(await told(/🛠️/u)).toMatch(/🛠️ \*\*pad\*\*: maintenance until .*new disks/u);
    await until(() => silences() === 5, 'silences');
    await ask('restart pad', /`pad` is frozen until .* by alice: new disks/u, 'bob');
    await ask('restart pad', /Waiting for a ✅/u);
    scene.clock.warp(2 * HOUR_MS);
    await scene.reads(post, /Done in/u);
    expect(await told(/✅/u)).toContain('✅ **pad**: the maintenance is over.');
    expect(silences()).toBe(0);
  });

  it('is over by done, after a restart as well', async () => {
    await open();
    const post = await begun('maintenance pad 2h new disks');
    await until(() => silences() === 5, 'silences');
    await scene.stopVigie();
    await scene.startVigie({ announceChannel: people.id });
    await ask('done pad', /The maintenance of `pad` ends/u);
    await scene.reads(post, /Done in/u);
    await told(/✅/u);
    expect([silences(), (await scene.store.freezes.open(scene.clock.now())).length]).toEqual([0, 0]);
    expect(await scene.vigiePosts(people.id)).toHaveLength(2);
  });

  it('is ended by somebody else only when they confirm it', async () => {
    await open();
    const post = await begun('maintenance pad 2h new disks');
    const done = await ask('done pad', /Waiting for a ✅/u, 'bob');
    expect(wordsOf(done)).toContain("**Ends the maintenance** of `pad`, which is alice's");
    await scene.who('bob').react(done.id, YES);
    await scene.reads(post, /Done in/u);
  });

  it('is over when it is cancelled', async () => {
    await open();
    const post = await begun('maintenance pad 2h new disks');
    await until(() => silences() === 5, 'silences');
    await scene.who('alice').react(post.id, 'octagonal_sign');
    await scene.reads(post, /Cancelled/u);
    await told(/✅/u);
    expect([silences(), (await scene.store.freezes.open(scene.clock.now())).length]).toEqual([0, 0]);
  });

  it('is at most a day, of something that is there, and says when nobody is told', async () => {
    scene = await Scene.open();
    await ask('maintenance pad 25h new disks', /at most 1.day long/u);
    await ask('maintenance pda 2h new disks', /no service `pda`/u);
    await ask('done pad', /Nothing is frozen as `pad`|no maintenance/u);
    await ask('maintenance pad 2h new disks', /⚠️ Nobody is told: `mattermost\.announce`/u);
  });
});
