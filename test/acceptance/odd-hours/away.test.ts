import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Scene, until } from '../scene.ts';

let scene: Scene;
afterEach(() => scene.close());

/** A vigie that has proven that it misses nothing, and went away then. */
async function wentAway(): Promise<void> {
  scene = await Scene.open({ speed: 5 });
  await until(async () => (await scene.store.cursors.fact('chat-connected')) !== null, 'the stream to be proven');
  await scene.stopVigie();
}

const heard = async (post: { readonly id: string }): Promise<boolean> => await scene.store.operations.seen(`post:${post.id}`);

describe('what was said while vigie was away', () => {
  it('in a first direct message is answered', async () => {
    await wentAway();
    const dm = await scene.who('alice').dm(scene.bot.id);
    await scene.say('alice', 'whoami', dm.id);
    await scene.startVigie();
    await until(
      async () => (await scene.vigiePosts(dm.id)).some((post) => /You are `alice`/u.test(post.message)),
      'an answer',
      () => scene.transcript(),
    );
  });

  it('in a channel it was just invited to is answered, and nothing that was said there before', async () => {
    await wentAway();
    const fresh = await scene.admin.createChannel({ id: scene.team.id }, { name: 'fresh' });
    await scene.admin.addToChannel(fresh, scene.who('alice'));
    const before = await scene.say('alice', '@vigie whoami', fresh.id);
    await scene.admin.addToChannel(fresh, scene.bot);
    const after = await scene.say('alice', '@vigie whoami', fresh.id);
    await scene.startVigie();
    await until(() => heard(after), 'the command to be heard');
    await until(async () => (await scene.vigiePosts(fresh.id)).some((post) => /You are `alice`/u.test(post.message)), 'an answer');
    expect(await heard(before)).toBe(false);
    expect(await scene.vigiePosts(fresh.id)).toHaveLength(1);
  });

  it('and long ago in the direct messages of a vigie that never listened is left alone', async () => {
    scene = await Scene.open({ speed: 5, start: false });
    const dm = await scene.who('alice').dm(scene.bot.id);
    const old = await scene.say('alice', 'whoami', dm.id);
    await scene.startVigie();
    await until(async () => (await scene.store.cursors.cursor(dm.id)) !== null, 'the first look');
    const now = await scene.say('alice', 'whoami', dm.id);
    await until(() => heard(now), 'the command to be heard');
    expect(await heard(old)).toBe(false);
  });
});

describe('what a power cut took from the store', () => {
  const STORED = ['vigie.db', 'vigie.db-wal'];

  /** What vigie's disk holds now is what it holds after the cut, whatever is written meanwhile. */
  async function beforeTheCut(act: () => Promise<void>): Promise<void> {
    await until(async () => (await scene.store.cursors.cursor(scene.ops.id)) !== null, 'the first look');
    for (const name of STORED) await copyFile(join(scene.folder, name), join(scene.folder, `${name}.kept`));
    await act();
    await scene.stopVigie();
    for (const name of STORED) await copyFile(join(scene.folder, `${name}.kept`), join(scene.folder, name));
    await scene.startVigie();
  }

  it('is not said again: the channel shows that it was answered, and that it was refused', async () => {
    scene = await Scene.open({ speed: 5 });
    await beforeTheCut(async () => {
      await scene.say('alice', '@vigie whoami');
      await scene.post(/You are `alice`/u);
      await scene.reply(await scene.say('alice', '@vigie frobnicate'), /frobnicate/u);
    });
    await scene.say('bob', '@vigie whoami');
    await scene.post(/You are `bob`/u);
    const said = (await scene.vigiePosts()).map(({ message }) => message);
    expect(said.filter((words) => words.includes('You are `alice`'))).toHaveLength(1);
    expect(said.filter((words) => words.includes('frobnicate'))).toHaveLength(1);
  });

  it('is not said again because somebody else pretends that it was', async () => {
    scene = await Scene.open({ speed: 5 });
    let asked = { id: '' };
    await beforeTheCut(async () => {
      await scene.stopVigie();
      asked = await scene.say('alice', '@vigie whoami');
      await scene.who('eve').rest.tell('POST', '/posts', {
        channel_id: scene.ops.id,
        message: 'said already',
        props: { vigie_key: `answer:post:${asked.id}` },
      });
    });
    await scene.post(/You are `alice`/u);
    expect(await heard(asked)).toBe(true);
  });
});

describe('a server that went away', () => {
  it('is asked each second whether it is there again, however long it takes, and vigie connects at its first answer', async () => {
    scene = await Scene.open({ speed: 5 });
    const connected = () => scene.vigie.ready().then((checks) => checks.every(({ ok }) => ok));
    await scene.mattermost.stop();
    await until(async () => !(await connected()), 'vigie to notice');
    // The client's own way back would wait for half a minute by now.
    scene.clock.warp(120_000);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await scene.mattermost.restart();
    const from = scene.clock.now();
    await until(connected, 'vigie to be back');
    expect(scene.clock.now() - from).toBeLessThan(8_000);
  });

  it('by not answering any more is noticed, and found again', async () => {
    scene = await Scene.open({ speed: 10, pongMs: 500 });
    scene.mattermost.faults.silent = true;
    scene.mattermost.cutSockets(scene.bot.id);
    const connected = () => scene.vigie.ready().then((checks) => checks.every(({ ok }) => ok));
    await until(async () => !(await connected()), 'vigie to notice');
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    scene.mattermost.faults.silent = false;
    await until(connected, 'vigie to be back');
    await scene.say('alice', '@vigie whoami');
    await scene.post(/You are/u);
  });
});
