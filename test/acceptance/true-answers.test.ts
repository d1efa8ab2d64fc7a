import { afterEach, describe, expect, it } from 'vitest';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { Scene, textOf, until } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const react = (who: string, post: { readonly id: string }, emoji: string): Promise<unknown> => scene.who(who).react(post.id, emoji);

/** Somebody asks, and the post of the plan is there. */
async function ask(who: string, command: string, waits = /^⏳/u): Promise<{ readonly post: SeenPost; readonly id: string }> {
  await scene.say(who, `@vigie ${command}`);
  const post = await scene.post(waits);
  return { post, id: /`([a-z0-9]{3,})`/u.exec(post.message)?.[1] ?? '' };
}

/** What a read answers. */
async function answer(who: string, command: string, pattern: RegExp): Promise<string> {
  await scene.say(who, `@vigie ${command}`);
  return textOf(await scene.post(pattern));
}

async function slash(who: string, text: string, channel: string): Promise<string> {
  const user = scene.who(who).id;
  const { gateway } = scene.vigie;
  return await gateway.slash({
    trigger: scene.mattermost.triggerOf(user),
    command: 'ops',
    text,
    user,
    channel,
    root: null,
    direct: false,
  });
}

describe('an answer', () => {
  it('names whoever asked for the operation, not whoever looks', async () => {
    scene = await Scene.open();
    const { id } = await ask('alice', 'scale pad 3');
    expect(await answer('zoe', `show ${id}`, /\*\*scale pad\*\* · waiting/u)).toContain('· waiting · alice,');
  });

  it('shows an operation and what was refused, by names, before all that was merely read', async () => {
    scene = await Scene.open();
    for (let read = 0; read < 3; read += 1) await scene.say('zoe', '@vigie services');
    await scene.say('zoe', '@vigie scale pad 3');
    await scene.post(/You may not|may not/u);
    const { post } = await ask('alice', 'scale pad 3');
    await react('bob', post, 'white_check_mark');
    await scene.reads(post, /^✅/u);
    const audit = await answer('alice', 'audit', /entr(?:y|ies)\*\* in the last/u);
    expect(audit).toMatch(/\*\*scale pad\*\* `\w+` · alice · ✅ ..?bob · done/u);
    expect(audit).toMatch(/`scale pad 3` · zoe · refused/u);
    expect(audit).toMatch(/and 3 reads \(`audit --reads`\)/u);
    expect(await answer('alice', 'audit --reads', /services\*\* · zoe · read/u)).toMatch(/services/u);
  });

  it('proposes to go back to what does not run, and says what is off', async () => {
    scene = await Scene.open();
    const first = await ask('alice', 'deploy pad v2', /deploy pad\*\* ·/u);
    await react('alice', first.post, 'white_check_mark');
    await scene.reads(first.post, /^✅/u);
    expect(await answer('alice', 'releases pad', /pad\*\* runs/u)).toContain('`rollback pad --to 1`');
    const off = await ask('alice', 'scale blog 0', /scale blog\*\* ·/u);
    await react('bob', off.post, 'white_check_mark');
    await scene.reads(off.post, /^✅/u);
    expect(await answer('alice', 'services', /\*\*2 services\*\*/u)).toMatch(/1 scaled to zero[^]*⚪ 0\/0 `blog`/u);
    expect(await answer('alice', 'status', /nothing is firing/u)).toContain('⚪ scaled to zero: `blog`');
  });

  it('tells whoever has no role who they are', async () => {
    scene = await Scene.open();
    expect(await answer('eve', 'whoami', /You are/u)).toContain('You have no role here');
    await scene.say('eve', '@vigie services');
    await scene.post(/`whoami` shows yours/u);
  });
});

describe('a crowd of tasks', () => {
  it.each([
    ['pad', 4, false],
    ['pad', 5, true],
    ['blog', 2, false],
    ['blog', 3, true],
  ])('needs a second person: %s at %i is a danger: %s', async (service, replicas, danger) => {
    scene = await Scene.open();
    const { post } = await ask('alice', `scale ${service} ${replicas}`, /scale \w+\*\* ·/u);
    expect(textOf(post).includes('somebody else than alice')).toBe(danger);
    expect(/more tasks?, up to \d+ on each of/u.test(textOf(post))).toBe(danger);
  });
});

