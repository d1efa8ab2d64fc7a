import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { POLICY } from '#test/lab/parts.ts';
import { REGISTRY, Scene, textOf, until } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const YES = 'white_check_mark';
const NO = 'x';
const replicas = async (): Promise<number | null> => (await scene.swarm.service('pad')).replicas;
const idOf = (post: SeenPost): string => /`(\w{3,5})`/u.exec(post.message)?.[1] ?? '';
const planOf = (post: SeenPost): string => /plan (\w{6})/u.exec(JSON.stringify(post.props))?.[1] ?? '';
/** Long enough for a vote to have had its effect, if it had one. */
const meanwhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 150));

/** Alice asks to stop pad: a danger, which needs somebody else. */
async function danger(): Promise<SeenPost> {
  await scene.say('alice', '@vigie scale pad 0');
  return await scene.post(/scale pad/u);
}
async function change(count = 3): Promise<SeenPost> {
  await scene.say('alice', `@vigie scale pad ${count}`);
  return await scene.post(new RegExp(`→ ${count}`, 'u'));
}

describe('approval of a dangerous action', () => {
  it('mentions those who may approve, not the requester, and runs after a ✅ from one of them', async () => {
    scene = await Scene.open();
    const post = await danger();
    expect(post.message).toMatch(/@bob: do you approve/u);
    await scene.who('bob').react(post.id, YES);
    await scene.reads(post, /Done in/u);
    expect(await replicas()).toBe(0);
  });

  it("does not count the requester's own ✅, and says so", async () => {
    scene = await Scene.open();
    const post = await danger();
    await scene.who('alice').react(post.id, YES);
    await scene.reply(post, /@alice.*somebody else/u);
    expect(await replicas()).toBe(2);
  });

  it('does not count a 👍, of whatever skin, and says so: it may mean that somebody has seen it', async () => {
    scene = await Scene.open();
    const post = await danger();
    await scene.who('bob').react(post.id, '+1_medium_dark_skin_tone');
    await scene.reply(post, /@bob, your 👍 does not count: 👍 is no approval of a danger/u);
    await scene.who('bob').react(post.id, '-1');
    expect(textOf(await scene.admin.me.post(post.id))).toMatch(/^⏳/u);
    await scene.who('bob').react(post.id, YES);
    await scene.reads(post, /Done in/u);
  });

  it('counts a 👍 for a change', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 3');
    const post = await scene.post(/scale pad/u);
    await scene.who('alice').react(post.id, '+1');
    await scene.reads(post, /Done in/u);
  });

  it('does not count an approve typed as a slash command', async () => {
    scene = await Scene.open();
    await scene.openHttp();
    const post = await danger();
    const answer = await scene.who('bob').slash(scene.ops.id, scene.team.id, `/ops approve ${idOf(post)}`);
    expect(JSON.stringify(answer.json)).toMatch(/could have been sent in your name/u);
    await meanwhile();
    expect(await replicas()).toBe(2);
  });

  it('offers no button that approves it, and refuses one that was made up', async () => {
    scene = await Scene.open();
    const url = await scene.openHttp();
    const post = await danger();
    expect(JSON.stringify(post.props)).not.toMatch(/"id":"approve"/u);
    const forged = await scene.who('bob').say(scene.ops.id, 'mine', {
      props: {
        attachments: [
          {
            text: 'x',
            actions: [
              {
                id: 'go',
                name: 'go',
                integration: {
                  url: `${url}/mattermost/action`,
                  context: { operation: idOf(post), hash: 'x', verdict: 'approve', signature: 'x' },
                },
              },
            ],
          },
        ],
      },
    });
    await scene.who('bob').click(forged.id, 'go');
    await meanwhile();
    expect(await replicas()).toBe(2);
  });

  it('counts an approve typed on the websocket, in the thread of the plan or with its name', async () => {
    scene = await Scene.open();
    const post = await danger();
    await scene.who('bob').say(scene.ops.id, `@${scene.bot.username} approve ${idOf(post)}`, { rootId: post.id });
    await scene.reads(post, /Done in/u);
    expect(await replicas()).toBe(0);
    const second = await change(4);
    await scene.say('bob', `@vigie approve ${idOf(second)} ${planOf(second)}`);
    await scene.reads(second, /Done in/u);
  });

  it('does not count a member, a stranger, a guest or a bot', async () => {
    scene = await Scene.open();
    const post = await danger();
    const guest = await scene.admin.createPerson({ username: 'gus', guest: true });
    const bot = await scene.admin.createBot('other-bot');
    await scene.admin.addToChannel(scene.ops, guest, bot);
    for (const person of [scene.who('zoe'), scene.who('eve'), guest, bot]) await person.react(post.id, YES);
    await until(async () => (await scene.admin.me.thread(post.id)).length >= 4, 'replies to those whose vote does not count');
    expect(await replicas()).toBe(2);
  });

  it('is refused before anybody is asked when there are too few to approve', async () => {
    scene = await Scene.open({ policy: { ...POLICY, rules: [{ match: { action: 'scale' }, set: { approvers: 2 } }] } });
    await scene.say('alice', '@vigie scale pad 0');
    await scene.post(/Nobody could approve `scale`: it needs 2, and 1 can/u);
    // The start has said so as well.
    expect(await scene.vigiePosts()).toHaveLength(2);
  });

  it('is refused by a ❌, for ever', async () => {
    scene = await Scene.open();
    const post = await danger();
    await scene.who('bob').react(post.id, NO);
    await scene.reads(post, /Refused by bob/u);
    await scene.who('bob').unreact(post.id, NO);
    await scene.who('bob').react(post.id, YES);
    await meanwhile();
    expect(await replicas()).toBe(2);
  });

  it('keeps a ❌ of a stranger from counting', async () => {
    scene = await Scene.open();
    const post = await danger();
    await scene.who('eve').react(post.id, NO);
    await scene.reply(post, /@eve.*does not count/u);
    await scene.who('bob').react(post.id, YES);
    await scene.reads(post, /Done in/u);
  });

  it('runs once when both approvers click at once', async () => {
    scene = await Scene.open({
      policy: { ...POLICY, rules: [{ match: { action: 'scale' }, set: { approvedBy: ['operator', 'member'] } }] },
    });
    const post = await danger();
    const update = vi.spyOn(scene.swarm, 'update');
    await Promise.all([scene.who('bob').react(post.id, YES), scene.who('zoe').react(post.id, YES)]);
    await scene.reads(post, /Done in/u);
    expect(update).toHaveBeenCalledTimes(1);
    expect((await scene.store.audit.entries({ since: 0, limit: 100 })).filter((entry) => entry.kind === 'started')).toHaveLength(1);
  });
});

