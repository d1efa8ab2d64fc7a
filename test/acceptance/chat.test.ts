import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SEEDS } from '#domain/operation/emoji.ts';
import { handleRequest } from '#pipeline/operation/request.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { Scene, textOf, until } from './scene.ts';

const YES = 'white_check_mark';
const idOf = (post: SeenPost): string => /`(\w{3,5})`/u.exec(post.message)?.[1] ?? '';

/** What vigie answered to that very post, wherever it stands. */
async function answerTo(scene: Scene, asked: SeenPost, pattern: RegExp): Promise<SeenPost> {
  const key = `answer:post:${asked.id}`;
  return await until(
    async () => (await scene.vigiePosts(asked.channel_id)).find((post) => post.props['vigie_key'] === key && pattern.test(post.message)),
    `an answer like ${pattern}`,
    () => scene.transcript(),
  );
}

/** Connections that a restart broke may be found broken once. */
async function insist<T>(act: () => Promise<T>): Promise<T> {
  return await act().catch(act);
}

describe('what is a command', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open();
  });
  afterAll(() => scene.close());
  const seen = (post: SeenPost): Promise<boolean> => scene.store.operations.seen(`post:${post.id}`);
  /** Posts come to vigie in order: once this is answered, what was said before has been looked at. */
  async function answered(text = '@vigie whoami'): Promise<SeenPost> {
    const post = await scene.say('alice', text);
    await answerTo(scene, post, /You are/u);
    return post;
  }

  it.each([
    '@vigie whoami',
    '@Vigie whoami',
    '  @vigie   whoami',
    '@vigie: whoami',
    '@vigie, whoami',
    '@vigie\u00a0whoami',
    '@vigie\nwhoami',
    '@vigie me',
    '@vigie WHOAMI',
  ])('%j is one', async (text) => {
    await answered(text);
  });

  it('the mention alone asks for help', async () => {
    await answerTo(scene, await scene.say('alice', '@vigie'), /What is wrong\?/u);
  });

  it('what does not begin with the mention is none', async () => {
    const texts = [
      'ask @vigie scale pad 5',
      'hello\n@vigie scale pad 5',
      '@vigie-bot scale pad 5',
      '@vigiescale pad 5',
      '@vigie.scale pad 5',
      'vigie scale pad 5',
      '/ops scale pad 5',
      '@all scale pad 5',
      '\\@vigie scale pad 5',
    ];
    const posts: SeenPost[] = [];
    for (const text of texts) posts.push(await scene.say('alice', text));
    await answered();
    for (const post of posts) expect([post.message, await seen(post)]).toEqual([post.message, false]);
  });

  it('a post whose props say that an integration wrote it is none, whoever set them', async () => {
    const posts: SeenPost[] = [];
    for (const name of ['from_webhook', 'from_bot', 'from_plugin', 'override_username', 'webhook_display_name'])
      posts.push(await scene.who('alice').say(scene.ops.id, '@vigie scale pad 5', { props: { [name]: 'alice' } }));
    await answered();
    for (const post of posts) expect([post.props, await seen(post)]).toEqual([post.props, false]);
  });

  it('a post of another bot is none', async () => {
    const bot = await scene.admin.createBot('other');
    await scene.admin.addToChannel(scene.ops, bot);
    const post = await bot.say(scene.ops.id, '@vigie scale pad 5');
    await answered();
    expect(await seen(post)).toBe(false);
  });

  it("what another slash command says in a person's name is none", async () => {
    const trick = createServer((_request, answer) => {
      answer.setHeader('Content-Type', 'application/json');
      answer.end(JSON.stringify({ response_type: 'in_channel', text: '@vigie scale pad 5' }));
    });
    await new Promise<void>((resolve) => trick.listen(0, '127.0.0.1', resolve));
    const address = trick.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await scene.admin.createCommand({ id: scene.team.id }, { trigger: 'trick', url: `http://127.0.0.1:${port}/` });
    await scene.who('alice').slash(scene.ops.id, scene.team.id, '/trick');
    const post = await until(
      async () =>
        (await scene.admin.me.posts(scene.ops.id)).findLast(
          (each) => each.message === '@vigie scale pad 5' && each.props['from_webhook'] === 'true',
        ),
      'the answer of the trick',
    );
    await answered();
    expect([post.user_id, await seen(post)]).toEqual([scene.who('alice').id, false]);
    await new Promise((resolve) => trick.close(resolve));
  });

  it('an edit is none', async () => {
    const post = await scene.say('alice', 'good morning');
    await scene.who('alice').edit(post, '@vigie scale pad 5');
    await answered();
    expect(await seen(post)).toBe(false);
  });

  it('an edit of a command changes nothing of what was asked', async () => {
    const post = await scene.say('alice', '@vigie scale pad 3 --dry-run');
    await scene.who('alice').edit(post, '@vigie scale pad 5');
    await scene.post(/→ 3[\s\S]*|Dry run/u);
    await answered();
    expect((await scene.store.operations.operations({ limit: 10 })).map((each) => each.input['replicas'])).toEqual([3]);
  });

  it('a command said twice by the same post is run once', async () => {
    const post = await scene.say('alice', '@vigie scale blog 2 --dry-run');
    await scene.post(/scale blog/u);
    const request = {
      key: `post:${post.id}`,
      user: scene.who('alice').id,
      text: 'scale blog 2 --dry-run',
      means: 'post',
      place: { channel: scene.ops.id, root: post.id, direct: false },
      thread: null,
      at: post.create_at,
      late: false,
      edited: false,
      trigger: '',
    } as const;
    expect(await handleRequest(scene.vigie.context, request)).toEqual({ kind: 'duplicate' });
    const fresh = { ...request, key: 'post:again' };
    const both = await Promise.all([handleRequest(scene.vigie.context, fresh), handleRequest(scene.vigie.context, fresh)]);
    expect(both.map((ack) => ack.kind).toSorted()).toEqual(['accepted', 'duplicate']);
    expect(await scene.store.operations.operations({ target: 'blog', limit: 10 })).toHaveLength(2);
  });

  it('and none of all that changed anything', async () => {
    expect((await scene.swarm.service('pad')).replicas).toBe(2);
    expect((await scene.store.audit.entries({ since: 0, limit: 500 })).filter((entry) => entry.kind === 'started')).toEqual([]);
  });
});

