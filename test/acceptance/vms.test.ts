import { afterEach, describe, expect, it, vi } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { GB } from '#test/lab/hypervisor/guest.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { Scene, textOf, type SceneOptions } from './scene.ts';

const YES = 'white_check_mark';
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

let scene: Scene;
afterEach(() => scene.close());

async function open(options: SceneOptions = {}): Promise<void> {
  scene = await Scene.open(options);
}

/** What a person reads, with ordinary spaces. */
function wordsOf(post: SeenPost): string {
  return textOf(post).replaceAll('\u00a0', ' ');
}

async function ask(command: string, pattern: RegExp, who = 'alice'): Promise<SeenPost> {
  await scene.say(who, `@vigie ${command}`);
  return await scene.post(pattern);
}

/** What somebody asks for, and somebody else approves. */
async function agreed(command: string, end = /Done in/u): Promise<string> {
  const post = await ask(command, /Waiting for/u);
  await scene.who('bob').react(post.id, YES);
  return wordsOf(await scene.reads(post, end));
}

/** A snapshot that is there already; `ago` it was taken. */
async function snapshotOf(guest: string, name: string, ago = 0, description = ''): Promise<void> {
  const { vmid } = scene.hypervisor.known(guest);
  const task = await scene.hypervisor.snapshot(vmid, name, description);
  scene.clock.warp(5_000);
  expect((await scene.hypervisor.task(task)).end.state).toBe('ok');
  const lab = scene.hypervisor.known(guest);
  lab.snapshots = lab.snapshots.map((each) => (each.name === name ? { ...each, takenAt: scene.clock.now() - ago } : each));
}

const kinds = (): readonly string[] => scene.hypervisor.history().map(({ kind }) => kind);

describe('vms', () => {
  it('shows guests with their machine, state and uptime, and how old the ways back are', async () => {
    await open();
    await snapshotOf('pica01', 'before', 2 * DAY_MS);
    scene.hypervisor.storageOf('alice', 'local').files.push({
      id: 'local:backup/vzdump-qemu-101-x.vma.zst',
      storage: 'local',
      node: 'alice',
      vmid: 101,
      takenAt: scene.clock.now() - 9 * 3_600_000 - MINUTE_MS,
      bytes: 9 * GB,
      notes: '',
      protected: false,
      seed: 'x',
    });
    scene.hypervisor.known('admin').startedAt = null;
    const text = wordsOf(await ask('vms', /4 VMs/u, 'zoe'));
    expect(text).toContain('🟢 **alice** memory 43.8%');
    expect(text).toMatch(/🟢 `pica01` on alice, up 23\sdays/u);
    expect(text).toMatch(/ {2}backup 9\sh ago, snapshot 2\sdays[^,]* ago/u);
    expect(text).toMatch(/🔴 `admin` on alice, off\n {2}⚠️ no backup, no snapshot/u);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(50);
  });

  it('speaks French, and says what nobody can tell while a machine is off', async () => {
    await open({ language: 'fr' });
    scene.hypervisor.setOnline('bob', false);
    const text = wordsOf(await ask('machines virtuelles', /4 machines virtuelles/u, 'zoe'));
    expect(text).toContain('⚠️ pas de quorum, Proxmox est en lecture seule');
    expect(text).toContain('🔴 **bob** est hors ligne');
    expect(text).toContain('❓ `pica02` sur bob, état inconnu');
    expect(text).toMatch(/🟢 `pica01` sur alice, depuis 23\sjours/u);
  });
});

