import { afterEach, describe, expect, it, vi } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { GB } from '#test/lab/hypervisor/guest.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { Scene, textOf, type SceneOptions } from './scene.ts';

const YES = 'white_check_mark';

let scene: Scene;
afterEach(() => scene.close());

async function open(options: SceneOptions = {}): Promise<void> {
  scene = await Scene.open({ speed: 200, ...options });
}

/** What a person reads, with ordinary spaces. */
function wordsOf(post: SeenPost): string {
  return textOf(post).replaceAll('\u00a0', ' ');
}

async function ask(command: string, pattern: RegExp): Promise<SeenPost> {
  await scene.say('alice', `@vigie ${command}`);
  return await scene.post(pattern);
}

/** What somebody asks for and `who` approves. */
async function agreed(command: string, end = /Done in/u, who = 'bob'): Promise<string> {
  const post = await ask(command, /Waiting for/u);
  await scene.who(who).react(post.id, YES);
  return wordsOf(await scene.reads(post, end));
}

const kinds = (): readonly string[] => scene.hypervisor.history().map(({ kind }) => kind);

/** A backup that Proxmox made by itself, and what the guest has written since. */
async function saved(name: string): Promise<string> {
  const { vmid } = scene.hypervisor.known(name);
  await scene.hypervisor.backup(vmid, 'local', 'nightly');
  scene.clock.warp(3_600_000);
  const file = (await scene.hypervisor.backups(vmid)).files.at(-1);
  scene.hypervisor.known(name).content = 'written since';
  return file?.id.slice(file.id.lastIndexOf('/') + 1) ?? '';
}

/** The id of the last operation of this action, as its post shows it. */
async function operationOf(action: string): Promise<string> {
  const posts = (await scene.vigiePosts()).map(
    (post) => new RegExp(`\\*\\*${action} [^*]*\\*\\* · \`(\\w+)\``, 'u').exec(textOf(post))?.[1],
  );
  return posts.findLast((id) => id !== undefined) ?? '';
}

