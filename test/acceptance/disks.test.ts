import { afterEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { Scene, textOf, type SceneOptions } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

/** What a person reads, with ordinary spaces. */
function wordsOf(post: SeenPost): string {
  return textOf(post).replaceAll(/[\u00a0\u202f]/gu, ' ');
}

async function asked(change: () => void = () => undefined, options: SceneOptions = {}, words = 'disks'): Promise<string> {
  scene = await Scene.open(options);
  change();
  await scene.say('zoe', `@vigie ${words}`);
  return wordsOf(await scene.post(/\*\*`|configur|alice|🟢/u));
}

describe('disks', () => {
  it('says of each machine which arrays it has, of which disks, and how those are', async () => {
    const text = await asked();
    expect(text).toContain('**`alice`**\n- 🟢 `md0` raid1, 2 TB');
    expect(text).toContain('\n  - slot 0 `WD-LAB0000` (ata1) active\n  - slot 1 `WD-LAB0001` (ata2) active');
    expect(text).toContain('\n- 🟢 `WD-LAB0000` (ata1) WDC WD20EFRX-LAB, 2 TB · 31 °C · on for 1,300 days · in `md0`');
    expect(text).toContain('\n- 🟢 `SSD-LAB0000` (0000:01:00.0) Lab NVMe 960, 960 GB · 44 °C · on for 1,300 days · worn to 23% · in `md1`');
    expect(text).toContain('**`bob`**');
  });

  it('names no disk by a letter', async () => {
    expect(await asked()).not.toMatch(/\bsd[a-z]|nvme\d|\/dev/u);
  });

  it('of one machine says no more than that', async () => {
    expect(await asked(undefined, {}, 'disks alice')).not.toContain('bob');
  });

  it('says what a rebuild is at, and when it ends', async () => {
    const text = await asked(() => {
      scene.disks.fail('alice', 'md0', 'WD-LAB0001');
      scene.disks.rebuild('alice', 'md0', 'WD-LAB0001');
    });
    expect(text).toContain('- 🔴 `md0` raid1, 2 TB **lacks a disk**\n  - rebuilding a disk: 10.9%, 36 s left\n');
    expect(text).toContain('slot 1 `WD-LAB0001` (ata2) **rebuilding**');
  });

  it('says which disk an array put out, and which place is empty', async () => {
    const text = await asked(() => {
      scene.disks.fail('alice', 'md0', 'WD-LAB0001');
      scene.disks.array('alice', 'md1').mismatches = 1;
    });
    expect(text).toContain('  - slot 1 **missing**\n  - no slot `WD-LAB0001` (ata2) **failed**');
    expect(text).toContain('- ⚠️ `md1` raid1, 960 GB\n  - its disks contradict each other in 1 sector\n');
  });

  it('says what predicts a failure, what is worn and what is hot', async () => {
    const text = await asked(() => {
      scene.disks.disk('alice', 'WD-LAB0000').signs = [{ kind: 'unreadable', count: 8 }];
      scene.disks.disk('alice', 'WD-LAB0001').signs = [{ kind: 'replaced', count: 3 }];
      Object.assign(scene.disks.disk('alice', 'SSD-LAB0000'), { worn: 0.97, celsius: 71 });
      scene.disks.disk('alice', 'SSD-LAB0001').signs = [{ kind: 'limit', name: 'Media_Wear' }];
    });
    expect(text).toMatch(/🔴 `WD-LAB0000` [^\n]*\n {2}- has sectors that can’t be read: 8/u);
    expect(text).toMatch(/⚠️ `WD-LAB0001` [^\n]*\n {2}- replaced sectors: 3/u);
    expect(text).toMatch(/⚠️ `SSD-LAB0000` [^\n]* · \*\*71 °C\*\* · [^\n]* · \*\*worn to 97%\*\*/u);
    expect(text).toMatch(/🔴 `SSD-LAB0001` [^\n]*\n {2}- is at a limit of its maker: `Media_Wear`/u);
  });

  it('says so of a machine that has nothing that asks its disks, of disks without SMART, and of one without arrays', async () => {
    const text = await asked(() => {
      scene.disks.unasked.add('alice');
      Object.assign(scene.disks.disk('bob', 'WD-LAB0002'), { smart: false });
    });
    expect(text).toContain('- ⚪ no smartctl there (smartmontools)');
    expect(text).toContain('- ⚪ without SMART: `WD-LAB0002`');
  });

  it('says once what keeps it from a machine, with the line of sudoers, and what others say', async () => {
    const sudoers = 'vigie ALL=(root) NOPASSWD: /usr/sbin/mdadm';
    const trouble = new VigieError('disks_forbidden', { host: 'alice', command: 'mdadm', sudoers });
    const text = await asked(() => scene.disks.trouble.set('alice', trouble));
    expect(text).toContain(`**\`alice\`**\n- ❔ The account on \`alice\` may not run \`mdadm\` as root.`);
    expect(text.split('❔')).toHaveLength(2);
    expect(text).toContain(`\`${sudoers}\``);
    expect(text).toContain('🟢 `WD-LAB0002`');
  });

  it('says which machine was meant, and what to configure', async () => {
    expect(await asked(undefined, {}, 'disks alcie')).toContain('`alice`');
    await scene.close();
    expect(await asked(undefined, { without: ['disks'] })).toContain('No machine is configured: set `hosts`');
  });

  it('speaks French', async () => {
    const text = await asked(
      () => {
        scene.disks.fail('alice', 'md0', 'WD-LAB0001');
        scene.disks.rebuild('alice', 'md0', 'WD-LAB0001');
        scene.disks.disk('alice', 'WD-LAB0000').signs = [{ kind: 'failing' }];
      },
      { language: 'fr' },
      'disques',
    );
    expect(text).toContain(' : **il manque un disque**\n  - reconstruction d’un disque : 10,9 %, encore 36 s');
    expect(text).toContain('place 1 `WD-LAB0001` (ata2) **en reconstruction**');
    expect(text).toContain('  - va lâcher, de son propre aveu');
    expect(text).toContain('· 31 °C · allumé 1 300 jours · dans `md0`');
  });
});