describe('snapshot', () => {
  it('takes one at once, named after the clock on the wall, and says how to go back', async () => {
    await open();
    const post = await ask('snapshot pica01', /snapshot pica01/u);
    const done = wordsOf(await scene.reads(post, /Done in/u));
    const [snapshot] = scene.hypervisor.known('pica01').snapshots;
    expect(snapshot?.name).toMatch(/^vigie-\d{8}-\d{4}$/u);
    expect(snapshot?.description).toMatch(/^vigie \w+, alice$/u);
    expect(done).toContain(`\`pica01\` has the snapshot \`${snapshot?.name}\`.`);
    expect(done).toContain(`Back with \`revert pica01 ${snapshot?.name}\`.`);
    expect(done).not.toContain('crash');
    expect(kinds()).toEqual(['qmsnapshot']);
  });

  it('takes a word into the name, and shows with --dry-run what it would do', async () => {
    await open();
    const post = await ask('snapshot pica01 before-upgrade --dry-run', /Dry run/u);
    expect(wordsOf(post)).toMatch(/\*\*Snapshot\*\* `vigie-\d{8}-\d{4}-before-upgrade` of `pica01`/u);
    expect(wordsOf(post)).toContain('Its file systems are frozen meanwhile (the guest agent answers)');
    expect(wordsOf(post)).toContain('`local-lvm` is 34% full');
    expect(kinds()).toEqual([]);
  });

  it('is labelled crash-consistent where the agent is silent', async () => {
    await open();
    scene.hypervisor.known('pica02').agent = 'silent';
    const post = await ask('snapshot pica02', /snapshot pica02/u);
    expect(wordsOf(await scene.reads(post, /Done in/u))).toContain('**crash-consistent**');
  });

  it('takes warnings for a success, and shows the log in the thread', async () => {
    await open();
    scene.hypervisor.known('pica01').freezeFails = true;
    const post = await ask('snapshot pica01', /snapshot pica01/u);
    expect(wordsOf(await scene.reads(post, /Done in/u))).toContain('⚠️ Proxmox warned: its log is in the thread.');
    const reply = wordsOf(await scene.reply(post, /is done/u));
    expect(reply).toContain('WARN: guest-fsfreeze-freeze problems');
    expect(reply).toContain('TASK WARNINGS: 1');
  });

  it('prunes only what is its own and too old, and shows it in the plan', async () => {
    await open({ guests: { pica01: { snapshotKeepMs: 7 * DAY_MS } } });
    await snapshotOf('pica01', 'vigie-20200101-0300', 8 * DAY_MS);
    await snapshotOf('pica01', 'vigie-20200102-0300', 6 * DAY_MS);
    await snapshotOf('pica01', 'by-hand', 30 * DAY_MS);
    const post = await ask('snapshot pica01', /snapshot pica01/u);
    const done = wordsOf(await scene.reads(post, /Done in/u));
    expect(done).toContain('Deleted, older than 7 days: `vigie-20200101-0300`.');
    const names = scene.hypervisor.known('pica01').snapshots.map(({ name }) => name);
    expect(names).toEqual(['vigie-20200102-0300', 'by-hand', expect.stringMatching(/^vigie-20/u)]);
  });

  it('shows the log of a task that failed in the thread', async () => {
    await open();
    scene.hypervisor.endNext('qmsnapshot', { state: 'failed', reason: 'lvcreate error: out of data space' });
    const post = await ask('snapshot pica01', /snapshot pica01/u);
    expect(wordsOf(await scene.reads(post, /Failed/u))).toContain('Proxmox: `lvcreate error: out of data space`.');
    expect(wordsOf(await scene.reply(post, /failed/u))).toContain('TASK ERROR: lvcreate error: out of data space');
    expect(scene.hypervisor.known('pica01').snapshots).toEqual([]);
  });

  it('finds its task again when the answer was lost', async () => {
    await open();
    const lost = new VigieError('hypervisor_unreachable', { host: 'lab', reason: 'connection reset' });
    scene.hypervisor.failNext('snapshot', lost, { afterEffect: true });
    const post = await ask('snapshot pica01', /snapshot pica01/u);
    await scene.reads(post, /Done in/u);
    expect(kinds()).toEqual(['qmsnapshot']);
  });

  it('goes on following when Proxmox is away for a while', async () => {
    await open();
    const away = new VigieError('hypervisor_unreachable', { host: 'lab', reason: 'connection refused' });
    scene.hypervisor.failNext('task', away, { times: 3 });
    const post = await ask('snapshot pica01', /snapshot pica01/u);
    await scene.reads(post, /Done in/u);
  });

  it('does nothing when the call was refused before it had an effect', async () => {
    await open();
    scene.hypervisor.failNext('snapshot', new VigieError('hypervisor_unreachable', { host: 'lab', reason: 'connection refused' }));
    const post = await ask('snapshot pica01', /snapshot pica01/u);
    expect(wordsOf(await scene.reads(post, /Failed/u))).toContain('No Proxmox answers');
    expect(kinds()).toEqual([]);
  });
});