describe('where vigie answers', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open();
  });
  afterAll(() => scene.close());

  it('a question in a thread is answered in that thread', async () => {
    const root = await scene.say('zoe', 'pad is slow');
    const asked = await scene.who('alice').say(scene.ops.id, '@vigie services', { rootId: root.id });
    expect((await answerTo(scene, asked, /🟢/u)).root_id).toBe(root.id);
  });

  it('a question in the channel is answered in the channel', async () => {
    expect((await answerTo(scene, await scene.say('alice', '@vigie services'), /🟢/u)).root_id).toBe('');
  });

  it('a refusal stands in the thread of the post that asked', async () => {
    const asked = await scene.say('alice', '@vigie depoly pad');
    expect((await scene.reply(asked, /Did you mean/u)).root_id).toBe(asked.id);
  });

  it('a direct message needs no mention, and is answered there', async () => {
    const dm = await scene.who('alice').dm(scene.bot.id);
    const asked = await scene.say('alice', 'services', dm.id);
    await answerTo(scene, asked, /`pad`/u);
    await scene.say('alice', '@vigie frobnicate', dm.id);
    await until(async () => (await scene.vigiePosts(dm.id)).some((post) => /Unknown action/u.test(post.message)), 'a refusal');
  });

  it('an operation asked for in a direct message is shown to everybody', async () => {
    const dm = await scene.who('alice').dm(scene.bot.id);
    await scene.say('alice', 'scale pad 4', dm.id);
    const post = await scene.post(/→ 4/u);
    expect([post.channel_id, post.root_id]).toEqual([scene.ops.id, '']);
  });

  it('a person without a role is told so, in a direct message too', async () => {
    const dm = await scene.who('eve').dm(scene.bot.id);
    await scene.say('eve', 'services', dm.id);
    await until(async () => (await scene.vigiePosts(dm.id)).some((post) => /You may not run `services`/u.test(post.message)), 'a refusal');
  });

  it('a channel has its language, and an action its names in both', async () => {
    const french = await scene.admin.createChannel({ id: scene.team.id }, { name: 'francais' });
    await scene.admin.addToChannel(french, scene.bot, scene.who('alice'));
    await scene.stopVigie();
    await scene.startVigie({ languages: { [french.id]: 'fr' } });
    await scene.say('alice', '@vigie supprimer', french.id);
    await until(async () => (await scene.vigiePosts(french.id)).some((post) => /Action inconnue/u.test(post.message)), 'French');
    await scene.say('alice', '@vigie déployer pad v2 --dry-run', french.id);
    const post = await until(
      async () => (await scene.vigiePosts(french.id)).find((each) => /Simulation\s: rien n’a été fait/u.test(textOf(each))),
      'French',
      () => scene.transcript(),
    );
    expect(textOf(post)).toMatch(/Image\*\* `pad:v1` → `pad:v2`/u);
    await scene.reply(await scene.say('alice', '@vigie supprimer'), /Unknown action/u);
  });
});

