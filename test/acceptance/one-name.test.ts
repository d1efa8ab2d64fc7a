import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PolicyRule } from '#domain/operation/policy.ts';
import { inventoryOf } from '#config/parts.ts';
import { parseConfig } from '#config/load.ts';
import { FACTS, GUEST_FACTS, POLICY } from '#test/lab/parts.ts';
import { added, KEY_REFERENCE } from '#test/config/sample.ts';
import { REGISTRY, Scene, until, type SceneOptions } from './scene.ts';

let scene: Scene;
const meanwhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 200));
const latest = async () => (await scene.store.operations.operations({ limit: 1 }))[0];

/** Nobody but an administrator may do anything to this one; there is no administrator. */
const closed = (target: string): PolicyRule => ({ match: { target }, set: { roles: ['admin'] } });
async function open(rules: readonly PolicyRule[], options: SceneOptions = {}): Promise<void> {
  scene = await Scene.open({
    policy: { roles: [...POLICY.roles, { name: 'admin', may: ['read', 'safe', 'change', 'danger'], approves: ['danger'] }], rules },
    ...options,
  });
}

describe('a rule on a name', () => {
  /** Read at each request: one scene serves all of them. */
  const rules: PolicyRule[] = [];
  beforeAll(() => open(rules));
  afterAll(() => scene.close());

  it.each([
    ['pica01', 'start 101'],
    ['pica01', 'stop pica01'],
    ['pica01', 'snapshot 101'],
    ['pica01', 'backup vm:pica01'],
    ['PICA01', 'stop 101'],
    ['monit*', 'migrate 103 alice'],
    ['101', 'stop pica01'],
    ['vm:pica01', 'stop 101'],
    ['pad', 'backup db:pad'],
    ['db:pad', 'backup pad'],
    ['pad', 'drill db:pad'],
    ['PAD', 'restore db:pad --into other'],
    ['pica01', 'snapshots 101'],
    ['pica01', 'snapshots pica01'],
    ['pad', 'backups db:pad'],
    ['pica01', 'backups vm:pica01'],
    ['pad', 'metrics cpu pad'],
  ])('%s holds for `%s`, whatever was typed', async (target, command) => {
    rules.splice(0, rules.length, closed(target));
    await scene.reply(await scene.say('alice', `@vigie ${command}`), /You may not run/u);
  });
});

describe('a rule on the name of something', () => {
  afterEach(() => scene.close());

  it('holds for the undoing of what was done to it', async () => {
    await open([]);
    await scene.say('alice', '@vigie backup pad');
    await scene.post(/backup pad[\s\S]*Done in/u);
    await scene.say('alice', '@vigie restore pad');
    const plan = await scene.post(/restore pad\*\* ·[\s\S]*Waiting/u);
    await scene.who('bob').react(plan.id, 'white_check_mark');
    await scene.reads(plan, /Done in/u);
    const id = (await latest())?.id ?? '';
    await scene.stopVigie();
    await scene.startVigie({ policy: { roles: [...POLICY.roles, { name: 'admin', may: [], approves: [] }], rules: [closed('pad')] } });
    await scene.reply(await scene.say('alice', `@vigie restore-undo ${id}`), /You may not run/u);
  });

  it('holds for every name of a machine', async () => {
    const { config } = parseConfig(
      added(`hosts:
  pica01: { ssh: { host: root@pica01, key: "${KEY_REFERENCE}", host_key: SHA256:${'A'.repeat(43)} }, aliases: [pica01.picasoft.net] }`),
      'vigie.yaml',
    );
    const inventory = inventoryOf(config);
    expect(inventory.namesOf('pica01.picasoft.net')).toEqual(['pica01', 'pica01.picasoft.net']);
    await open([closed('pica01')], {
      parts: { inventory: { ...inventory, service: (name) => ({ ...FACTS, name }), guest: (name) => ({ ...GUEST_FACTS, name }) } },
    });
    for (const command of ['space pica01.picasoft.net', 'clean pica01.picasoft.net'])
      await scene.reply(await scene.say('alice', `@vigie ${command}`), /You may not run/u);
  });
});

describe('what is done to one thing', () => {
  afterEach(() => scene.close());

  it('is shown, stored and audited under its one name', async () => {
    await open([]);
    await scene.say('alice', '@vigie snapshot 101');
    await scene.post(/snapshot pica01\*\*/u);
    expect((await latest())?.target).toBe('pica01');
    expect(await scene.store.operations.operations({ target: 'pica01', limit: 5 })).toHaveLength(1);
    const audit = await scene.store.audit.entries({ since: 0, limit: 50 });
    expect(audit.find(({ kind }) => kind === 'planned')?.detail).toMatchObject({ target: 'pica01' });
  });

  it('stands in the way of the same thing under another name', async () => {
    await open([]);
    await scene.say('alice', '@vigie stop 101');
    await scene.say('alice', '@vigie stop pica01');
    await until(
      async () => (await scene.store.operations.operations({ limit: 5 })).filter(({ plan }) => plan !== null).length === 2,
      'both',
    );
    const plans = (await scene.store.operations.operations({ limit: 5 })).map(({ plan }) => plan?.locks);
    expect(plans[0]).toEqual(plans[1]);
  });
});

describe('an image from another registry', () => {
  afterEach(() => scene.close());

  it('is named with its registry in full, and to go back to it is as dangerous as to go to it', async () => {
    await open([], { services: { pad: { repositories: [`${REGISTRY}/pad`] } } });
    scene.swarm.registry.push('elsewhere.lab/pad:v2');
    await scene.say('alice', '@vigie deploy pad elsewhere.lab/pad:v2');
    const out = await scene.post(/deploy pad\*\* ·/u);
    await scene.reads(out, /`registry\.lab:5000\/pad:v1` → `elsewhere\.lab\/pad:v2`/u);
    await scene.who('bob').react(out.id, 'white_check_mark');
    await scene.reads(out, /runs `elsewhere\.lab\/pad:v2`/u);
    await scene.say('alice', '@vigie rollback pad');
    const home = await scene.post(/rollback pad\*\* ·/u);
    await scene.reads(home, /`elsewhere\.lab\/pad:v2` → `registry\.lab:5000\/pad:v1`/u);
    await scene.who('alice').react(home.id, 'white_check_mark');
    await scene.reads(home, /Done in/u);
    await scene.say('alice', '@vigie rollback pad --to 2');
    const again = await until(
      async () => (await scene.vigiePosts()).findLast(({ id, message }) => /rollback pad/u.test(message) && id !== home.id),
      'the second way back',
    );
    await scene.reads(again, /→ `elsewhere\.lab\/pad:v2`[\s\S]*⚠️ This image is not from/u);
    await scene.who('alice').react(again.id, 'white_check_mark');
    await scene.reply(again, /somebody else has to approve/u);
    await meanwhile();
    expect((await scene.swarm.service('pad')).image.repository).toBe(`${REGISTRY}/pad`);
  });
});
