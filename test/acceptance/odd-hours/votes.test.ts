import { afterEach, describe, expect, it } from 'vitest';
import { POLICY } from '#test/lab/parts.ts';
import { Scene, textOf, until } from '../scene.ts';

const YES = 'white_check_mark';
let scene: Scene;
afterEach(() => scene.close());

/** Two have to agree to a change. */
const two = { ...POLICY, rules: [{ match: { risk: 'change' as const }, set: { approvers: 2 } }] };

describe('the ✅ of somebody who was deactivated', () => {
  it('counts again once they are active again, and meanwhile the thread says that it does not', async () => {
    scene = await Scene.open({ policy: two });
    await scene.say('bob', '@vigie scale pad 3');
    const post = await scene.post(/scale pad/u);
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /alice/u);
    await scene.admin.deactivate(scene.who('alice'));
    await scene.reply(post, /alice.*(?:does not count|doesn't count)/u);
    await scene.who('bob').react(post.id, YES);
    await until(async () => (await scene.store.operations.votes(await only())).length === 2, "bob's vote");
    expect((await scene.store.operations.operation(await only()))?.state).toBe('waiting');
    await scene.admin.activate(scene.who('alice'));
    await scene.reads(post, /Done in/u);
  });

  it('counts once vigie is back, if that happened while it was away', async () => {
    scene = await Scene.open({ policy: two });
    await scene.say('bob', '@vigie scale pad 3');
    const post = await scene.post(/scale pad/u);
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /alice/u);
    await scene.admin.deactivate(scene.who('alice'));
    await scene.reply(post, /alice/u);
    await scene.who('bob').react(post.id, YES);
    await until(async () => (await scene.store.operations.votes(await only())).length === 2, "bob's vote");
    await scene.stopVigie();
    await scene.admin.activate(scene.who('alice'));
    await scene.startVigie();
    await scene.reads(post, /Done in/u);
  });
});

describe('a policy with two approvers', () => {
  it('says how many have to agree and who is asked, not only the requester', async () => {
    scene = await Scene.open({ policy: two });
    await scene.say('bob', '@vigie scale pad 3');
    const post = await scene.post(/scale pad/u);
    expect(textOf(post)).toMatch(/@bob.*@alice|@alice.*@bob/u);
    expect(textOf(post)).toMatch(/Waiting for 2 ✅/u);
    expect(textOf(post)).not.toMatch(/is this what you want/u);
    await scene.who('bob').react(post.id, YES);
    await scene.reads(post, /Waiting for 1 more ✅/u);
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /Done in/u);
  });
});

async function only(): Promise<string> {
  const [operation] = await scene.store.operations.operations({ limit: 1 });
  return operation?.id ?? '';
}