describe('a vote', () => {
  it('that is taken back no longer counts', async () => {
    scene = await Scene.open({
      policy: { ...POLICY, rules: [{ match: { action: 'scale' }, set: { approvers: 2, approvedBy: ['operator', 'member'] } }] },
    });
    const post = await change();
    await scene.who('bob').react(post.id, YES);
    await scene.reads(post, /1 more needed/u);
    await scene.who('bob').unreact(post.id, YES);
    await scene.reads(post, /Waiting for/u);
    await scene.who('zoe').react(post.id, YES);
    await scene.reads(post, /1 more needed/u);
    expect(await replicas()).toBe(2);
    await scene.who('bob').react(post.id, YES);
    await scene.reads(post, /Done in/u);
  });

  it('given while vigie was down counts once it is back', async () => {
    scene = await Scene.open();
    const post = await danger();
    await scene.stopVigie();
    await scene.who('bob').react(post.id, YES);
    await scene.startVigie();
    await scene.reads(post, /Done in/u);
    expect(await replicas()).toBe(0);
  });

  it('taken back while vigie was down no longer counts', async () => {
    scene = await Scene.open({
      policy: { ...POLICY, rules: [{ match: { action: 'scale' }, set: { approvers: 2, approvedBy: ['operator', 'member'] } }] },
    });
    const post = await change();
    await scene.who('bob').react(post.id, YES);
    await scene.reads(post, /1 more needed/u);
    await scene.stopVigie();
    await scene.who('bob').unreact(post.id, YES);
    await scene.startVigie();
    await scene.who('zoe').react(post.id, YES);
    await scene.reads(post, /1 more needed/u);
    await meanwhile();
    expect(await replicas()).toBe(2);
  });

  it('after the expiry does nothing', async () => {
    scene = await Scene.open();
    const post = await danger();
    scene.clock.warp(31 * 60_000);
    await scene.who('bob').react(post.id, YES);
    await scene.reads(post, /Expired/u);
    expect(await replicas()).toBe(2);
  });

  it('on the post of a stale plan does not count for the new one', async () => {
    scene = await Scene.open();
    const first = await danger();
    const current = await scene.swarm.service('pad');
    await scene.swarm.update('pad', current.version, { replicas: 5 });
    await scene.who('bob').react(first.id, YES);
    await scene.reads(first, /Out of date/u);
    const second = await scene.post(/5 → 0/u);
    expect(second.id).not.toBe(first.id);
    await scene.who('bob').unreact(first.id, YES);
    await scene.who('bob').react(first.id, YES);
    await meanwhile();
    expect(await replicas()).toBe(5);
    await scene.who('bob').react(second.id, YES);
    await scene.reads(second, /Done in/u);
    expect(await replicas()).toBe(0);
  });
});

