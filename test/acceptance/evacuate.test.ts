import { afterEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { GB } from '#test/lab/hypervisor/guest.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { Scene, textOf, until, type SceneOptions } from './scene.ts';

const YES = 'white_check_mark';

let scene: Scene;
afterEach(() => scene.close());

/** bob with pica02 and monitoring, which alice has room for: pica01 isn't there. */
async function open(options: SceneOptions = {}): Promise<void> {
  scene = await Scene.open({ speed: 50, ...options });
  scene.hypervisor.removeGuest('pica01');
}

/** What a person reads, with ordinary spaces. */
function wordsOf(post: SeenPost): string {
  return textOf(post).replaceAll('\u00a0', ' ');
}

async function ask(command: string, pattern: RegExp): Promise<SeenPost> {
  await scene.say('alice', `@vigie ${command}`);
  return await scene.post(pattern);
}

async function agreed(command: string, end = /Done in/u): Promise<string> {
  const post = await ask(command, /Waiting for/u);
  await scene.who('bob').react(post.id, YES);
  return wordsOf(await scene.reads(post, end));
}

const idIn = (text: string): string => /`evacuate-undo (\w+)`/u.exec(text)?.[1] ?? '';
const tasks = (): readonly (readonly [string, number | null])[] => scene.hypervisor.history().map(({ kind, vmid }) => [kind, vmid]);

async function nodeOf(name: string): Promise<string> {
  return (await scene.hypervisor.guest(name)).node;
}

describe('evacuate', () => {
  it('takes along what was written since their last replication alone, snapshots too, where disks are replicated there', async () => {
    await open();
    const pica02 = scene.hypervisor.known('pica02');
    pica02.snapshots.push({ name: 'before', description: '', takenAt: 0, parent: null, withMemory: false, content: 'fresh' });
    scene.hypervisor.removeGuest('monitoring');
    expect(wordsOf(await ask('evacuate bob', /None of the guests/u))).toContain('snapshots on a disk of its own machine');
    scene.hypervisor.replication.add(pica02, 'alice', scene.clock.now());
    expect(await agreed('evacuate bob')).toContain('`bob` is empty: `pica02` has moved.');
  });

  it('moves all guests off a hypervisor, one after the other, in the order of the configuration', async () => {
    await open({ guests: { monitoring: { order: 1 } } });
    scene.hypervisor.createGuest({ vmid: 110, name: 'old', node: 'bob', running: false });
    const post = await ask('evacuate bob', /Waiting for/u);
    const plan = wordsOf(post);
    expect(plan).toContain('**Moves 3 guests off `bob`**');
    expect(plan).toMatch(/1\. `monitoring` to alice, without stopping it; its disks go along, 52 GB/u);
    expect(plan).toMatch(/2\. `pica02` to alice, without stopping it; .*\n3\. `old` to alice; it is off/u);
    await scene.who('bob').react(post.id, YES);
    const done = wordsOf(await scene.reads(post, /Done in/u));
    expect(done).toContain('`bob` is empty: `monitoring`, `pica02`, and `old` have moved.');
    expect(tasks()).toEqual([
      ['qmigrate', 103],
      ['qmigrate', 102],
      ['qmigrate', 110],
    ]);
    expect((await scene.hypervisor.guests()).every(({ node }) => node === 'alice')).toBe(true);
  });

  it('is undone in reverse', async () => {
    await open();
    const id = idIn(await agreed('evacuate bob'));
    const post = await ask(`evacuate-undo ${id}`, /Waiting for/u);
    expect(wordsOf(post)).toMatch(/back to `bob`.*\n1\. `monitoring` from alice.*\n2\. `pica02` from alice/u);
    await scene.who('bob').react(post.id, YES);
    expect(wordsOf(await scene.reads(post, /Done in/u))).toContain('`monitoring` and `pica02` are back on `bob`');
    expect(tasks().map(([, vmid]) => vmid)).toEqual([102, 103, 103, 102]);
    await ask(`evacuate-undo ${id}`, /Nothing is where `\w+` moved it/u);
  });

  it('names what stays, and why: memory is counted with all that goes there before', async () => {
    await open();
    scene.hypervisor.createGuest({ vmid: 105, name: 'big', node: 'alice', memoryBytes: 12 * GB });
    scene.hypervisor.createGuest({ vmid: 120, name: 'golden', node: 'bob', template: true });
    scene.hypervisor.createGuest({ vmid: 121, name: 'gpu', node: 'bob', memoryBytes: GB });
    scene.hypervisor.known('gpu').devices = ['hostpci0'];
    scene.hypervisor.createGuest({ vmid: 122, name: 'cd', node: 'bob', memoryBytes: GB });
    scene.hypervisor.known('cd').cds = [{ key: 'ide2', storage: 'local' }];
    scene.hypervisor.createGuest({ vmid: 123, name: 'kept', node: 'bob', memoryBytes: GB });
    scene.hypervisor.known('kept').snapshots = [
      { name: 'before', description: '', takenAt: 1, parent: null, withMemory: false, content: '' },
    ];
    scene.hypervisor.createGuest({ vmid: 124, name: 'busy', node: 'bob', memoryBytes: GB });
    scene.hypervisor.known('busy').lock = 'backup';
    const post = await ask('evacuate bob', /Waiting for/u);
    const plan = wordsOf(post);
    expect(plan).toContain('**Moves 1 guest off `bob`**');
    expect(plan).toMatch(/1\. `pica02` to alice/u);
    expect(plan).toContain('- `monitoring` (runs): too little memory is free elsewhere');
    expect(plan).toContain('- `golden`: a template');
    expect(plan).toContain('- `gpu` (runs): it uses a device of its machine (`hostpci0`)');
    expect(plan).toContain('- `cd` (runs): a CD of its machine is in it: take it out (`ide2`)');
    expect(plan).toContain('don’t move along: delete them first (`before`)');
    expect(plan).toContain('- `busy` (runs): Proxmox is busy with it (`backup`)');
    await scene.who('bob').react(post.id, YES);
    const done = wordsOf(await scene.reads(post, /Done in/u));
    expect(done).toContain('`pica02` has moved. ⚠️ Still on `bob`: `monitoring`, `golden`, `gpu`, `cd`, `kept`, `busy`.');
  });

  it('counts the room on a storage with the disks of all that go there', async () => {
    await open();
    // 150 GB are used of 450 on alice, 40 of them admin's: pica02's 92 fit, and monitoring's 52 then don't.
    scene.hypervisor.storageOf('alice', 'local-lvm').otherBytes = 280 * GB;
    const plan = wordsOf(await ask('evacuate bob --dry-run', /Dry run/u));
    expect(plan).toMatch(/1\. `pica02` to alice/u);
    expect(plan).toContain('- `monitoring` (runs): too little room is left for its disks (`local-lvm`)');
  });

  it('stops at the first that does not come through, and says who is where', async () => {
    await open();
    scene.hypervisor.createGuest({ vmid: 110, name: 'old', node: 'bob', running: false });
    const post = await ask('evacuate bob', /Waiting for/u);
    const { hypervisor } = scene;
    const migrate = hypervisor.migrate.bind(hypervisor);
    hypervisor.migrate = async (vmid, ...more) => {
      if (vmid === 103) hypervisor.endNext('qmigrate', { state: 'failed', reason: 'migration aborted' });
      return await migrate(vmid, ...more);
    };
    await scene.who('bob').react(post.id, YES);
    const failed = wordsOf(await scene.reads(post, /Failed/u));
    expect(failed).toContain('`monitoring` did not come through');
    expect(failed).toMatch(/\*\*Moved\*\*: `pica02`; back with `evacuate-undo \w+`/u);
    expect(failed).toContain('**Not begun**: `old`; `evacuate bob` goes on with them');
    expect(failed).toContain('migration aborted');
    expect(await agreed(`evacuate-undo ${idIn(failed)}`)).toContain('`pica02` is back on `bob`');
    expect(await nodeOf('monitoring')).toBe('bob');
  });

  it('looks at the memory again before each move', async () => {
    await open();
    const post = await ask('evacuate bob', /Waiting for/u);
    const { hypervisor } = scene;
    const migrate = hypervisor.migrate.bind(hypervisor);
    hypervisor.migrate = async (vmid, ...more) => {
      if (vmid === 102) hypervisor.createGuest({ vmid: 130, name: 'sudden', node: 'alice', memoryBytes: 14 * GB });
      return await migrate(vmid, ...more);
    };
    await scene.who('bob').react(post.id, YES);
    const failed = wordsOf(await scene.reads(post, /Failed/u));
    expect(failed).toMatch(/`alice` has too little memory free: 8 GB are needed/u);
    expect(tasks()).toEqual([['qmigrate', 102]]);
  });

  it('moves a guest once whose answer was lost, and waits for Proxmox HA', async () => {
    await open();
    scene.hypervisor.known('monitoring').ha = 'follows';
    const lost = new VigieError('hypervisor_unreachable', { host: 'lab', reason: 'cut off' });
    scene.hypervisor.failNext('migrate', lost, { afterEffect: true });
    expect(await agreed('evacuate bob')).toContain('`bob` is empty');
    expect(tasks()).toEqual([
      ['qmigrate', 102],
      ['hamigrate', 103],
      ['qmigrate', 103],
    ]);
  });

  it('ends with the move that it is cancelled in, whose task is stopped; what has moved comes back', async () => {
    await open({ speed: 4 });
    scene.hypervisor.createGuest({ vmid: 90, name: 'off', node: 'bob', running: false });
    const post = await ask('evacuate bob', /Waiting for/u);
    await scene.who('bob').react(post.id, YES);
    // By its number `off` goes first.
    await until(
      async () => tasks().length === 2,
      'the second move',
      () => scene.transcript(),
    );
    await scene.who('alice').react(post.id, 'octagonal_sign');
    await scene.reads(post, /Cancelled/u);
    expect(scene.hypervisor.history().map(({ vmid, end }) => [vmid, end.state])).toEqual([
      [90, 'ok'],
      [102, 'failed'],
    ]);
    const id = /\*\*evacuate bob\*\* · `(\w+)`/u.exec(textOf(post))?.[1] ?? '';
    expect(await agreed(`evacuate-undo ${id}`)).toContain('`off` is back on `bob`');
  });

  it('says it in French', async () => {
    await open({ language: 'fr' });
    const text = wordsOf(await ask('évacuer bob --dry-run', /Déplace/u));
    expect(text).toContain('**Déplace 2 machines virtuelles hors de `bob`**');
    expect(text).toContain('1. `pica02` vers alice, sans l’arrêter ; ses disques suivent');
    expect(text).toMatch(/Retour : `annuler-évacuation \w+`/u);
  });
});

const REFUSED: readonly (readonly [what: string, command: string, set: () => unknown, words: RegExp])[] = [
  ['a machine that nobody knows', 'evacuate bbo', () => null, /no machine `bbo` in the cluster\. Did you mean `bob`/u],
  ['no quorum', 'evacuate bob', () => scene.hypervisor.loseQuorum(), /no quorum/u],
  [
    'a machine without guests',
    'evacuate bob',
    () => ['pica02', 'monitoring'].map((name) => scene.hypervisor.removeGuest(name)),
    /There is no guest on `bob`/u,
  ],
  [
    'guests of which none can move',
    'evacuate bob',
    () => ['pica02', 'monitoring'].map((name) => (scene.hypervisor.known(name).devices = ['usb0'])),
    /None of the guests on `bob` can move:\n- `pica02` \(runs\): it uses a device of its machine/u,
  ],
  ['an operation that is none', 'evacuate-undo abc', () => null, /`abc`/u],
];

describe('refused before anything is done', () => {
  it.each(REFUSED)('%s', async (_what, command, set, words) => {
    await open();
    await set();
    await ask(command, words);
    expect(tasks()).toEqual([]);
  });
});