describe('snapshots', () => {
  it('lists them, newest first, with whose they are', async () => {
    await open();
    await snapshotOf('pica01', 'by-hand', 2 * DAY_MS, 'before the move');
    await snapshotOf('pica01', 'vigie-20261101-0300', 3_600_000, 'vigie p7k, bob');
    const text = wordsOf(await ask('snapshots pica01', /2 snapshots/u, 'zoe'));
    expect(text).toMatch(/`vigie-20261101-0300`\n.*1\sh ago · vigie p7k, bob[^]*`by-hand`\n.*2\sdays ago · before the move/u);
    expect(text).toContain('`revert pica01 vigie-20261101-0300` goes back to the newest.');
  });

  it('says so, in French, where there is none', async () => {
    await open({ language: 'fr' });
    const text = wordsOf(await ask('instantanés pica01', /aucun instantané/u, 'zoe'));
    expect(text).toContain('`pica01` n’a aucun instantané. `instantané pica01` en prend un.');
  });
});

describe('revert', () => {
  it('says what is lost, waits for somebody else, goes back and starts the guest again', async () => {
    await open();
    await snapshotOf('pica01', 'vigie-20261101-0300', 3 * 3_600_000 + 12 * MINUTE_MS);
    await snapshotOf('pica01', 'later', 3_600_000);
    scene.hypervisor.known('pica01').content = 'broken upgrade';
    const post = await ask('revert pica01 vigie-20261101-0300', /Waiting for 1 ✅ from somebody else/u);
    const plan = wordsOf(post);
    expect(plan).toMatch(/\*\*Everything since .*\d\d:\d\d is lost\*\* \(3\sh\s12\smin\)/u);
    expect(plan).toContain('`pica01` is off for about 2 min, then starts again');
    expect(plan).toContain('Newer snapshots stay: `later`');
    await scene.who('alice').react(post.id, YES);
    await scene.reply(post, /does not count|doesn.t count/u).catch(() => undefined);
    expect(kinds()).not.toContain('qmrollback');
    await scene.who('bob').react(post.id, YES);
    const done = wordsOf(await scene.reads(post, /Done in/u));
    expect(done).toMatch(/`pica01` is back at `vigie-20261101-0300` \(.*\) and runs\./u);
    const guest = scene.hypervisor.known('pica01');
    expect([guest.content, guest.running]).toEqual(['fresh', true]);
    expect(kinds().slice(2)).toEqual(['qmrollback', 'qmstart']);
  });

  it('leaves off what was off', async () => {
    await open();
    await snapshotOf('admin', 'base');
    scene.hypervisor.known('admin').startedAt = null;
    expect(await agreed('revert admin base')).toContain('it is off, as before');
    expect(scene.hypervisor.known('admin').running).toBe(false);
  });

  it('asks again when somebody took another snapshot meanwhile', async () => {
    await open();
    await snapshotOf('pica01', 'base');
    const post = await ask('revert pica01 base', /Waiting for/u);
    await snapshotOf('pica01', 'just-now');
    await scene.who('bob').react(post.id, YES);
    await scene.reads(post, /Out of date: nothing was done/u);
    expect(kinds()).not.toContain('qmrollback');
  });

  it('says that it is back but off when starting it again fails', async () => {
    await open();
    await snapshotOf('pica01', 'base');
    scene.hypervisor.endNext('qmstart', { state: 'failed', reason: 'start failed: QEMU exited with code 1' });
    const failed = await agreed('revert pica01 base', /Failed/u);
    expect(failed).toContain('`pica01` **is back** at `base`, but it is off');
    expect(failed).toContain('start failed: QEMU exited with code 1');
  });

  it('is possible once the Swarm node is drained, and says that it still is', async () => {
    await open({ guests: { pica01: { swarmNode: 'pica01', databases: true } } });
    await snapshotOf('pica01', 'base');
    await ask('revert pica01 base', /docker node update --availability drain pica01/u);
    scene.swarm.setNode('pica01', { availability: 'drain' });
    const post = await ask('revert pica01 base', /Waiting for/u);
    expect(wordsOf(post)).toContain('⚠️ The data of databases on its disks goes back too');
    expect(wordsOf(post)).toContain('⚠️ It is a manager of the Swarm');
    await scene.who('bob').react(post.id, YES);
    expect(wordsOf(await scene.reads(post, /Done in/u))).toContain('docker node update --availability active pica01');
  });

  it('takes the Swarm’s lock as well', async () => {
    await open({ guests: { pica01: { swarmNode: 'pica01' } } });
    await snapshotOf('pica01', 'base');
    scene.swarm.setNode('pica01', { availability: 'drain' });
    await ask('revert pica01 base', /Waiting for/u);
    const [operation] = await scene.store.operations.operations({ limit: 1 });
    expect(operation?.plan?.locks).toEqual(['swarm', 'vm:pica01']);
  });

  it('speaks French', async () => {
    await open({ language: 'fr' });
    await snapshotOf('pica01', 'base', 3_600_000);
    const post = await ask('rembobiner pica01 base', /est perdu/u);
    expect(wordsOf(post)).toMatch(/\*\*Tout ce qui a été fait après .* est perdu\*\* \(1\sh/u);
    await scene.who('bob').react(post.id, YES);
    expect(wordsOf(await scene.reads(post, /est revenue/u))).toContain('et tourne.');
  });
});

describe('snapshot-delete', () => {
  it('waits for somebody else, and deletes that one alone', async () => {
    await open();
    await snapshotOf('pica01', 'one');
    await snapshotOf('pica01', 'two');
    const done = await agreed('snapshot-delete pica01 one');
    expect(done).toContain('`pica01` no longer has `one`.');
    expect(scene.hypervisor.known('pica01').snapshots.map(({ name }) => name)).toEqual(['two']);
  });

  it('is never an emergency', async () => {
    await open();
    await snapshotOf('pica01', 'one');
    await ask('snapshot-delete pica01 one --emergency "disk full"', /never an emergency/u);
    expect(kinds()).toEqual(['qmsnapshot']);
  });
});

describe('start and stop', () => {
  it('shuts down, and starts again', async () => {
    await open();
    expect(await agreed('stop monitoring')).toContain('`monitoring` is off.');
    expect(kinds()).toEqual(['qmshutdown']);
    const post = await ask('start monitoring', /Waiting for a ✅/u);
    await scene.who('alice').react(post.id, YES);
    expect(wordsOf(await scene.reads(post, /Done in/u))).toContain('`monitoring` has started');
  });

  it('cuts the power of what does not end in time, and says so', async () => {
    await open();
    scene.hypervisor.known('monitoring').hangs = true;
    const done = await agreed('stop monitoring --timeout 20s');
    expect(done).toContain('it did not end within 20 s, so its power was cut');
    expect(kinds()).toEqual(['qmshutdown', 'qmstop']);
  });

  it('cuts the power at once with --now', async () => {
    await open();
    const post = await ask('stop monitoring --now', /Waiting for/u);
    expect(wordsOf(post)).toContain('⚠️ **Cuts the power** of `monitoring` at once');
    await scene.who('bob').react(post.id, YES);
    await scene.reads(post, /Done in/u);
    expect(kinds()).toEqual(['qmstop']);
  });

  it('has nothing to do for what is as it should be', async () => {
    await open();
    await ask('start pica01', /`pica01` runs already/u);
    scene.hypervisor.known('admin').startedAt = null;
    await ask('stop admin', /`admin` is off already/u);
    expect(kinds()).toEqual([]);
  });
});

describe('migrate', () => {
  it('moves a guest live, its disks along', async () => {
    await open();
    const post = await ask('migrate admin bob', /Waiting for a ✅/u);
    expect(wordsOf(post)).toContain('**Moves** `admin` from alice to bob, without stopping it');
    expect(wordsOf(post)).toContain('Its disks go along: 40 GB');
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /`admin` is on bob now/u);
    expect((await scene.hypervisor.guest('admin')).node).toBe('bob');
  });

  it('stops the task when it is cancelled', async () => {
    await open({ speed: 4 });
    const post = await ask('migrate admin bob', /Waiting for a ✅/u);
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /Moving/u);
    await scene.who('alice').react(post.id, 'octagonal_sign');
    await scene.reads(post, /Cancelled/u);
    expect(scene.hypervisor.history()).toMatchObject([{ kind: 'qmigrate', end: { state: 'failed', reason: 'interrupted by signal' } }]);
    expect((await scene.hypervisor.guest('admin')).node).toBe('alice');
  });
});

