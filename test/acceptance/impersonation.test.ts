import { afterEach, describe, expect, it } from 'vitest';
import type { SeenChannel, SeenPost } from '#test/lab/mattermost/seen.ts';
import { POLICY } from '#test/lab/parts.ts';
import { Scene, textOf, until } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const YES = 'white_check_mark';
const replicas = async (): Promise<number | null> => (await scene.swarm.service('pad')).replicas;
const idOf = (post: SeenPost): string => /`(\w{3,5})`/u.exec(post.message)?.[1] ?? '';
const planOf = (post: SeenPost): string => /plan (\w{6})/u.exec(JSON.stringify(post.props))?.[1] ?? '';
/** Long enough for what was attempted to have had its effect, if it had one. */
const meanwhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));
const operations = () => scene.store.operations.operations({ limit: 10 });

/** Somebody who knows the slash token says what they like to vigie's address; `from` is whom they say they are. What it answers them. */
async function forge(text: string, { from = 'alice', trigger = 'made-up', channel = scene.ops.id } = {}): Promise<string> {
  const place = { channel, root: null, direct: false };
  return await scene.vigie.gateway.slash({ trigger, command: 'ops', text, user: scene.who(from).id, ...place });
}
/** What Mattermost signed for somebody, as every integration that they touch is given it. */
const signed = (username: string): string => scene.mattermost.triggerOf(scene.who(username).id);
describe('whoever holds the slash token', () => {
  it("can't speak in somebody's name without Mattermost's signature, neither to change nor to read", async () => {
    scene = await Scene.open();
    const stale = signed('alice');
    scene.clock.warp(60_000);
    const other = signed('bob');
    for (const trigger of ['made-up', stale, other])
      for (const text of ['scale pad 0', 'silence rule=* 1d quiet', 'services', 'deny p7k'])
        expect(await forge(text, { trigger })).toMatch(/Mattermost did not sign this command for you/u);
    expect([await operations(), await scene.vigiePosts()]).toEqual([[], []]);
    const audit = await scene.store.audit.entries({ since: 0, limit: 50 });
    expect(audit.filter(({ kind }) => kind === 'refused')).toHaveLength(12);
  });

  it('can play a signature back once only, whatever for', async () => {
    scene = await Scene.open();
    const trigger = signed('alice');
    expect(await forge('scale pad 3', { trigger })).toMatch(/👍/u);
    expect(await forge('scale pad 4', { trigger })).toMatch(/received already/u);
    // The same words in another writing are the same signature.
    expect(await forge('scale pad 5', { trigger: `${trigger} ` })).toMatch(/received already/u);
    await until(async () => (await operations()).length === 1, 'the operation');
  });

  it('gets no danger done by playing a signature back: its author confirms it, and is no second person by that', async () => {
    scene = await Scene.open();
    await forge('scale pad 0', { trigger: signed('alice') });
    const post = await scene.post(/scale pad/u);
    expect(textOf(post)).toMatch(/@bob: do you approve\?\n@alice: was it you who asked for this by slash command\?/u);
    expect(textOf(post)).toMatch(/Waiting for 1 ✅ from somebody else, and alice's own/u);
    await scene.who('bob').react(post.id, YES);
    await scene.reads(post, /Waiting for alice's ✅/u);
    await meanwhile();
    expect(await replicas()).toBe(2);
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /Done in/u);
    expect(await replicas()).toBe(0);
    const started = (await scene.store.audit.entries({ since: 0, limit: 100 })).find(({ kind }) => kind === 'started');
    expect(started?.detail['approvers']).toEqual([scene.who('bob').id]);
  });

  it("gets no danger done with its author's confirmation alone", async () => {
    scene = await Scene.open();
    await forge('scale pad 0', { trigger: signed('alice') });
    const post = await scene.post(/scale pad/u);
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /Waiting for 1 ✅ from somebody else$/mu);
    await meanwhile();
    expect(await replicas()).toBe(2);
  });

  it('is betrayed when the request expires: its author learns that somebody used their name', async () => {
    scene = await Scene.open();
    await forge('scale pad 0', { trigger: signed('alice') });
    const post = await scene.post(/scale pad/u);
    await scene.who('bob').react(post.id, YES);
    scene.clock.warp(31 * 60_000);
    await scene.reads(post, /Expired/u);
    const told = await scene.reply(post, /in your name by slash command/u);
    expect(told.message).toMatch(/@alice: \*\*scale pad\*\*.*you did not confirm it: nothing was done/u);
  });

  it("can't run an emergency in somebody's name", async () => {
    scene = await Scene.open();
    await forge('scale pad 0 --emergency "now"', { trigger: signed('alice') });
    const post = await scene.post(/scale pad\*\* ·/u);
    await scene.who('bob').react(post.id, YES);
    await meanwhile();
    expect(await replicas()).toBe(2);
  });

  it('gets an answer shown only where the author and vigie both are; elsewhere it is private, and a plan stands in the operations channel', async () => {
    scene = await Scene.open();
    const { admin, team } = scene;
    const secret = await admin.createChannel({ id: team.id }, { name: 'elsewhere', private: true });
    await admin.addToChannel(secret, scene.bot, scene.who('eve'));
    const outside = await admin.createChannel({ id: team.id }, { name: 'without-vigie' });
    await admin.addToChannel(outside, scene.who('alice'));
    for (const channel of [secret.id, outside.id, 'z'.repeat(26)]) {
      expect(await forge('services', { trigger: signed('alice'), channel })).toMatch(/2 services/u);
      await forge('restart pad --dry-run', { trigger: signed('alice'), channel });
    }
    await until(async () => (await operations()).length === 3, 'three operations');
    expect((await operations()).map(({ place }) => place.channel)).toEqual([scene.ops.id, scene.ops.id, scene.ops.id]);
    await until(async () => (await scene.vigiePosts()).length === 3, 'three posts');
    expect(await postsOf(secret)).toEqual([]);
    expect(await postsOf(outside)).toEqual([]);
  });
});