describe('a command that vigie did not hear', () => {
  let scene: Scene;
  afterEach(() => scene.close());
  /** A vigie that has looked at its channels: from then on it has a past there. */
  async function settled(): Promise<Scene> {
    const fresh = await Scene.open({ speed: 5 });
    await until(async () => (await fresh.store.cursors.cursor(fresh.ops.id)) !== null, 'the first look at the channel');
    return fresh;
  }

  it('is answered "I was away" when it is old, run when it is fresh, and either of them once', async () => {
    scene = await settled();
    await scene.stopVigie();
    const old = await scene.say('alice', '@vigie scale pad 5');
    scene.clock.warp(70_000);
    const fresh = await scene.say('alice', '@vigie scale pad 3');
    await scene.startVigie();
    expect((await scene.reply(old, /./u)).message).toBe('🚫 I was away when you said this: say it again if you still want it.');
    await scene.post(/→ 3/u);
    await scene.stopVigie();
    await scene.startVigie();
    await answerTo(scene, await scene.say('alice', '@vigie whoami'), /You are/u);
    expect((await scene.admin.me.thread(old.id)).slice(1)).toHaveLength(1);
    expect((await scene.store.operations.operations({ limit: 10 })).map((each) => each.input['replicas'])).toEqual([3]);
    expect(fresh.id).not.toBe(old.id);
  });

  it('is no command when it was said before vigie came to the channel', async () => {
    scene = await settled();
    const other = await scene.admin.createChannel({ id: scene.team.id }, { name: 'other' });
    await scene.admin.addToChannel(other, scene.who('alice'));
    const before = await scene.say('alice', '@vigie whoami', other.id);
    await scene.admin.addToChannel(other, scene.bot);
    await scene.stopVigie();
    await scene.startVigie();
    const after = await scene.say('alice', '@vigie whoami', other.id);
    await answerTo(scene, after, /You are/u);
    expect(await scene.store.operations.seen(`post:${before.id}`)).toBe(false);
  });

  it('for a moment, since the connection was cut, is run once', async () => {
    scene = await settled();
    for (const cut of [1, 2, 3]) {
      scene.mattermost.cutSockets(scene.bot.id);
      const asked = await scene.say('alice', `@vigie scale blog ${cut + 1} --dry-run`);
      await until(() => scene.store.operations.seen(`post:${asked.id}`), 'the command to be heard');
    }
    await scene.post(/→ 4/u);
    expect(await scene.store.operations.operations({ limit: 10 })).toHaveLength(3);
  });

  it('since Mattermost was started anew, is run once it is back', async () => {
    scene = await settled();
    await scene.mattermost.restart();
    const asked = await insist(() => scene.say('alice', '@vigie scale pad 3'));
    await scene.post(/→ 3/u);
    await scene.mattermost.restart();
    await answerTo(scene, await insist(() => scene.say('alice', '@vigie whoami')), /You are/u);
    expect(await scene.store.operations.seen(`post:${asked.id}`)).toBe(true);
    expect(await scene.store.operations.operations({ limit: 10 })).toHaveLength(1);
  });

  it('is found even if reading what was missed fails at first and others speak meanwhile', async () => {
    scene = await settled();
    await scene.stopVigie();
    const missed = await scene.say('alice', '@vigie whoami');
    scene.mattermost.faults.failNext(3, 503, 'GET /users/me/teams/');
    await scene.startVigie();
    await answerTo(scene, await scene.say('bob', '@vigie whoami'), /You are `bob`/u);
    await answerTo(scene, missed, /You are `alice`/u);
  });
});

