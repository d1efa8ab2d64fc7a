import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDirectory } from '#adapters/mattermost/directory.ts';
import { createRest } from '#adapters/mattermost/rest.ts';
import { VigieError } from '#kernel/errors.ts';
import type { Directory } from '#ports/chat.ts';
import type { Person } from '#test/lab/mattermost/person.ts';
import { POLICY } from '#test/lab/parts.ts';
import { Scene, until } from './scene.ts';

/** What somebody is told in private for a slash command. */
async function slash(scene: Scene, person: { readonly id: string }, text: string): Promise<string> {
  return await scene.vigie.gateway.slash({
    trigger: scene.mattermost.triggerOf(person.id),
    command: 'ops',
    text,
    user: person.id,
    channel: scene.ops.id,
    root: null,
    direct: false,
  });
}

describe('a role', () => {
  let scene: Scene;
  let people: Readonly<Record<string, Person>>;
  beforeAll(async () => {
    scene = await Scene.open();
    const { admin, team } = scene;
    const named = ['gina', 'paul', 'pia', 'dora', 'rita', 'nora'] as const;
    const made = Object.fromEntries(
      await Promise.all(
        named.map(
          async (username) =>
            [username, await admin.createPerson({ username, ...(username === 'rita' ? { remoteId: 'r'.repeat(26) } : {}) })] as const,
        ),
      ),
    );
    const guest = await admin.createPerson({ username: 'gus', guest: true });
    const bot = await admin.createBot('cron');
    people = { ...made, gus: guest, cron: bot };
    const closed = await admin.createChannel({ id: team.id }, { name: 'admins', private: true });
    const open = await admin.createChannel({ id: team.id }, { name: 'everybody' });
    await admin.addToChannel(
      closed,
      scene.bot,
      guest,
      bot,
      ...Object.values(made).filter(({ username }) => ['paul', 'dora', 'rita'].includes(username)),
    );
    await admin.addToChannel(open, scene.bot, ...Object.values(made));
    scene.mattermost.synchroniseGroup('sysadmins', ...Object.values(made).filter(({ username }) => username === 'gina'));
    await scene.stopVigie();
    await scene.startVigie({
      roles: [
        { role: 'operator', users: ['alice'], groups: ['sysadmins'], channels: ['admins'] },
        { role: 'member', users: [], groups: ['no-such-group'], channels: ['everybody', 'no-such-channel'] },
      ],
    });
  });
  afterAll(() => scene.close());
  const who = (username: string): Person => people[username] ?? scene.who(username);

  it.each([
    ['alice', 'by user name'],
    ['gina', 'by a group'],
    ['paul', 'by a private channel'],
  ])('is held by %s, %s', async (username) => {
    expect(await slash(scene, who(username), 'whoami')).toMatch(new RegExp(`^You are \`${username}\`, with the role \`operator\``, 'u'));
    expect(await slash(scene, who(username), 'scale pad 2 --dry-run')).toMatch(/^👍/u);
  });

  it.each([
    ['pia', 'a member of a public channel alone'],
    ['nora', 'a member of nothing'],
    ['gus', 'a guest in the private channel'],
    ['cron', 'a bot in the private channel'],
    ['rita', 'somebody of another server in the private channel'],
  ])('is not held by %s, %s', async (username) => {
    for (const command of ['services', 'scale pad 2']) expect(await slash(scene, who(username), command)).toMatch(/^🚫 You may not run/u);
    expect(await slash(scene, who(username), 'whoami')).toMatch(username === 'cron' ? /^🚫/u : /You have no role here/u);
  });

  it('of somebody who was deactivated is gone at once', async () => {
    expect(await slash(scene, who('dora'), 'scale pad 2 --dry-run')).toMatch(/^👍/u);
    await scene.admin.deactivate(who('dora'));
    scene.clock.warp(2_000);
    expect(await slash(scene, who('dora'), 'scale pad 2')).toMatch(/^🚫 You may not run `scale`/u);
  });

  it('of somebody who left the channel is gone at once for what has effects, in a minute for what reads', async () => {
    expect(await slash(scene, who('paul'), 'services')).toMatch(/2 services/u);
    await until(
      async () => (await scene.vigie.context.people.holding(['operator'], 'fresh')).some(({ username }) => username === 'paul'),
      'Paul',
    );
    const channels: { id: string; name: string }[] = JSON.parse(
      (await scene.bot.rest.request('GET', `/users/me/teams/${scene.team.id}/channels`)).text,
    );
    await scene.admin.removeFromChannel({ id: channels.find(({ name }) => name === 'admins')?.id ?? '' }, who('paul'));
    scene.clock.warp(2_000);
    expect(await slash(scene, who('paul'), 'scale pad 2')).toMatch(/^🚫 You may not run `scale`/u);
    scene.clock.warp(61_000);
    expect(await slash(scene, who('paul'), 'services')).toMatch(/^🚫 You may not run `services`/u);
  });

  it('is asked of an account that Mattermost does not know', async () => {
    expect(await slash(scene, { id: 'z'.repeat(26) }, 'services')).toBe(
      `🚫 Mattermost does not know this account any more (\`${'z'.repeat(26)}\`).`,
    );
  });
});