describe('restore-vm', () => {
  it('makes a machine of the newest backup beside the live one: off, and on no network', async () => {
    await open();
    await saved('admin');
    const post = await ask('restore-vm admin', /Waiting for a ✅/u);
    const plan = wordsOf(post);
    expect(plan).toMatch(/\*\*Restores\*\* the backup of .+ as `admin-restored`, a machine of its own; `admin` isn't touched/u);
    expect(plan).toMatch(/\*\*Made\*\* on alice, under a number of its own: 1 disk, 40 GB; `local-lvm` is 4\d% full then/u);
    expect(plan).toContain('two machines never hold one address');
    await scene.who('alice').react(post.id, YES);
    const done = wordsOf(await scene.reads(post, /Done in/u));
    expect(done).toContain('`admin-restored` is there, under the number 100 on alice');
    expect(done).toMatch(/Gone again with `restore-vm-undo \w+`/u);
    const made = scene.hypervisor.known('admin-restored');
    expect(made).toMatchObject({ vmid: 100, running: false, onBoot: false, content: 'fresh', cards: [{ key: 'net0', linked: false }] });
    expect(scene.hypervisor.known('admin')).toMatchObject({ vmid: 104, running: true, content: 'written since' });
    expect(kinds()).toEqual(['vzdump', 'qmrestore']);
  });

  it('takes the backup that is named, by vigie’s id or by its file, and another name', async () => {
    await open();
    const file = await saved('admin');
    await scene.reads(await ask('backup admin', /backup admin/u), /Done in/u);
    const [backup] = await scene.store.backups.backups({ target: 'admin', limit: 1 });
    expect(wordsOf(await ask(`restore-vm admin --from ${file} --as old --dry-run`, /Dry run/u))).toContain(
      `**Backup** \`local:backup/${file}\``,
    );
    const text = wordsOf(await ask(`restore-vm admin --from ${backup?.id} --as admin-old --dry-run`, /as `admin-old`/u));
    expect(text).toContain(`**Backup** \`${backup?.id}\`, 4 GB, on alice`);
  });

  it('brings back a machine that is gone', async () => {
    await open();
    await scene.reads(await ask('backup admin', /backup admin/u), /Done in/u);
    scene.hypervisor.removeGuest('admin');
    const done = await agreed('restore-vm admin --as admin', /Done in/u, 'alice');
    expect(done).toContain('`admin` is there, under the number 100');
    expect(scene.hypervisor.known('admin').content).toBe('fresh');
  });

  it('says what isn’t in the backup, what both would use, and where nobody could look', async () => {
    await open();
    Object.assign(scene.hypervisor.known('admin'), {
      disks: [
        { key: 'scsi0', storage: 'local-lvm', bytes: 40 * GB },
        { key: 'scsi1', storage: 'local-lvm', bytes: 90 * GB },
      ],
      omitted: ['scsi1'],
      devices: ['hostpci0'],
    });
    await saved('admin');
    scene.hypervisor.storageOf('bob', 'local').unknown = 'got timeout';
    const text = wordsOf(await ask('restore-vm admin --dry-run', /Restores/u));
    expect(text).toContain('1 disk, 40 GB');
    expect(text).toContain('**Not in the backup**: `scsi1`');
    expect(text).toContain('devices of its machine, which only one can have at a time: `hostpci0`');
    expect(text).toContain('**A newer one may be** where nobody could look: `local (bob)`');
  });

  it('knows where the copy of a backup is whose machine can’t be asked, and takes it there', async () => {
    await open();
    await scene.reads(await ask('backup admin', /backup admin/u), /Done in/u);
    const [backup] = await scene.store.backups.backups({ target: 'admin', limit: 1 });
    const alice = scene.hypervisor.storageOf('alice', 'local');
    const [file] = alice.files;
    if (file === undefined) throw new Error('there is no backup');
    alice.files = [];
    await ask(
      'restore-vm admin',
      /`\w+` of `admin` is on no machine that can be asked.* Its copy is on `bob`: `\/var\/lib\/vz\/vigie\/vzdump-qemu-104/u,
    );
    // Both machines have it now.
    alice.files = [file];
    scene.hypervisor.storageOf('bob', 'local').files.push({ ...file, node: 'bob' });
    const plan = wordsOf(await ask(`restore-vm admin --from ${backup?.id} --on bob --dry-run`, /Restores/u));
    expect(plan).toContain('**Made** on bob');
    expect(plan).toContain(`**Backup** \`${backup?.id}\`, 4 GB, on bob`);
  });

  it('says in French what it will do', async () => {
    await open({ language: 'fr' });
    await saved('admin');
    const text = wordsOf(await ask('restaurer-vm admin --nom admin-avant --dry-run', /Restaure/u));
    expect(text).toContain('sous le nom `admin-avant`, une machine à part ; `admin` n’est pas touchée');
    expect(text).toContain('**Éteinte**, tous ses câbles réseau débranchés');
  });

  it('says why Proxmox failed, and takes away what is left of it', async () => {
    await open();
    await saved('admin');
    scene.hypervisor.endNext('qmrestore', { state: 'failed', reason: 'no space left in thin pool' });
    const failed = await agreed('restore-vm admin', /Failed/u, 'alice');
    expect(failed).toContain('no space left in thin pool');
    expect(failed).toMatch(/stands under the number 100, .*`restore-vm-undo \w+` takes it away/u);
    const text = await agreed(`restore-vm-undo ${await operationOf('restore-vm')}`);
    expect(text).toContain('is gone, with its disks');
    expect((await scene.hypervisor.guests()).map(({ vmid }) => vmid)).toEqual([101, 102, 103, 104]);
  });

  it('does not take Proxmox’s word for it: what came of it is looked at', async () => {
    await open();
    await saved('admin');
    const setup = scene.hypervisor.setup.bind(scene.hypervisor);
    vi.spyOn(scene.hypervisor, 'setup').mockImplementation(async (...of) => ({
      ...(await setup(...of)),
      cards: [{ key: 'net0', linked: true }],
      disks: [{ key: 'scsi0', storage: 'local-lvm', bytes: GB }],
    }));
    expect(await agreed('restore-vm admin', /Failed/u, 'alice')).toContain(
      "`admin-restored` (number 100) isn't what the backup holds: `scsi0` and `net0`",
    );
  });

  it('restores once, though the answer was lost', async () => {
    await open();
    await saved('admin');
    const lost = new VigieError('hypervisor_unreachable', { host: 'lab', reason: 'cut off' });
    scene.hypervisor.failNext('restore', lost, { afterEffect: true });
    await agreed('restore-vm admin', /Done in/u, 'alice');
    expect(kinds()).toEqual(['vzdump', 'qmrestore']);
  });

  it('says so when its number was taken at the same moment, and has made nothing', async () => {
    await open();
    await saved('admin');
    vi.spyOn(scene.hypervisor, 'freeNumber').mockResolvedValueOnce(101);
    const failed = await agreed('restore-vm admin', /Failed/u, 'alice');
    expect(failed).toContain('The number 101 was taken by another machine at the same moment');
    expect(failed).toContain('Nothing was done: ask again');
    expect(kinds()).toEqual(['vzdump']);
  });
});

describe('restore-vm --in-place', () => {
  it('keeps the machine whose place is taken, and gives it back', async () => {
    await open();
    await saved('admin');
    const post = await ask('restore-vm admin --in-place', /Waiting for/u);
    const plan = wordsOf(post);
    expect(plan).toMatch(/⚠️ \*\*`admin` goes back to its backup of .+\*\* What it wrote in the \d+ (?:min|h).* since then/u);
    expect(plan).toMatch(/\*\*Kept\*\* off under its number 104, with all its disks, without network: `admin-before-\w+`/u);
    await scene.who('bob').react(post.id, YES);
    expect(wordsOf(await scene.reads(post, /Done in/u))).toMatch(/`admin` is what it was .+, under the number 100, and runs\./u);
    const id = await operationOf('restore-vm');
    const plugged = [{ key: 'net0', linked: true }];
    const pulled = [{ key: 'net0', linked: false }];
    expect(scene.hypervisor.known('admin')).toMatchObject({ vmid: 100, running: true, onBoot: true, content: 'fresh', cards: plugged });
    const kept = scene.hypervisor.known(`admin-before-${id}`);
    expect(kept).toMatchObject({ vmid: 104, running: false, onBoot: false, content: 'written since', cards: pulled });
    expect(kinds()).toEqual(['vzdump', 'qmrestore', 'qmshutdown', 'qmconfig', 'qmconfig', 'qmstart']);

    const back = await agreed(`restore-vm-undo ${id}`);
    expect(back).toContain(`\`admin\` is again what it was before \`${id}\`, and runs.`);
    expect(scene.hypervisor.known('admin')).toMatchObject({ vmid: 104, running: true, onBoot: true, cards: plugged });
    expect(scene.hypervisor.known('admin-restored')).toMatchObject({ vmid: 100, running: false, cards: pulled });
    await agreed(`restore-vm-undo ${id}`, /`admin-restored` is gone/u);
    expect((await scene.hypervisor.guests()).map(({ vmid }) => vmid)).toEqual([101, 102, 103, 104]);
  });

  it('leaves the live one alone until what was restored is known to be whole', async () => {
    await open();
    await saved('admin');
    scene.hypervisor.endNext('qmrestore', { state: 'failed', reason: 'zstd: corrupted block' });
    expect(await agreed('restore-vm admin --in-place', /Failed/u)).toContain('`admin` has its place');
    expect(scene.hypervisor.known('admin')).toMatchObject({ vmid: 104, running: true });
    expect(kinds()).toEqual(['vzdump', 'qmrestore']);
  });

  it('says which way leads back when it stops half-way', async () => {
    await open();
    await saved('admin');
    scene.hypervisor.endNext('qmstart', { state: 'failed', reason: 'start failed: QEMU exited with code 1' });
    const failed = await agreed('restore-vm admin --in-place', /Failed/u);
    expect(failed).toMatch(/`admin` gave up its place.*\*\*Back\*\* with `restore-vm-undo \w+`/u);
    expect(await agreed(`restore-vm-undo ${await operationOf('restore-vm')}`)).toContain('and runs');
    expect(scene.hypervisor.known('admin')).toMatchObject({ vmid: 104, running: true, content: 'written since' });
  });
});

describe('restore-vm-undo', () => {
  async function restored(): Promise<string> {
    await open();
    await saved('admin');
    await agreed('restore-vm admin', /Done in/u, 'alice');
    return await operationOf('restore-vm');
  }

  it('removes what vigie made, and once only', async () => {
    const id = await restored();
    const post = await ask(`restore-vm-undo ${id}`, /Waiting for/u);
    expect(wordsOf(post)).toMatch(/⚠️ \*\*Removes `admin-restored`\*\* \(number 100 on alice\) with its disks, 40 GB/u);
    await scene.who('bob').react(post.id, YES);
    await scene.reads(post, /`admin-restored` is gone, with its disks/u);
    await ask(`restore-vm-undo ${id}`, /There is nothing left of/u);
    expect(kinds()).toEqual(['vzdump', 'qmrestore', 'qmdestroy']);
  });

  it('removes nothing that doesn’t bear its mark', async () => {
    const id = await restored();
    scene.hypervisor.known('admin-restored').notes = 'mine now';
    await ask(`restore-vm-undo ${id}`, /Under the number 100 stands `admin-restored`, which doesn't bear the mark of/u);
    expect(kinds()).not.toContain('qmdestroy');
  });

  it('looks again right before', async () => {
    const id = await restored();
    const setup = scene.hypervisor.setup.bind(scene.hypervisor);
    let looks = 0;
    // Asked for, then planned once more when it was approved; the third look is the one before the effect.
    vi.spyOn(scene.hypervisor, 'setup').mockImplementation(async (...of) => {
      looks += 1;
      const found = await setup(...of);
      return looks > 4 ? { ...found, notes: 'mine now' } : found;
    });
    expect(await agreed(`restore-vm-undo ${id}`, /Failed/u)).toContain("doesn't bear the mark");
    expect(kinds()).not.toContain('qmdestroy');
  });

  it('leaves one alone that somebody started', async () => {
    const id = await restored();
    scene.hypervisor.known('admin-restored').startedAt = scene.clock.now();
    await ask(`restore-vm-undo ${id}`, /`admin-restored` runs: it isn't removed/u);
  });

  it('is refused in an emergency where there is no way back', async () => {
    const id = await restored();
    await ask(`restore-vm-undo ${id} --emergency "no space"`, /emergency/u);
    expect(kinds()).not.toContain('qmdestroy');
  });
});

/** What stands in the way: each is said before anything is done. */
const REFUSED: readonly (readonly [what: string, command: string, set: () => unknown, words: RegExp])[] = [
  ['a machine that nobody knows', 'restore-vm amdin', () => null, /There is no VM `amdin`\. Did you mean `admin`\?/u],
  ['one that was never backed up', 'restore-vm monitoring', () => null, /`monitoring` has no backup|no good backup/u],
  ['a backup that nobody knows', 'restore-vm admin --from zzz', () => null, /`admin` has no backup `zzz`/u],
  ['no quorum', 'restore-vm admin', () => scene.hypervisor.loseQuorum(), /no quorum/u],
  ['a machine that isn’t there', 'restore-vm admin --on bbo', () => null, /no machine `bbo` in the cluster\. Did you mean `bob`/u],
  ['a machine that can’t read the backup', 'restore-vm admin --on bob', () => null, /lies on `alice`, where `bob` can't read it/u],
  [
    'a storage that is full',
    'restore-vm admin',
    () => void (scene.hypervisor.storageOf('alice', 'local-lvm').otherBytes = 380 * GB),
    /`local-lvm` would be 9\d% full: vigie stops at 85%/u,
  ],
  [
    'a storage that is away',
    'restore-vm admin',
    () => void (scene.hypervisor.storageOf('alice', 'local-lvm').active = false),
    /storage `local-lvm` on `alice` isn't there/u,
  ],
  [
    'a storage of backups that nobody can look at',
    'restore-vm monitoring',
    () => void (scene.hypervisor.storageOf('bob', 'local').unknown = 'got timeout'),
    /got timeout/u,
  ],
  ['a name that is taken', 'restore-vm admin --as pica01', () => null, /There is a machine `pica01` already \(number 101\)/u],
  ['a name that is none', 'restore-vm admin --as sauvegardé', () => null, /`sauvegardé` is no name for a machine/u],
  ['two wishes at once', 'restore-vm admin --in-place --as other', () => null, /leave out either `--in-place` or `--as`/u],
  [
    'a template',
    'restore-vm golden',
    () => scene.hypervisor.createGuest({ vmid: 900, name: 'golden', node: 'alice', template: true }),
    /`golden` is a template/u,
  ],
  [
    'a place that HA looks after',
    'restore-vm admin --in-place',
    () => void (scene.hypervisor.known('admin').ha = 'follows'),
    /Proxmox HA looks after `admin`/u,
  ],
  [
    'a place of somebody that Proxmox is busy with',
    'restore-vm admin --in-place',
    () => void (scene.hypervisor.known('admin').lock = 'backup'),
    /busy with `admin`|`backup` lock|lock `backup`/u,
  ],
  ['an operation that is no restore', 'restore-vm-undo abc', () => null, /no operation|`abc`/u],
];

describe('refused before anything is done', () => {
  it.each(REFUSED)('%s', async (_what, command, set, words) => {
    await open();
    await saved('admin');
    await set();
    await ask(command, words);
    expect(kinds()).toEqual(['vzdump']);
  });

  it('a container, whose backup Proxmox restores otherwise', async () => {
    await open();
    scene.hypervisor.createGuest({ vmid: 200, name: 'dns', node: 'alice', kind: 'lxc' });
    await saved('dns');
    await ask('restore-vm dns', /`dns` is a container: vigie restores virtual machines only/u);
  });

  it('a place of a machine that holds databases', async () => {
    await open({ guests: { admin: { databases: true } } });
    await saved('admin');
    await ask('restore-vm admin --in-place', /`admin` holds data of databases/u);
  });
});