describe('the post of an operation', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it('is edited at most once a second, and shows the last state in the end', async () => {
    scene = await Scene.open({ speed: 10 });
    await scene.say('alice', '@vigie scale pad 4');
    const post = await scene.post(/→ 4/u);
    await scene.who('alice').react(post.id, YES);
    const done = await scene.reads(post, /Done in/u);
    const versions = scene.mattermost.history(post.id);
    expect(versions.length).toBeGreaterThan(2);
    for (const [index, version] of versions.slice(1).entries())
      expect(version.update_at - (versions[index]?.update_at ?? 0)).toBeGreaterThanOrEqual(990);
    expect(textOf(done)).toMatch(/4\/4 running/u);
  });

  it.each([
    ['the answer to its creation is lost', 1],
    ['three answers in a row are lost', 3],
  ])('is there once though %s', async (_what, times) => {
    scene = await Scene.open();
    scene.mattermost.faults.loseAnswers(times, 'POST /posts');
    await scene.say('alice', '@vigie scale pad 3').catch(() => undefined);
    await until(async () => (await scene.admin.me.posts(scene.ops.id)).length > 0, 'the command');
    const post = await scene.post(/→ 3/u);
    await until(async () => (await scene.admin.me.reactions(post.id)).length === SEEDS.waiting.length, 'its reactions');
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /Done in/u);
    expect(await scene.vigiePosts()).toHaveLength(1);
  });

  it.each<[what: string, status: number, times: number, headers: Record<string, string>]>([
    ['a rate limit', 429, 1, { 'X-RateLimit-Reset': '2' }],
    ['an outage of a proxy', 502, 2, {}],
    ['a broken connection', 0, 2, {}],
  ])('survives %s', async (_what, status, times, headers) => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 3');
    scene.mattermost.faults.failNext(times, status, 'POST /posts', headers);
    const post = await scene.post(/→ 3/u);
    scene.mattermost.faults.failNext(times, status, 'PUT /posts', headers);
    scene.mattermost.faults.failNext(1, status, 'POST /reactions', headers);
    await until(async () => {
      await scene
        .who('alice')
        .react(post.id, YES)
        .catch(() => undefined);
      return (await scene.admin.me.reactions(post.id)).some((reaction) => reaction.user_id === scene.who('alice').id);
    }, "Alice's ✅");
    await scene.reads(post, /Done in/u);
    expect((await scene.vigiePosts()).filter((each) => each.root_id === '' && /scale pad/u.test(each.message))).toHaveLength(1);
  });

  it('tells the truth afterwards when Mattermost was down while it ran', async () => {
    scene = await Scene.open({ speed: 10 });
    await scene.say('alice', '@vigie scale pad 4');
    const post = await scene.post(/→ 4/u);
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /Running/u);
    await scene.mattermost.stop();
    const id = idOf(post);
    await until(async () => (await scene.store.operations.operation(id))?.state === 'succeeded', 'the operation to end without Mattermost');
    await scene.mattermost.restart();
    expect(textOf(await scene.reads(post, /Done in/u))).toMatch(/4\/4 running/u);
  });

  it('that somebody deleted asks again in a new one', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie scale pad 3');
    const post = await scene.post(/→ 3/u);
    await scene.admin.me.remove(post);
    const again = await until(
      async () => (await scene.vigiePosts()).find((each) => each.id !== post.id && /Waiting for a ✅/u.test(textOf(each))),
      'another post',
      () => scene.transcript(),
    );
    await scene.who('alice').react(again.id, YES);
    await scene.reads(again, /Done in/u);
  });
});