describe('a guest that Proxmox HA manages', () => {
  /** Between an order and the look at what became of it. */
  function haBeginsBeforeTheLook(): void {
    const { hypervisor, clock } = scene;
    const tasks = hypervisor.tasks.bind(hypervisor);
    vi.spyOn(hypervisor, 'tasks').mockImplementationOnce(async (...of) => {
      clock.warp(1_500);
      await tasks(...of);
      clock.warp(10_500);
      return await tasks(...of);
    });
  }

  it('is waited for, though the task of the order ends at once', async () => {
    await open();
    scene.hypervisor.known('monitoring').ha = 'follows';
    expect(await agreed('stop monitoring')).toContain('`monitoring` is off.');
    expect(kinds()).toEqual(['hastop', 'qmshutdown']);
    const post = await ask('start monitoring', /Waiting for a ✅/u);
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /`monitoring` has started/u);
    expect((await scene.hypervisor.guest('monitoring')).state).toBe('running');
  });

  it('has moved only when it is there', async () => {
    await open();
    scene.hypervisor.known('admin').ha = 'follows';
    const post = await ask('migrate admin bob', /Waiting for a ✅/u);
    await scene.who('alice').react(post.id, YES);
    await scene.reads(post, /`admin` is on bob now/u);
    expect((await scene.hypervisor.guest('admin')).node).toBe('bob');
  });

  it.each([
    ['start', 'monitoring', 'start monitoring', /has started/u],
    ['shutdown', 'monitoring', 'stop monitoring', /is off/u],
    ['migrate', 'admin', 'migrate admin bob', /is on bob now/u],
  ] as const)(
    'whose order to %s was lost is followed all the same: what HA began for it is no second one',
    async (method, name, command, end) => {
      await open();
      const guest = scene.hypervisor.known(name);
      if (method === 'start') guest.startedAt = null;
      guest.ha = 'follows';
      haBeginsBeforeTheLook();
      const lost = new VigieError('hypervisor_unreachable', { host: 'lab', reason: 'cut off' });
      scene.hypervisor.failNext(method, lost, { afterEffect: true });
      const post = await ask(command, /Waiting for/u);
      await scene.who('bob').react(post.id, YES);
      await scene.reads(post, end);
      expect(kinds()).toHaveLength(2);
    },
  );

  it('may take the time to shut down that was asked for', async () => {
    await open({ speed: 300 });
    Object.assign(scene.hypervisor.known('monitoring'), { ha: 'follows', hangs: true });
    expect(await agreed('stop monitoring --timeout 6m')).toContain('`monitoring` is off.');
  });

  it('that does not follow is told of, and its power stays on', async () => {
    await open({ speed: 300 });
    scene.hypervisor.known('monitoring').ha = 'stuck';
    expect(await agreed('stop monitoring', /Failed/u)).toMatch(
      /Proxmox HA took the order, and `monitoring` has not followed it: it is not off/u,
    );
    expect(kinds()).toEqual(['hastop']);
  });
});

