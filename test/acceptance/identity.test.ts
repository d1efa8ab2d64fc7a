import { afterEach, describe, expect, it } from 'vitest';
import { verdictOf } from '#domain/operation/emoji.ts';
import { VigieError } from '#kernel/errors.ts';
import { createDirectory } from '#adapters/mattermost/directory.ts';
import { createRest } from '#adapters/mattermost/rest.ts';
import { parseConfig } from '#config/load.ts';
import { loadAssets } from '#app/app/assets.ts';
import { people } from '#app/app/people.ts';
import { lookAtPeople } from '#app/app/doctor-people.ts';
import type { Directory } from '#ports/chat.ts';
import type { Pager } from '#ports/pager.ts';
import { POLICY } from '#test/lab/parts.ts';
import { secretFile } from '#test/config/sample.ts';
import { Scene, textOf, until, type SceneOptions } from './scene.ts';

const assets = await loadAssets();

let scene: Scene;
afterEach(() => scene.close());

const YES = 'white_check_mark';
const replicas = async (): Promise<number | null> => (await scene.swarm.service('pad')).replicas;
const meanwhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 200));
/** What somebody is told in private for a slash command. */
async function slash({ id }: { readonly id: string }, text: string): Promise<string> {
  const place = { channel: scene.ops.id, root: null, direct: false };
  return await scene.vigie.gateway.slash({ trigger: scene.mattermost.triggerOf(id), command: 'ops', text, user: id, ...place });
}
async function local(account: string, text: string): Promise<string> {
  const told: string[] = [];
  await scene.vigie.gateway.local({ account, text }, (line) => told.push(line), AbortSignal.timeout(5_000));
  return told.join('\n');
}
function pager(rung: string[]): Pager {
  return { name: 'phone', minSeverity: 'info', page: async ({ title }) => void rung.push(title), close: async () => undefined };
}
/** Until every name was looked up once. */
async function open(options: SceneOptions = {}): Promise<void> {
  scene = await Scene.open(options);
  await scene.vigie.context.people.refresh();
}
/** Alice becomes alice2, and Eve takes her name. */
async function takeOver(): Promise<void> {
  await scene.who('alice').rename('alice2');
  await scene.who('eve').rename('alice');
  scene.clock.warp(2_000);
  await scene.vigie.context.people.refresh();
}

describe('whoever takes a name of the configuration', () => {
  it('has neither its role nor its account; its first bearer keeps both, and everybody is told and paged', async () => {
    const rung: string[] = [];
    await open({ parts: { pagers: new Map([['phone', pager(rung)]]) } });
    await takeOver();
    expect(await slash(scene.who('eve'), 'scale pad 0 --dry-run')).toMatch(/^🚫 You may not run/u);
    expect(await slash(scene.who('alice'), 'scale pad 3 --dry-run')).toMatch(/^👍/u);
    const told = await scene.post(/another account bears the name `alice`/u);
    expect(told.message).toMatch(/vigie people confirm alice/u);
    expect(await local('root', 'whoami')).toMatch(/You are alice2/u);
    await until(() => rung.includes('Another account bears the name alice'), 'the page');
    scene.clock.warp(61_000);
    await scene.vigie.context.people.refresh();
    expect((await scene.vigiePosts()).filter(({ message }) => /bears the name/u.test(message))).toHaveLength(1);
    const audit = await scene.store.audit.entries({ since: 0, limit: 100 });
    expect(audit.filter(({ kind }) => kind === 'pinned').map(({ detail }) => detail['name'])).toContain('alice');
    expect(audit.find(({ kind }) => kind === 'name-taken')?.detail).toMatchObject({ name: 'alice', found: scene.who('eve').id });
  });

  it("can't approve by it, also after a restart", async () => {
    await open();
    await takeOver();
    await scene.stopVigie();
    await scene.startVigie();
    await scene.say('bob', '@vigie scale pad 0');
    const post = await scene.post(/2 → 0/u);
    await scene.who('eve').react(post.id, YES);
    await scene.reply(post, /does not count/u);
    expect(await replicas()).toBe(2);
  });

  it('is meant once somebody confirms it on the machine, and doctor says how until then', async () => {
    await open();
    await takeOver();
    const loaded = configured();
    const said: string[] = [];
    const print = (text: string, code: number): number => {
      said.push(text);
      return code;
    };
    const names = async () => (await lookAtPeople(loaded.config, String, assets)).find(({ what }) => what === 'names');
    expect(await names()).toMatchObject({ ok: false, detail: expect.stringContaining('vigie people confirm alice') });
    expect(await people(loaded, [], print)).toBe(1);
    expect(said.join('\n')).toMatch(/✗ alice leads to \w{26} now\. If that is meant: vigie people confirm alice/u);
    expect(await people(loaded, ['confirm', 'bob'], print)).toBe(1);
    expect(await people(loaded, ['confirm', '@alice'], print)).toBe(0);
    scene.clock.warp(61_000);
    expect(await slash(scene.who('eve'), 'whoami')).toMatch(/known as `alice` since/u);
    expect(await slash(scene.who('alice'), 'scale pad 3')).toMatch(/^🚫 You may not run/u);
    expect(await names()).toMatchObject({ ok: true, detail: expect.stringContaining(`@alice is ${scene.who('eve').id}`) });
  });
});