async function postsOf({ id }: Pick<SeenChannel, 'id'>): Promise<readonly string[]> {
  return (await scene.admin.me.posts(id)).filter(({ user_id: user }) => user === scene.bot.id).map(({ message }) => message);
}

describe('where the server signs nothing', () => {
  const parts = { verifyTrigger: async () => ({ kind: 'unsigned' }) as const };

  it('everything with effects that comes by slash command waits for its author, safe or not, and nobody else can stand in', async () => {
    scene = await Scene.open({ parts });
    await forge('silence rule=* 1h "be quiet"');
    const safe = await scene.post(/silence/u);
    expect(textOf(safe)).toMatch(/Waiting for alice's ✅/u);
    await scene.who('bob').react(safe.id, YES);
    await forge('scale pad 3', { trigger: 'another' });
    const change = await scene.post(/→ 3/u);
    await scene.who('bob').react(change.id, YES);
    await meanwhile();
    expect([await replicas(), scene.vigie.alerting.desk.book.silences.size]).toEqual([2, 0]);
    await scene.who('alice').react(safe.id, YES);
    await scene.reads(safe, /Done in/u);
    await scene.who('alice').react(change.id, YES);
    await scene.reads(change, /Done in/u);
    expect(await replicas()).toBe(3);
  });

  it('what is read is told to the author alone, never to whoever sent the command', async () => {
    scene = await Scene.open({ parts });
    expect(await forge('services')).toMatch(/The answer is in our direct messages/u);
    expect(await forge('whoami', { trigger: 'another' })).toMatch(/The answer is in our direct messages/u);
    const direct = await scene.who('alice').dm(scene.bot.id);
    await until(async () => (await scene.who('alice').posts(direct.id)).some(({ message }) => /2 services/u.test(message)), 'the letter');
    expect(await scene.vigiePosts()).toEqual([]);
  });
});

describe('a post that was edited', () => {
  it('is no command when it is caught up after an outage', async () => {
    scene = await Scene.open();
    await until(async () => (await scene.store.cursors.cursor(scene.ops.id)) !== null, 'the first look at the channel');
    await scene.stopVigie();
    const post = await scene.say('alice', 'good night');
    await scene.admin.me.rest.tell('PUT', `/posts/${post.id}/patch`, { message: `@${scene.bot.username} scale pad 0` });
    await scene.startVigie();
    await scene.reply(post, /edited before I read it/u);
    expect(await operations()).toEqual([]);
  });
});

describe('a typed approve', () => {
  it('names its plan or stands in its thread: one that its author typed before they could see a plan counts for none', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 0');
    const first = await scene.post(/2 → 0/u);
    const bare = await scene.say('bob', `@vigie approve ${idOf(first)}`);
    await scene.reply(bare, new RegExp(`write \`approve ${idOf(first)} ${planOf(first)}\``, 'u'));
    const { version } = await scene.swarm.service('pad');
    await scene.swarm.update('pad', version, { replicas: 5 });
    await scene.who('bob').react(first.id, YES);
    const second = await scene.post(/5 → 0/u);
    // Bob typed this with the first plan before his eyes.
    const late = await scene.say('bob', `@vigie approve ${idOf(first)} ${planOf(first)}`);
    await scene.reply(late, /is not the plan that `\w+` has now/u);
    const thread = await scene.who('bob').say(scene.ops.id, `@${scene.bot.username} approve ${idOf(first)}`, { rootId: first.id });
    await until(
      async () =>
        (await scene.admin.me.thread(first.id)).some(
          ({ message, create_at: at }) => at > thread.create_at && /Say which plan/u.test(message),
        ),
      'the refusal',
    );
    await meanwhile();
    expect(await replicas()).toBe(5);
    await scene.who('bob').say(scene.ops.id, `@${scene.bot.username} approve ${idOf(first)}`, { rootId: second.id });
    await scene.reads(second, /Done in/u);
  });
});