describe('when Mattermost cannot say who has which role', () => {
  let scene: Scene;
  let unreachable: () => boolean;
  afterEach(() => scene.close());
  /** A vigie that has known Mattermost's people, and may lose sight of them. */
  async function open(): Promise<void> {
    unreachable = () => false;
    scene = await Scene.open({ speed: 5 });
    await until(async () => (await scene.store.cursors.cursor(scene.ops.id)) !== null, 'the first look at the channel');
    await scene.stopVigie();
    await scene.startVigie({ directory: losable() });
    for (const username of ['alice', 'bob']) await slash(scene, scene.who(username), 'whoami');
  }
  function losable(): Directory {
    const directory = createDirectory(createRest({ url: scene.mattermost.url, token: scene.bot.token, clock: scene.clock }));
    const whenThere = async <T>(look: () => Promise<T>): Promise<T> => {
      if (unreachable()) throw new VigieError('chat_unreachable', { host: 'lab', reason: 'connection refused' });
      return await look();
    };
    return {
      account: (id) => whenThere(() => directory.account(id)),
      byUsername: (username) => whenThere(() => directory.byUsername(username)),
      byUsernames: (usernames) => whenThere(() => directory.byUsernames(usernames)),
      groupMembers: (group) => whenThere(() => directory.groupMembers(group)),
      channelMembers: (channel) => whenThere(() => directory.channelMembers(channel)),
      channel: (name) => whenThere(() => directory.channel(name)),
      shared: (channel, user) => whenThere(() => directory.shared(channel, user)),
    };
  }
  const local = async (account: string, text: string): Promise<{ readonly ok: boolean; readonly said: string }> => {
    const told: string[] = [];
    const { ok } = await scene.vigie.gateway.local({ account, text }, (line) => told.push(line), AbortSignal.timeout(5_000));
    return { ok, said: told.join('\n') };
  };

  it('what reads goes on with what was known, what has effects is refused, and a stranger is nobody', async () => {
    await open();
    unreachable = () => true;
    scene.clock.warp(61_000);
    const refused = "🚫 Mattermost can't say who has which role now, so nothing with effects is done. Try again in a minute.";
    expect(await slash(scene, scene.who('alice'), 'scale pad 3')).toBe(refused);
    expect(await slash(scene, scene.who('alice'), 'whoami')).toMatch(/^You are `alice`, with the role `operator`/u);
    expect(await slash(scene, scene.who('eve'), 'services')).toBe(refused);
    expect(await scene.store.operations.operations({ limit: 10 })).toEqual([]);
  });

  it('an approved operation waits: its voters cannot be looked up', async () => {
    await open();
    await scene.say('alice', '@vigie scale pad 0');
    const post = await scene.post(/→ 0/u);
    const latest = async () => (await scene.store.operations.operations({ limit: 1 }))[0];
    let lost = true;
    const { people } = scene.vigie.context;
    const person = people.person.bind(people);
    Object.assign(people, {
      person: async (...asked: Parameters<typeof person>) => {
        if (lost && (await latest())?.state === 'approved') throw new VigieError('directory_unreachable', { reason: 'HTTP 503' });
        return await person(...asked);
      },
    });
    await scene.who('bob').react(post.id, 'white_check_mark');
    await scene.reads(post, /it has to wait[\s\S]*Mattermost can't say who has which role now/u);
    expect((await scene.swarm.service('pad')).replicas).toBe(2);
    lost = false;
    await scene.reads(post, /Done in/u);
  });

  it("somebody at vigie's own machine still asks, a second account approves, and one account is one vote", async () => {
    await open();
    unreachable = () => true;
    await scene.mattermost.stop();
    const { ok, said } = await local('root', 'scale pad 0');
    expect([ok, said]).toEqual([
      true,
      expect.stringMatching(/Replicas 2 → 0[\s\S]*from another account with: vigie do "approve \w+ \w+"/u),
    ]);
    const [, id = '', plan = ''] = /approve (\w+) (\w+)"/u.exec(said) ?? [];
    expect(await local('root', `approve ${id}`)).toEqual({ ok: false, said: `You asked for it: somebody else has to approve ${id}.` });
    expect((await local('backup', `approve ${id}`)).said).toMatch(
      new RegExp(`^Say which plan you mean: write approve ${id} ${plan},`, 'u'),
    );
    expect((await local('backup', `approve ${id} ${plan}`)).ok).toBe(true);
    await until(
      async () => (await scene.store.operations.operation(id))?.state === 'succeeded',
      'the end',
      async () => JSON.stringify(await scene.store.operations.operation(id)),
    );
    expect((await scene.swarm.service('pad')).replicas).toBe(0);
  });

  it('an account that the configuration does not know is nobody', async () => {
    await open();
    expect(await local('nobody', 'services')).toEqual({
      ok: false,
      said: 'The account nobody belongs to nobody vigie knows: add it to socket.accounts in vigie.yaml.',
    });
    expect(await local('__proto__', 'services')).toMatchObject({ ok: false });
    expect((await local('root', 'depoly pad')).said).toBe('Unknown action depoly. Did you mean deploy?');
    expect((await local('root', 'help')).said).toMatch(/What is wrong\?/u);
  });
});

describe('what a role may do', () => {
  it('can be changed by action and target, and help shows only that', async () => {
    const scene = await Scene.open({
      policy: { ...POLICY, rules: [{ match: { action: 'restart', target: 'blog' }, set: { roles: ['member', 'operator'] } }] },
    });
    expect(await slash(scene, scene.who('zoe'), 'restart blog --dry-run')).toMatch(/^👍/u);
    expect(await slash(scene, scene.who('zoe'), 'restart pad --dry-run')).toMatch(/^🚫 You may not run `restart`/u);
    expect(await slash(scene, scene.who('zoe'), 'help')).not.toMatch(/`deploy`/u);
    expect(await slash(scene, scene.who('alice'), 'help')).toMatch(/`deploy`/u);
    expect(await slash(scene, scene.who('zoe'), 'help deploy')).toMatch(/Your roles do not allow it/u);
    await scene.close();
  });
});