/** A configuration as of this scene. */
function configured(operators = 'alice, bob') {
  const { admin, bot, folder } = scene;
  const text = `language: en
state: ${folder}
mattermost: { url: ${admin.me.url}, token: '\${file:${secretFile('bot', bot.token)}}', operations_channel: ops }
socket: { accounts: { root: alice } }
roles: { operator: { users: [${operators}], may: [read, change, danger], approves: [change, danger] } }
`;
  return parseConfig(text, 'vigie.yaml');
}

describe('a name that nobody bears yet', () => {
  it('is named by doctor: whoever registers it first would have what it gives', async () => {
    await open();
    const findings = await lookAtPeople(configured('alice, nobody-yet').config, String, assets);
    expect(findings.filter(({ ok }) => !ok).map(({ detail }) => detail)).toContainEqual(
      expect.stringMatching(/^nobody is called nobody-yet/u),
    );
  });
});

describe('a channel that gives a role', () => {
  const roles = [
    { role: 'operator', users: ['alice'], groups: [], channels: ['admins'] },
    { role: 'member', users: ['zoe'], groups: [], channels: [] },
  ];
  /** Eve makes a team of her own, with a private channel of that name, and brings vigie there. */
  async function imitate(name: string): Promise<void> {
    const team = await scene.admin.createTeam({ name: 'eves-team' });
    const channel = await scene.admin.createChannel({ id: team.id }, { name, private: true });
    await scene.admin.addToChannel(channel, scene.bot, scene.who('eve'));
  }
  async function make(): Promise<{ readonly id: string }> {
    const channel = await scene.admin.createChannel({ id: scene.team.id }, { name: 'admins', private: true });
    await scene.admin.addToChannel(channel, scene.bot, scene.who('bob'));
    return channel;
  }

  it('is named without its team only as long as no other team has one: then it gives nobody a role, and everybody is told', async () => {
    await open({ parts: { roles } });
    await make();
    scene.clock.warp(61_000);
    expect(await slash(scene.who('bob'), 'scale pad 3 --dry-run')).toMatch(/^👍/u);
    await imitate('admins');
    scene.clock.warp(61_000);
    for (const name of ['eve', 'bob']) expect(await slash(scene.who(name), 'scale pad 3 --dry-run')).toMatch(/^🚫 You may not run/u);
    expect((await scene.post(/several teams have a channel `admins`/u)).message).toMatch(/Write `team\/admins`/u);
  });

  it.each([
    ['by its team', 'picasoft/admins'],
    ['by its id', null],
  ])('is told apart %s', async (_how, name) => {
    await open();
    const channel = await make();
    await scene.stopVigie();
    await scene.startVigie({ roles: [{ role: 'operator', users: [], groups: [], channels: [name ?? channel.id] }] });
    await imitate('admins');
    scene.clock.warp(61_000);
    expect(await slash(scene.who('bob'), 'scale pad 3 --dry-run')).toMatch(/^👍/u);
    expect(await slash(scene.who('eve'), 'scale pad 3 --dry-run')).toMatch(/^🚫 You may not run/u);
  });

  it('stays the one that it was: another one that takes its name gives nobody a role', async () => {
    await open({ parts: { roles } });
    const channel = await make();
    scene.clock.warp(61_000);
    expect(await slash(scene.who('bob'), 'scale pad 3 --dry-run')).toMatch(/^👍/u);
    await scene.admin.me.rest.tell('DELETE', `/channels/${channel.id}`);
    await imitate('admins');
    scene.clock.warp(61_000);
    expect(await slash(scene.who('eve'), 'scale pad 3 --dry-run')).toMatch(/^🚫 You may not run/u);
    await scene.post(/the channel `admins` is another one now/u);
  });

  it('does not count for a vote until somebody has been in it for as long as the policy wants', async () => {
    const policy = { ...POLICY, rules: [{ match: { risk: 'danger' }, set: { settledMs: 86_400_000 } }] } as const;
    await open({ policy });
    const channel = await make();
    await scene.stopVigie();
    // Whoever is there when vigie first looks has always been there.
    await scene.startVigie({ roles });
    await scene.vigie.context.people.refresh();
    await scene.admin.addToChannel({ ...channel, team_id: scene.team.id }, scene.who('eve'));
    await scene.say('alice', '@vigie scale pad 0');
    const post = await scene.post(/2 → 0/u);
    await scene.who('eve').react(post.id, YES);
    const reply = await scene.reply(post, /@eve.*does not count/u);
    expect(reply.message).toMatch(/for at least 1\sday: yours is younger/u);
    await meanwhile();
    expect(await replicas()).toBe(2);
    await scene.who('bob').react(post.id, YES);
    await scene.reads(post, /Done in/u);
    scene.clock.warp(25 * 3_600_000);
    await scene.say('alice', '@vigie scale pad 2');
    await scene.who('alice').react((await scene.post(/0 → 2/u)).id, YES);
    await scene.post(/`pad`: 2\/2/u);
    await scene.say('alice', '@vigie scale pad 0');
    const later = await until(
      async () => (await scene.vigiePosts()).findLast((each) => /2 → 0/u.test(textOf(each)) && each.id !== post.id),
      'the second plan',
    );
    await scene.who('eve').react(later.id, YES);
    await scene.reads(later, /Done in/u);
  });
});