describe('status, of disks', () => {
  it('tells what is wrong with them, and what to type next', async () => {
    const text = await asked(
      () => {
        scene.disks.pull('alice', 'md1', 'SSD-LAB0001');
        scene.disks.array('bob', 'md0').mismatches = 8;
        Object.assign(scene.disks.array('bob', 'md1'), { action: 'resync', done: 0.5, leftMs: 60_000 });
        scene.disks.disk('bob', 'WD-LAB0002').signs = [{ kind: 'failing' }];
        Object.assign(scene.disks.disk('bob', 'SSD-LAB0002'), { worn: 0.95, celsius: 80 });
      },
      { speed: 1 },
      'status',
    );
    expect(text).toContain('🔴 `md1` on `alice` lacks a disk · `disks alice`');
    expect(text).toContain('🔴 `md0` on `bob` contradicts itself in 8 sectors · `disks bob`');
    expect(text).toContain('🔴 `md1` on `bob` is rebuilding: 50%, 1 min left · `disks bob`');
    expect(text).toContain('🔴 disk `WD-LAB0002` of `bob` is failing · `disks bob`');
    expect(text).toContain('🔴 disk `SSD-LAB0002` of `bob` is worn to 95% · `disks bob`');
    expect(text).toContain('🔴 disk `SSD-LAB0002` of `bob` is at 80 °C · `disks bob`');
    expect(text).toContain('4 arrays, SMART: 7 disks');
  });

  it('says of one machine what it has, and of none that does not answer that all is well', async () => {
    expect(await asked(undefined, { speed: 1 }, 'status alice')).toContain('2 arrays, SMART: 4 disks');
    await scene.close();
    const away = new VigieError('ssh_unreachable', { host: 'root@bob:22', reason: 'timed out' });
    const text = await asked(() => scene.disks.trouble.set('bob', away), { speed: 1 }, 'status');
    expect(text).toContain('🔴 how RAID and disks of `bob` are is unknown · `disks`');
    expect(text).toContain('2 arrays, SMART: 4 disks');
  });
});