describe('text from outside', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open();
  });
  afterAll(() => scene.close());
  const HOSTILE = '@all @channel @bob `code` | [click](http://evil) **now** ~town-square <b> # ```';
  const fileOf = async (post: SeenPost): Promise<string> =>
    (await scene.who('alice').rest.request('GET', `/files/${post.file_ids?.[0] ?? ''}`)).text;

  it('in long logs comes as a file; the newest lines are shown', async () => {
    for (let line = 1; line <= 40; line += 1) scene.swarm.say('pad', 'stdout', `line ${line}`);
    const answer = await answerTo(scene, await scene.say('alice', '@vigie logs pad'), /42 lines/u);
    expect(answer.file_ids).toHaveLength(1);
    expect(answer.message).toMatch(/line 40\n```$/u);
    expect(answer.message).not.toMatch(/line 28\n/u);
    expect((await fileOf(answer)).trim().split('\n')).toHaveLength(42);
  });

  it('in very long lines is cut in the post, and far beyond what anybody reads in the file', async () => {
    scene.swarm.say('blog', 'stdout', 'x'.repeat(20_000));
    const answer = await answerTo(scene, await scene.say('alice', '@vigie logs blog'), /2 lines/u);
    expect(answer.message.length).toBeLessThan(1_000);
    expect(answer.message).toContain('… (+19760)');
    expect(await fileOf(answer)).toContain(`${'x'.repeat(4_000)}… (+16000)`);
  });

  it('in many long lines shows the newest', async () => {
    for (let line = 1; line <= 20; line += 1) scene.swarm.say('blog', 'stdout', `${line} ${'y'.repeat(1_500)}`);
    const answer = await answerTo(scene, await scene.say('alice', '@vigie logs blog'), /2\d lines/u);
    expect(answer.message).toMatch(/^20 y/mu);
    expect(answer.message).not.toMatch(/^9 y/mu);
    expect(answer.message.length).toBeLessThan(3_900);
  });

  it('in logs mentions nobody and stays in its block', async () => {
    scene.swarm.createService({ name: 'evil', image: 'registry.lab:5000/pad:v1', replicas: 1 });
    for (const line of [HOSTILE, '````', '@bob look', '|a|b|', '# title']) scene.swarm.say('evil', 'stderr', line);
    const listener = await scene.who('bob').listen();
    const answer = await answerTo(scene, await scene.say('alice', '@vigie logs evil'), /6 lines/u);
    const heard = await listener.waitFor((one) => one.event === 'posted' && one.post?.id === answer.id);
    listener.close();
    expect(heard.data?.['mentions']).toBeUndefined();
    const [, fence = '', inside] = /\n(`{3,})\n([\s\S]*)\n\1$/u.exec(answer.message) ?? [];
    expect([fence.length, inside]).toEqual([5, ['listening on port 8080', HOSTILE, '````', '@bob look', '|a|b|', '# title'].join('\n')]);
  });

  it('in a name of a service stays in its line', async () => {
    scene.swarm.createService({ name: 'a|b `@all` [x](http://evil)', image: 'registry.lab:5000/pad:v1', replicas: 1 });
    const answer = await answerTo(scene, await scene.say('alice', '@vigie services'), /a∣b/u);
    const row = answer.message.split('\n').find((line) => line.includes('a∣b')) ?? '';
    expect(row).toMatch(/^- 🟢 1\/1 ``/u);
    expect(row).not.toContain('|');
    expect(row).toContain('``a∣b `@all` [x](http://evil)``');
    scene.swarm.removeService('a|b `@all` [x](http://evil)');
  });

  it('in the reason of an emergency is shown as it was typed and notifies nobody by itself', async () => {
    const listener = await scene.who('zoe').listen();
    await scene.say('alice', `@vigie restart pad --emergency "${HOSTILE}"`);
    const post = await scene.post(/restart pad/u);
    await scene.who('alice').react(post.id, 'white_check_mark');
    const told = await scene.reply(post, /🚨/u);
    const heard = await listener.waitFor((one) => one.event === 'posted' && one.post?.id === told.id);
    listener.close();
    expect(heard.data?.['mentions']).toBeUndefined();
    expect(told.message).toMatch(/^🚨 @bob emergency: alice runs \*\*restart pad\*\*/u);
    const safe =
      '@\u200ball @\u200bchannel @\u200bbob \\`code\\` \\| \\[click\\](http:\u200b//evil) \\*\\*now\\*\\* \\~town-square \\<b\\> \\# \\`\\`\\`';
    expect(told.message).toContain(`Reason: ${safe}.`);
    expect(textOf(post)).toContain(safe);
  });

  it('in a command that is not understood is quoted as code', async () => {
    const reply = await scene.reply(await scene.say('alice', '@vigie @all`**x**`'), /Unknown action/u);
    expect(reply.message).toBe('🚫 Unknown action `` @all`**x**` ``. `help` lists what there is.');
  });
});