describe('backup of a VM', () => {
  it('writes it at once, copies it to the other machine, and says where it is', async () => {
    await open({ speed: 200 });
    const post = await ask('backup admin', /backup admin/u);
    const done = wordsOf(await scene.reads(post, /Done in/u));
    const [backup] = await scene.store.backups.backups({ target: 'admin', limit: 2 });
    expect(done).toContain(`\`admin\` is saved: backup **\`${backup?.id}\`** on \`local\`, 4 GB.`);
    expect(done).toMatch(/\bbob\b/u);
    expect(backup).toMatchObject({ kind: 'vm', state: 'good', scheduled: false, copies: [{ place: 'bob' }] });
    expect((await scene.hypervisor.backups(104)).files.map(({ notes }) => notes)).toEqual([`vigie ${backup?.id}`]);
    expect(wordsOf(await ask('vms', /4 VMs/u))).toMatch(/`admin` on alice, up 9\sdays\n {2}backup \d+\s(?:s|min)[^,]* ago/u);
  });

  it('shows in French what it would do', async () => {
    await open({ language: 'fr' });
    scene.hypervisor.known('pica02').agent = 'silent';
    const text = wordsOf(await ask('sauvegarder pica02 --dry-run', /Sauvegarde `pica02`/u));
    expect(text).toMatch(/`local` sera plein à 17\s%/u);
    expect(text).toContain('état comme après une coupure de courant');
    expect(text).toContain('vers `alice`');
    expect(kinds()).toEqual([]);
  });

  it('keeps the backup, and says so, when its copy arrives damaged', async () => {
    await open({ speed: 200 });
    scene.guestFiles.damageNext();
    const post = await ask('backup admin', /backup admin/u);
    const failed = wordsOf(await scene.reads(post, /Failed/u));
    expect(failed).toMatch(/its copy to `bob` failed/u);
    expect(failed).toMatch(/The backup itself is (?:kept|whole)/u);
    expect(await scene.store.backups.backups({ target: 'admin', limit: 2 })).toHaveLength(1);
    expect(scene.guestFiles.on('bob')).toEqual([]);
  });

  it('shows vzdump’s log when that failed', async () => {
    await open({ speed: 200 });
    scene.hypervisor.endNext('vzdump', { state: 'failed', reason: 'job failed with err -28 - No space left on device' });
    const post = await ask('backup admin', /backup admin/u);
    await scene.reads(post, /Failed/u);
    expect(wordsOf(await scene.reply(post, /failed/u))).toContain('INFO: Starting Backup of VM 104 (qemu)');
    expect(await scene.store.backups.backups({ target: 'admin', limit: 2 })).toEqual([]);
  });

  it('is refused where it would fill the disk', async () => {
    await open();
    scene.hypervisor.storageOf('alice', 'local').otherBytes = 165 * GB;
    await ask('backup admin', /`local` would be 88 % full: vigie stops at 85 %/u);
  });
});