describe('raid-check', () => {
  async function agreed(change: () => void = () => undefined): Promise<SeenPost> {
    scene = await Scene.open();
    change();
    await scene.say('alice', '@vigie raid-check bob md0');
    const post = await scene.post(/\*\*Compares\*\*/u);
    await scene.who('alice').react(post.id, 'white_check_mark');
    await expect.poll(() => scene.disks.array('bob', 'md0').action, { timeout: 5_000 }).toBe('check');
    return post;
  }

  it('compares the disks of an array, and says that they hold the same', async () => {
    const post = await agreed();
    expect(wordsOf(await scene.reads(post, /Comparing its disks/u))).toContain('Comparing its disks · 2%');
    scene.disks.finish('bob', 'md0');
    expect(wordsOf(await scene.reads(post, /Done in/u))).toContain('The disks of `md0` on `bob` hold the same.');
    expect(scene.disks.checks).toBe(1);
  });

  it('says in how many sectors they contradict each other', async () => {
    const post = await agreed();
    scene.disks.array('bob', 'md0').mismatches = 256;
    scene.disks.finish('bob', 'md0');
    expect(wordsOf(await scene.reads(post, /Done in/u))).toContain('contradict each other in 256 sectors');
  });

  it('waits for a machine that does not answer meanwhile', async () => {
    const post = await agreed();
    scene.disks.trouble.set('bob', new VigieError('ssh_unreachable', { host: 'root@bob:22', reason: 'timed out' }));
    await scene.clock.sleep(20_000);
    scene.disks.finish('bob', 'md0');
    scene.disks.trouble.clear();
    expect(wordsOf(await scene.reads(post, /Done in/u))).toContain('hold the same');
  });

  it('ends where the array loses a disk', async () => {
    const post = await agreed();
    scene.disks.fail('bob', 'md0', 'WD-LAB0003');
    expect(wordsOf(await scene.reads(post, /Failed/u))).toContain("`md0` on `bob` isn't whole any more");
  });

  it.each([
    ['raid-check bob md7', () => undefined, '`bob` has no array `md7`'],
    ['raid-check bob md0', () => scene.disks.fail('bob', 'md0', 'WD-LAB0003'), "`md0` on `bob` isn't whole: there is nothing to compare"],
    [
      'raid-check bob md0',
      () => Object.assign(scene.disks.array('bob', 'md0'), { action: 'resync' }),
      'is at something else (resyncing its disks)',
    ],
    ['raid-check bob /dev/md0', () => Object.assign(scene.disks.array('bob', 'md0'), { action: 'check' }), 'are being compared already'],
  ])('has its reasons: %s', async (command, change, said) => {
    scene = await Scene.open();
    change();
    await scene.say('alice', `@vigie ${command}`);
    expect(wordsOf(await scene.post(/Nothing to do|has no array|isn't whole|something else/u))).toContain(said);
    expect(scene.disks.checks).toBe(0);
  });

  it('speaks French', async () => {
    scene = await Scene.open({ language: 'fr' });
    await scene.say('alice', '@vigie vérifier-raid bob md0');
    expect(wordsOf(await scene.post(/\*\*Compare\*\*/u))).toContain('les disques de la grappe `md0` sur `bob` : raid1, 2 To');
  });
});

describe('raid-add', () => {
  async function planned(change: () => void = () => undefined, options: SceneOptions = {}): Promise<SeenPost> {
    scene = await Scene.open(options);
    scene.disks.pull('bob', 'md0', 'WD-LAB0003');
    scene.disks.plug('bob', 'WD-LAB0002', { serial: 'WD-NEW', port: 'ata2' });
    change();
    await scene.say('alice', '@vigie raid-add bob md0 wd-new');
    return await scene.post(/\*\*Adds\*\*|\*\*Ajoute\*\*/u);
  }

  async function agreed(change: () => void = () => undefined): Promise<SeenPost> {
    const post = await planned(change);
    await scene.who('bob').react(post.id, 'white_check_mark');
    await expect.poll(() => scene.disks.added, { timeout: 5_000 }).toEqual(['WD-NEW']);
    return post;
  }

  it('says which disk that is, what is lost, and what the array lacks', async () => {
    const text = wordsOf(await planned());
    expect(text).toContain('**Adds** `WD-NEW` (ata2) to `md0` on `bob`: WDC WD20EFRX-LAB, 2 TB');
    expect(text).toContain('Nothing was found on it: **all of it is written over**');
    expect(text).toContain('`md0`: raid1, 2 TB, lacks slot 1, has `WD-LAB0002`');
    expect(text).toContain('🟢 SMART: well');
    expect(text).not.toMatch(/\bsd[a-z]\b|nvme\d/u);
    expect(scene.disks.added).toEqual([]);
  });

  it('says of a disk that was in there before that it was, and of one that will fail that it will', async () => {
    const text = wordsOf(
      await planned(() => {
        scene.disks.returning.add('WD-NEW');
        scene.disks.disk('bob', 'WD-NEW').signs = [{ kind: 'unreadable', count: 8 }];
      }),
    );
    expect(text).toContain('It was in this array before, and may only need what changed since');
    expect(text).toContain('🔴 **By SMART it is about to fail**: better add another one\n  - has sectors that can’t be read: 8');
  });

  it('says which partition that is, where the array is made of them', async () => {
    const change = (): unknown => scene.disks.partitions.set('md0', { number: 2, there: true, other: 'WD-LAB0002' });
    expect(wordsOf(await planned(() => void change()))).toContain(
      '**Adds** partition 2 of `WD-NEW` (ata2) to `md0` on `bob`: WDC WD20EFRX-LAB',
    );
  });

  it('puts it in with somebody else’s ✅, and is over when the array is whole', async () => {
    const post = await agreed();
    expect(wordsOf(await scene.reads(post, /Rebuilding the disk/u))).toContain('Rebuilding the disk · 10% · 36 s left');
    scene.disks.finish('bob', 'md0');
    expect(wordsOf(await scene.reads(post, /Done in/u))).toContain('`md0` on `bob` is whole, with `WD-NEW` in it.');
    expect(scene.disks.added).toEqual(['WD-NEW']);
  });

  it('goes on after a restart of vigie, and looks before it does anything twice', async () => {
    const post = await agreed(() => (scene.disks.breaks = true));
    await scene.reads(post, /Rebuilding the disk/u);
    await scene.stopVigie();
    await scene.startVigie();
    scene.disks.finish('bob', 'md0');
    expect(wordsOf(await scene.reads(post, /Done in/u))).toContain('is whole, with `WD-NEW` in it');
    expect(scene.disks.added).toEqual(['WD-NEW']);
  });

  it('ends where the array puts it out', async () => {
    const post = await agreed();
    scene.disks.fail('bob', 'md0', 'WD-NEW');
    expect(wordsOf(await scene.reads(post, /Failed/u))).toContain('put `WD-NEW` out while it was rebuilt');
  });

  it('does not say that all is well where another disk is missing', async () => {
    const post = await agreed();
    const array = scene.disks.array('bob', 'md0');
    scene.disks.finish('bob', 'md0');
    Object.assign(array, { state: 'degraded', members: [...array.members, { slot: 2, state: 'missing', serial: null, port: null }] });
    expect(wordsOf(await scene.reads(post, /Failed/u))).toContain('`WD-NEW` is rebuilt, and `md0` on `bob` lacks another disk');
  });

  it('gives up where nothing is rebuilt', async () => {
    const post = await agreed();
    Object.assign(scene.disks.array('bob', 'md0'), { action: 'idle', done: null, leftMs: null });
    expect(wordsOf(await scene.reads(post, /Failed/u))).toContain('has `WD-NEW`, and does not begin to rebuild');
  });

  it('looks again right before: what was free and is not any more is left alone', async () => {
    const post = await planned();
    scene.disks.uses.set('WD-NEW', [{ kind: 'mounted', name: '/srv' }]);
    await scene.who('bob').react(post.id, 'white_check_mark');
    expect(wordsOf(await scene.reads(post, /Failed|isn't free/u))).toContain('it is mounted at `/srv`');
    expect(scene.disks.added).toEqual([]);
  });

  it.each([
    ['raid-add bob md0 WD-NWE', () => undefined, '`bob` has no disk `WD-NWE`. Did you mean `WD-NEW`?'],
    ['raid-add bob md7 WD-NEW', () => undefined, '`bob` has no array `md7`'],
    ['raid-add bob md1 WD-NEW', () => undefined, '`md1` on `bob` lacks no disk, and none is added as a spare'],
    ['raid-add bob md0 SSD-LAB0002', () => undefined, "`SSD-LAB0002` on `bob` isn't free for `md0`: it is in the array `md1`"],
    [
      'raid-add bob md0 WD-NEW',
      () => scene.disks.uses.set('WD-NEW', [{ kind: 'partitions', name: '3' }]),
      'it has partitions: `3`. Is it the right one?',
    ],
    ['raid-add bob md0 WD-NEW', () => scene.disks.uses.set('WD-NEW', [{ kind: 'swap', name: '-' }]), 'it is swapped to. Is it'],
    [
      'raid-add bob md0 WD-NEW',
      () => scene.disks.uses.set('WD-NEW', [{ kind: 'unread', name: 'blkid' }]),
      'nobody could look what is on it',
    ],
    [
      'raid-add bob md0 WD-NEW',
      () => Object.assign(scene.disks.disk('bob', 'WD-NEW'), { sizeBytes: 1_000_000_000_000 }),
      'has 1 TB, and `md0` needs 2 TB of each disk (1 TB more)',
    ],
    ['raid-add bob md0 WD-NEW', () => Object.assign(scene.disks.array('bob', 'md0'), { action: 'check' }), 'is at something else'],
    ['raid-add bob md0 WD-NEW', () => Object.assign(scene.disks.array('bob', 'md0'), { state: 'failed' }), 'has lost too many disks'],
    ['raid-add bob md0 WD-NEW', () => Object.assign(scene.disks.array('bob', 'md0'), { state: 'inactive' }), 'is not started'],
    [
      'raid-add bob md0 WD-NEW',
      () => scene.disks.partitions.set('md0', { number: 2, there: false, other: 'WD-LAB0002' }),
      '`sgdisk -R /dev/disk/by-id/[an]*_WD-NEW /dev/disk/by-id/[an]*_WD-LAB0002`',
    ],
    [
      'raid-add bob md0 WD-NEW',
      () => {
        scene.disks.partitions.set('md0', { number: 2, there: true, other: 'WD-LAB0002' });
        scene.disks.uses.set('WD-NEW', [{ kind: 'content', name: 'ext4' }]);
      },
      '`wipefs -a /dev/disk/by-id/[an]*_WD-NEW-part2`',
    ],
    ['raid-add bob md0 WD-LAB0002', () => undefined, '`md0` on `bob` has `WD-LAB0002` already'],
  ])('has its reasons: %s', async (command, change, said) => {
    scene = await Scene.open();
    scene.disks.pull('bob', 'md0', 'WD-LAB0003');
    scene.disks.plug('bob', 'WD-LAB0002', { serial: 'WD-NEW', port: 'ata2' });
    change();
    await scene.say('alice', `@vigie ${command}`);
    expect(wordsOf(await scene.post(/Refused|Nothing to do|`(?:bob|md\d|\w+-\w+)`/u))).toContain(said);
    expect(scene.disks.added).toEqual([]);
  });

  it('speaks French', async () => {
    const text = wordsOf(await planned(() => undefined, { language: 'fr' }));
    expect(text).toContain('**Ajoute** `WD-NEW` (ata2) à la grappe `md0` sur `bob` : WDC WD20EFRX-LAB, 2 To');
    expect(text).toContain('`md0` : raid1, 2 To, sans disque à la place 1, avec `WD-LAB0002`');
    expect(text).toContain('Rien n’a été trouvé dessus : **tout son contenu est écrasé**');
  });
});