describe('a slash command', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open();
    await scene.openHttp();
  });
  afterAll(() => scene.close());
  async function slash(username: string, text: string): Promise<string> {
    const answer = await scene.who(username).slash(scene.ops.id, scene.team.id, text);
    expect([answer.status, answer.json]).toMatchObject([200, { response_type: 'ephemeral' }]);
    return JSON.parse(answer.text).text;
  }

  it('is acknowledged in private, and its plan stands in the channel', async () => {
    expect(await slash('alice', '/ops scale pad 3 --dry-run')).toMatch(/^👍 `\w+`: \*\*scale pad\*\*\. The plan comes in the channel\.$/u);
    await scene.post(/Dry run/u);
  });

  it('that is refused is refused in private: the channel hears nothing', async () => {
    const before = (await scene.vigiePosts()).length;
    expect(await slash('alice', '/ops depoly pad')).toBe('🚫 Unknown action `depoly`. Did you mean `deploy`?');
    expect(await slash('eve', '/ops scale pad 3')).toMatch(/^🚫 You may not run/u);
    expect(await slash('zoe', '/ops whoami')).toMatch(/^You are `zoe`, with the role `member`/u);
    expect(await slash('zoe', '/ops help')).toMatch(/What is wrong\?/u);
    expect(await slash('zoe', '/ops')).toMatch(/What is wrong\?/u);
    expect(await scene.vigiePosts()).toHaveLength(before);
  });

  it('that reads is answered in the channel', async () => {
    expect(await slash('zoe', '/ops services')).toBe('👍 The answer is in the channel.');
    await scene.post(/`pad`/u);
  });

  it('may refuse, and never approves', async () => {
    await slash('alice', '/ops scale pad 0');
    const post = await scene.post(/→ 0[\s\S]*⚠️/u);
    expect(await slash('bob', `/ops approve ${idOf(post)}`)).toMatch(/could have been sent in your name/u);
    expect(await slash('bob', `/ops deny ${idOf(post)}`)).toBe(`👍 Your vote on \`${idOf(post)}\` is counted.`);
    await scene.reads(post, /Refused by bob/u);
  });
});

describe('the click on a button that Mattermost delivers twice', () => {
  it('counts once, and the second is told so', async () => {
    const rules = [{ match: { action: 'scale' }, set: { approvers: 2, approvedBy: ['operator', 'member'] } }];
    const scene = await Scene.open({
      policy: {
        roles: [
          { name: 'operator', may: ['read', 'change'], approves: ['change'] },
          { name: 'member', may: ['read'], approves: ['change'] },
        ],
        rules,
      },
    });
    await scene.openHttp();
    await scene.say('alice', '@vigie scale pad 3');
    const post = await scene.post(/→ 3/u);
    const { gateway } = scene.vigie;
    const clicks: Parameters<typeof gateway.click>[0][] = [];
    const click = gateway.click.bind(gateway);
    Object.assign(gateway, { click: async (one: (typeof clicks)[number]) => (clicks.push(one), await click(one)) });
    expect((await scene.who('bob').click(post.id, 'approve')).status).toBe(200);
    await scene.reads(post, /1 more needed/u);
    const [first] = clicks;
    expect(first === undefined ? '' : await click(first)).toBe('That was received already.');
    await scene.close();
  });
});