/** What people get wrong, or what stands in the way: each is said before anything is done. */
const REFUSED: readonly (readonly [what: string, command: string, set: (to: Scene) => void | Promise<void>, words: RegExp])[] = [
  ['an unknown guest', 'snapshot pcia01', () => undefined, /There is no VM `pcia01`\. Did you mean `pica01`\?/u],
  ['no guest', 'snapshot', () => undefined, /`snapshot` needs `VM`/u],
  ['no quorum', 'snapshot pica01', (to) => to.hypervisor.loseQuorum(), /has no quorum: it is read-only/u],
  ['a machine that is offline', 'start pica02', (to) => to.hypervisor.setOnline('bob', false), /has no quorum|`bob` is offline/u],
  ['no answer', 'snapshot pica01', (to) => to.hypervisor.beUnreachable(), /No Proxmox answers; .*`lab` \(connection refused\)/u],
  ['missing rights', 'vms', (to) => to.hypervisor.lackRights(), /lacks `VM\.Audit`/u],
  [
    'a busy guest',
    'snapshot pica01',
    (to) => to.hypervisor.backup(to.hypervisor.known('pica01').vmid, 'local', ''),
    /busy with `pica01` \(`backup`\)/u,
  ],
  [
    'a full storage',
    'snapshot pica01',
    (to) => void (to.hypervisor.storageOf('alice', 'local-lvm').otherBytes = 390 * GB),
    /`local-lvm` would be 87 % full: vigie stops at 85 %/u,
  ],
  [
    'a storage that is away',
    'snapshot pica01',
    (to) => void (to.hypervisor.storageOf('alice', 'local-lvm').active = false),
    /storage `local-lvm` on `alice` isn't there/u,
  ],
  ['a name that Proxmox would refuse', 'snapshot pica01 mise-à-jour', () => undefined, /`mise-à-jour` is no good name for a snapshot/u],
  ['a name that is too long', 'snapshot pica01 before-the-great-upgrade', () => undefined, /at most 20 letters/u],
  ['an unknown snapshot', 'revert pica01 bsae', () => snapshotOf('pica01', 'base'), /no snapshot `bsae`\. Did you mean `base`\?/u],
  ['a template', 'start golden', addTemplate, /`golden` is a template/u],
  ['two guests of one name', 'stop twin', addTwins, /Several VMs are called `twin`: say which number, `201` and `202`/u],
  ['an unknown machine', 'migrate admin bbo', () => undefined, /no machine `bbo` in the cluster\. Did you mean `bob`\?/u],
  ['too little memory there', 'migrate pica01 bob', () => undefined, /`bob` has too little memory free: 12.GB are needed, 10.GB are free/u],
  ['snapshots that can’t move along', 'migrate admin bob', () => snapshotOf('admin', 'base'), /Delete `base` first/u],
  ['a time that is none', 'stop admin --timeout soon', () => undefined, /a duration such as/u],
  ['somebody without the right', 'snapshot pica01', () => undefined, /operator/u],
];