describe('a change', () => {
  it("runs on the requester's own ✅", async () => {
    scene = await Scene.open();
    const post = await change();
    expect(post.message).toMatch(/@alice: is this what you want/u);
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /Done in/u);
  });

  it('runs on a click, once, and the buttons go', async () => {
    scene = await Scene.open();
    await scene.openHttp();
    const post = await change();
    const answer = await scene.who('alice').click(post.id, 'approve');
    expect(answer.status).toBe(200);
    const done = await scene.reads(post, /Done in/u);
    expect(JSON.stringify(done.props)).not.toMatch(/"actions"/u);
    expect(await replicas()).toBe(3);
  });

  it('does not run on a click whose trigger the server did not sign', async () => {
    scene = await Scene.open();
    const url = await scene.openHttp();
    const post = await change();
    const answer = await fetch(`${url}/mattermost/action`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        user_id: scene.who('alice').id,
        channel_id: scene.ops.id,
        post_id: post.id,
        trigger_id: Buffer.from(`a:${scene.who('alice').id}:${scene.clock.now()}:c2ln`).toString('base64'),
        context: {},
      }),
    });
    expect(await answer.text()).toMatch(/could not be verified/u);
    await meanwhile();
    expect(await replicas()).toBe(2);
  });

  it('reminds at half-time, once', async () => {
    scene = await Scene.open();
    const post = await change();
    scene.clock.warp(16 * 60_000);
    await scene.reply(post, /@alice.*still waits/u);
    scene.clock.warp(60_000);
    await meanwhile();
    expect((await scene.admin.me.thread(post.id)).filter((reply) => /still waits/u.test(reply.message))).toHaveLength(1);
  });

  it("makes a plan stale when somebody edits vigie's post", async () => {
    scene = await Scene.open();
    const post = await change();
    await scene.admin.me.rest.tell('PUT', `/posts/${post.id}/patch`, { message: 'scale blog 9' });
    await scene.reads(post, /Somebody else edited this post/u);
    const again = await scene.post(/Waiting for a ✅/u);
    expect(again.id).not.toBe(post.id);
    expect(await replicas()).toBe(2);
  });

  it('is asked for again when the requester loses the role before it starts', async () => {
    scene = await Scene.open();
    const post = await change();
    await scene.admin.deactivate(scene.who('alice'));
    await scene.who('bob').react(post.id, YES);
    await until(
      async () => /Failed|Refused|Expired/u.test(textOf(await scene.admin.me.post(post.id))),
      'an end',
      () => scene.transcript(),
    );
    expect(await replicas()).toBe(2);
  });

  it('cannot be asked for by a member', async () => {
    scene = await Scene.open();
    const asked = await scene.say('zoe', '@vigie deploy pad v2');
    const reply = await scene.reply(asked, /You may not run/u);
    expect(reply.message).toMatch(/the role `operator`/u);
    expect(REGISTRY).toContain('lab');
  });
});