describe("somebody who edits vigie's post", () => {
  /** What an administrator may do to anybody's post. */
  const rewrite = async (post: SeenPost, message: string): Promise<void> =>
    await scene.admin.me.rest.tell('PUT', `/posts/${post.id}/patch`, { message });

  it.each([
    ['and leaves it so', false],
    ['and puts it back before anybody looks', true],
  ])('gets no vote for other words than those that stood there when it was cast: %s', async (_how, putsBack) => {
    scene = await Scene.open({
      policy: { ...POLICY, rules: [{ match: { action: 'scale' }, set: { approvers: 2, approvedBy: ['operator', 'member'] } }] },
    });
    await scene.say('alice', '@vigie scale pad 3');
    const post = await scene.post(/→ 3/u);
    // The first vote makes vigie edit its own post; the second one follows at once on the administrator's edit.
    await scene.who('bob').react(post.id, YES);
    await rewrite(post, 'restart blog');
    await scene.who('zoe').react(post.id, YES);
    if (putsBack) await rewrite(post, post.message);
    await scene.reads(post, /Somebody else edited this post|Out of date/u);
    await meanwhile();
    expect(await replicas()).toBe(2);
    const again = await scene.post(/Waiting for 2 ✅|Waiting for a ✅/u);
    expect(again.id).not.toBe(post.id);
  });

  it.each<[where: string, change: (attachment: Record<string, unknown>) => Record<string, unknown>]>([
    ['above it', (attachment) => ({ ...attachment, pretext: 'This only restarts blog' })],
    ['as if somebody else had written it', (attachment) => ({ ...attachment, author_name: 'This only restarts blog' })],
    ['as a picture', (attachment) => ({ ...attachment, image_url: 'http://127.0.0.1:1/harmless.png' })],
    ['on a button', (attachment) => ({ ...attachment, actions: [{ id: 'go', type: 'button', name: 'Restart blog' }] })],
    ['so that it is no attachment any more', () => ({ title: 5 })],
  ])('gets no vote for words that stand %s', async (_where, change) => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 3');
    const post = await scene.post(/→ 3/u);
    const attachments = [post.props['attachments']].flat().map((each) => change(Object(each)));
    await scene.admin.me.rest.tell('PUT', `/posts/${post.id}/patch`, { props: { ...post.props, attachments } });
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /Somebody else edited this post/u);
    expect(await replicas()).toBe(2);
  });

  it("isn't covered up by an edit of vigie's own that comes first", async () => {
    scene = await Scene.open({ speed: 1 });
    await scene.say('alice', '@vigie scale pad 3');
    const post = await scene.post(/→ 3/u);
    scene.mattermost.cutSockets(scene.bot.id);
    await rewrite(post, 'restart blog');
    await scene.store.operations.commit({ say: [await cardOf(idOf(post))] });
    scene.vigie.context.wake();
    await scene.reads(post, /Somebody else edited this post/u);
    expect(await replicas()).toBe(2);
  });

  async function cardOf(id: string) {
    const { operationPost } = await import('#domain/operation/card.ts');
    const operation = await scene.store.operations.operation(id);
    if (operation === null) throw new Error('no operation');
    return operationPost(operation, { missing: 1 });
  }
});

describe('an emergency', () => {
  const two = {
    roles: [
      { name: 'admin', may: ['read', 'safe', 'change', 'danger'], approves: ['change', 'danger'] },
      { name: 'operator', may: ['read', 'safe', 'change', 'danger'], approves: [] },
    ],
    rules: [{ match: { action: 'scale' }, set: { approvers: 2, approvedBy: ['admin'] } }],
  } as const;
  const roles = [
    { role: 'admin', users: ['bob', 'zoe'], groups: [], channels: [] },
    { role: 'operator', users: ['alice'], groups: [], channels: [] },
  ];
  const emergency = async (who: string): Promise<SeenPost> => {
    await scene.say(who, '@vigie scale pad 0 --emergency "the site is down"');
    return await scene.post(/scale pad\*\* ·/u);
  };

  it('replaces one second person and nothing else: whoever may ask but not approve needs one who may', async () => {
    scene = await Scene.open({ policy: two, parts: { roles } });
    const post = await emergency('alice');
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /Waiting for 1 ✅ from somebody else$/mu);
    await meanwhile();
    expect(await replicas()).toBe(2);
    await scene.who('bob').react(post.id, YES);
    await scene.reads(post, /Done in/u);
  });

  it('where the policy wants two others, one who could approve still needs the second', async () => {
    scene = await Scene.open({
      policy: two,
      parts: { roles: [{ ...roles[0], role: 'admin', groups: [], channels: [], users: ['alice', 'bob', 'zoe'] }] },
    });
    const post = await emergency('alice');
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /Waiting for 1 ✅ from somebody else$/mu);
    await scene.who('zoe').react(post.id, YES);
    await scene.reads(post, /Done in/u);
  });

  it('is not confirmed by somebody else, nor on a click', async () => {
    scene = await Scene.open();
    await scene.openHttp();
    const post = await emergency('alice');
    await scene.who('bob').react(post.id, YES);
    expect(JSON.stringify(post.props)).not.toMatch(/"id":"approve"/u);
    await meanwhile();
    expect(await replicas()).toBe(2);
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /Done in/u);
  });
});