describe('the operations channel', () => {
  it('stays the one that it was when another team makes one of its name', async () => {
    await open({ parts: { names: { users: [], channels: ['ops'] } } });
    const team = await scene.admin.createTeam({ name: 'eves-team' });
    const channel = await scene.admin.createChannel({ id: team.id }, { name: 'ops', private: true });
    await scene.admin.addToChannel(channel, scene.bot, scene.who('eve'));
    await scene.stopVigie();
    await scene.startVigie({ names: { users: [], channels: ['ops'] } });
    expect(scene.vigie.context.operationsChannel).toBe(scene.ops.id);
    await scene.post(/several teams have a channel `ops`/u);
    expect(await scene.vigiePosts(channel.id)).toEqual([]);
  });
});

describe('a group', () => {
  it('gives a role only if it is synchronised from a directory: its own members may change any other', async () => {
    await open({ parts: { roles: [{ role: 'operator', users: ['alice'], groups: ['tech', 'ldap-tech'], channels: [] }] } });
    await scene.admin.createGroup('tech', scene.who('eve'));
    scene.mattermost.synchroniseGroup('ldap-tech', scene.who('bob'));
    scene.clock.warp(61_000);
    expect(await slash(scene.who('eve'), 'scale pad 3 --dry-run')).toMatch(/^🚫 You may not run/u);
    expect(await slash(scene.who('bob'), 'scale pad 3 --dry-run')).toMatch(/^👍/u);
    await scene.post(/the group `tech` gives nobody a role: it isn't synchronised from a directory \(`custom`\)/u);
  });
});

describe('an emoji', () => {
  it.each(['white_check_mark', 'heavy_check_mark', '+1', 'thumbsup', '+1_light_skin_tone', 'thumbsup_medium_dark_skin_tone'])(
    'of the system approves: %s',
    (name) => expect(verdictOf(name)).toBe('approve'),
  );
  it.each([
    'white_check_mark_tone1',
    'white_check_mark_dark_skin_tone',
    'x_light_skin_tone',
    '+1_tone4',
    '+1_light_light_skin_tone',
    'White_check_mark',
    'stop_sign',
    'constructor',
    '__proto__',
    '',
  ])('that anybody may have added means nothing: %j', (name) => expect(verdictOf(name)).toBeNull());
});

describe('roles while Mattermost is away', () => {
  /** What Mattermost says until it is lost. */
  function losable(lost: () => boolean): Directory {
    const directory = createDirectory(createRest({ url: scene.mattermost.url, token: scene.bot.token, clock: scene.clock }));
    return new Proxy(directory, {
      get: (target, name, receiver) => {
        const method: unknown = Reflect.get(target, name, receiver);
        if (typeof method !== 'function') return method;
        return async (...given: unknown[]): Promise<unknown> => {
          if (lost()) throw new VigieError('chat_unreachable', { host: 'lab', reason: 'connection refused' });
          return await Reflect.apply(method, target, given);
        };
      },
    });
  }

  it('serve the command line for a day, also over a restart, and no longer', async () => {
    await open({ speed: 1 });
    let lost = false;
    await scene.stopVigie();
    await scene.startVigie({ directory: losable(() => lost) });
    await scene.vigie.context.people.refresh();
    lost = true;
    scene.clock.warp(23 * 3_600_000);
    expect(await local('root', 'scale pad 3 --dry-run')).toMatch(/Replicas 2 → 3/u);
    await scene.stopVigie();
    await scene.startVigie({ directory: losable(() => lost) });
    expect(await local('root', 'scale pad 4 --dry-run')).toMatch(/Replicas 2 → 4/u);
    scene.clock.warp(2 * 3_600_000);
    expect(await local('root', 'scale pad 5 --dry-run')).toMatch(/is older than socket\.offline_for \(1\sday\)/u);
  });

  it('are asked for now and then, so that they are young when it goes away on a quiet day', async () => {
    await open();
    let asked = 0;
    await scene.stopVigie();
    const directory = losable(() => false);
    await scene.startVigie({
      directory: {
        ...directory,
        byUsernames: async (names) => {
          asked += 1;
          return await directory.byUsernames(names);
        },
      },
    });
    await until(() => asked >= 1, 'the first look');
    const before = asked;
    await until(() => {
      scene.clock.warp(16 * 60_000);
      return asked > before;
    }, 'the next look');
  });
});