function addTemplate({ hypervisor }: Scene): void {
  hypervisor.createGuest({ vmid: 900, name: 'golden', node: 'alice', template: true });
}

function addTwins({ hypervisor }: Scene): void {
  for (const vmid of [201, 202]) hypervisor.createGuest({ vmid, name: 'twin', node: 'alice' });
}

describe('refused before anything is done', () => {
  it.each(REFUSED)('%s', async (what, command, set, words) => {
    await open();
    await set(scene);
    const before = kinds().length;
    await ask(command, words, what === 'somebody without the right' ? 'zoe' : 'alice');
    expect(kinds()).toHaveLength(before);
  });

  it.each([
    ['a brick', { brick: true }, /`pica01` holds a brick of GlusterFS/u],
    ['databases without a Swarm node', { databases: true }, /holds data of databases/u],
    ['a Swarm node that is in use', { swarmNode: 'pica01' }, /is the Swarm node `pica01`, and services run there/u],
    ['a Swarm node that nobody knows', { swarmNode: 'pica09' }, /the Swarm doesn't know it/u],
  ])('revert and stop of %s', async (_what, facts, words) => {
    await open({ guests: { pica01: facts } });
    await snapshotOf('pica01', 'base');
    await ask('revert pica01 base', words);
    await ask('stop pica01', words);
    expect(kinds()).toEqual(['qmsnapshot']);
  });

  it('a revert past newer snapshots on ZFS', async () => {
    await open();
    const storage = scene.hypervisor.storageOf('alice', 'local-lvm');
    Object.assign(storage.view, { kind: 'zfspool' });
    await snapshotOf('pica01', 'old', DAY_MS);
    await snapshotOf('pica01', 'new');
    await ask('revert pica01 old', /Newer snapshots stand in the way of `old`[^]*Delete `new` first/u);
  });

  it('a Proxmox that nobody configured', async () => {
    await open({ without: ['hypervisor'] });
    await ask('vms', /No Proxmox is configured/u);
  });
});