describe('an emergency', () => {
  const EMERGENCY = 'scale pad 0 --emergency "the site is down"';

  it('is told to the others once it is confirmed, and can be closed once it is over', async () => {
    scene = await Scene.open();
    const { post, id } = await ask('alice', EMERGENCY);
    await scene.say('bob', `@vigie close ${id}`);
    await scene.post(/did nothing: it is waiting, so there is nothing to close/u);
    expect((await scene.admin.me.thread(post.id)).filter((each) => each.message.includes('🚨 @bob'))).toEqual([]);
    await react('alice', post, 'white_check_mark');
    await scene.reply(post, /🚨 @bob emergency: alice runs \*\*scale pad\*\*/u);
    await scene.reads(post, /^✅[^]*stays open until somebody else types/u);
    await scene.say('bob', `@vigie close ${id}`);
    await scene.reads(post, /closed by bob/u);
  });

  it('that was dropped before it ran is in no list', async () => {
    scene = await Scene.open();
    const { post } = await ask('alice', EMERGENCY);
    await react('alice', post, 'x');
    expect(textOf(await scene.reads(post, /Refused by alice/u))).not.toContain('stays open');
    expect(await answer('alice', 'operations', /Nothing is open/u)).toContain('Nothing is open');
  });
});

describe('a waiting post', () => {
  it('keeps the names of those who may approve', async () => {
    const rules = [{ match: { action: 'scale' }, set: { risk: 'danger' as const, approvers: 2 } }];
    const roles = [
      { name: 'operator', may: ['read', 'change', 'danger'] as const, approves: ['change', 'danger'] as const },
      { name: 'member', may: ['read'] as const, approves: ['danger'] as const },
    ];
    scene = await Scene.open({ policy: { roles, rules } });
    const { post } = await ask('alice', 'scale pad 3');
    expect(post.message).toContain('@bob @zoe: 2 of you have to agree');
    await react('bob', post, 'white_check_mark');
    expect((await scene.reads(post, /1 more needed/u)).message).toContain('@bob @zoe: 2 of you have to agree');
  });

  it('that somebody else stops mentions its requester', async () => {
    scene = await Scene.open();
    const { post } = await ask('alice', 'scale pad 3');
    await react('bob', post, 'x');
    await scene.reply(post, /@alice ⏹️ \*\*scale pad\*\* was refused by bob/u);
  });
});

describe('a slash command where vigie is no member', () => {
  it('is answered to whoever asked alone, who is told to invite it', async () => {
    scene = await Scene.open();
    await scene.openHttp();
    const elsewhere = await scene.admin.createChannel({ id: scene.team.id }, { name: 'elsewhere' });
    await scene.admin.addToChannel(elsewhere, scene.who('alice'));
    const told = await slash('alice', 'services', elsewhere.id);
    expect(told).toMatch(/\*\*2 services\*\*/u);
    expect(told).toMatch(/vigie isn't a member here\. `\/invite` it/u);
    expect(await slash('alice', 'scale pad 3', elsewhere.id)).toMatch(/the plan comes in the operations channel/u);
    expect(await scene.vigiePosts(elsewhere.id)).toEqual([]);
    await until(async () => (await scene.vigiePosts()).some((post) => post.message.includes('scale pad')), 'the plan');
    expect((await scene.vigiePosts()).filter((post) => post.message.includes('2 services'))).toEqual([]);
  });
});

describe('a role that nobody has', () => {
  it('is told at the start, once for each reason', async () => {
    scene = await Scene.open();
    const hidden = await scene.admin.createChannel({ id: scene.team.id }, { name: 'hidden', private: true });
    await scene.admin.addToChannel(hidden, scene.who('zoe'));
    await scene.stopVigie();
    await scene.startVigie({
      roles: [{ role: 'operator', users: ['alice', 'nobdy'], groups: ['gone'], channels: ['hidden'] }],
      named: [{ name: 'eve', place: 'oncall' }],
    });
    await scene.post(/Nobody in Mattermost is called `nobdy`/u);
    await scene.post(/vigie sees no channel `hidden`.*invite vigie there/u);
    await scene.post(/There is no group `gone`/u);
    await scene.post(/`eve` stands in `vigie.yaml` \(`oncall`\) and has no role/u);
  });
});
