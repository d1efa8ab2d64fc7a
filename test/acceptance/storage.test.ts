import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import type { FileSystem, Hosts } from '#ports/hosts.ts';
import { vesselName } from '#ports/levels.ts';
import { keepLevels } from '#pipeline/levels/levels.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { Scene, textOf, type SceneOptions } from './scene.ts';

const GB = 1_000_000_000;
const REPORT = '/docs/report.odt';

let scene: Scene;
afterEach(() => scene.close());

/** What a person reads, with ordinary spaces. */
function wordsOf(post: SeenPost): string {
  return textOf(post).replaceAll(/[\u00a0\u202f]/gu, ' ');
}

const never = async (): Promise<never> => await new Promise(() => undefined);

/** Machines that have one disk each. */
function hostsWith(fileSystems: Hosts['fileSystems']): Hosts {
  return {
    list: () => ['pica01', 'monitoring'],
    fileSystems,
    space: never,
    journal: never,
    clean: never,
    powerOff: never,
    guestSettings: never,
    zfsSnapshots: never,
    takeGuest: never,
  };
}

const DISK: FileSystem = { mount: '/', sizeBytes: 100 * GB, usedBytes: 40 * GB, usedShare: 0.4 };

async function asked(words: string, options: SceneOptions = {}, pattern = /\*\*Volumes\*\*/u): Promise<string> {
  scene = await Scene.open({ systems: { hosts: hostsWith(async () => [DISK]) }, ...options });
  await scene.say('zoe', `@vigie ${words}`);
  return wordsOf(await scene.post(pattern));
}

describe('storage', () => {
  it('says how full everything is that holds data, in one answer', async () => {
    const text = await asked('storage');
    expect(text).toMatch(/🟢 `data` 60% · 80 GB free/u);
    expect(text).toMatch(/🟢 `vault` 60% · 80 GB free/u);
    expect(text).toContain('**Proxmox**');
    expect(text).toMatch(/[🟢⚠🔴]\S* `alice` `local` \d+(?:\.\d)?% · [\d.]+ [GT]B free/u);
    expect(text).toContain('**`pica01`**\n- 🟢 `/` 40% · 60 GB free');
  });

  it('says in how many days something will be full, on the line through what vigie saw', async () => {
    scene = await Scene.open({ systems: { hosts: hostsWith(async () => [DISK]) } });
    const name = vesselName({ kind: 'volume', name: 'data' });
    const now = scene.clock.now();
    for (const [index, level] of [0.59, 0.595, 0.6].entries())
      await keepLevels(scene.store.cursors, new Map([[name, level]]), now - (3 - index) * 3_600_000);
    await scene.say('zoe', '@vigie storage');
    expect(wordsOf(await scene.post(/\*\*Volumes\*\*/u))).toMatch(/`data` 60% · 80 GB free · \*\*full in 3 days/u);
  });

  it('points at what is wrong: a brick, a heal, a split-brain, a mount, a version', async () => {
    scene = await Scene.open();
    const { volumes } = scene;
    volumes.brickOf('pica02').online = false;
    volumes.data.write('/docs/a.txt', 'a', scene.clock.now());
    volumes.mountStates.set('pica02', 'stale');
    volumes.versions = { pica01: '10.3', pica02: '9.2' };
    await scene.say('zoe', '@vigie storage');
    const text = wordsOf(await scene.post(/\*\*Volumes\*\*/u));
    expect(text).toMatch(/🔴 `data` 60%/u);
    expect(text).toContain('brick down: `pica02:/srv/bricks/data`');
    expect(text).toContain('1 to heal · `heal data`');
    expect(text).toContain('what 1 brick owes is unknown');
    expect(text).toContain('🔴 `/DATA` on `pica02` **is stale**');
    expect(text).toContain('GlusterFS of several versions: `pica01` 10.3, `pica02` 9.2');
  });

  it('says of what does not answer that it is unknown, and tells of all others within its time', async () => {
    const slow = hostsWith(async (host, signal) => {
      if (host === 'monitoring') return [DISK];
      return await new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    });
    scene = await Scene.open({ systems: { hosts: slow } });
    scene.volumes.trouble = new VigieError('ssh_unreachable', { host: 'root@pica01:22', reason: 'timed out' });
    const from = Date.now();
    await scene.say('zoe', '@vigie storage');
    const text = wordsOf(await scene.post(/\*\*Volumes\*\*/u));
    expect(Date.now() - from).toBeLessThan(12_000);
    expect(text).toContain('❔ SSH to `root@pica01:22` failed (timed out).');
    expect(text).toContain('❔ `/DATA` on `pica01` unknown');
    expect(text).toContain('**`pica01`**\n- ❔ No answer within 5 s.');
    expect(text).toContain('**`monitoring`**\n- 🟢 `/` 40%');
    expect(text).not.toMatch(/🟢 `data`/u);
  });

  it('says what to configure where nothing is', async () => {
    const text = await asked('stockage', { language: 'fr', without: ['volumes', 'hypervisor', 'hosts'] }, /configuré/u);
    expect(text).toContain('Rien de ce qui porte des données n’est configuré : remplis `gluster`, `proxmox` ou `hosts`');
  });

  it('shows one volume with its bricks, its limits and both sides of a split-brain', async () => {
    scene = await Scene.open();
    scene.volumes.split(REPORT, { pica01: 'a'.repeat(1_200), pica02: 'b'.repeat(3_400) });
    scene.volumes.data.limitBytes = 10 * GB;
    await scene.say('zoe', '@vigie storage Data');
    const text = wordsOf(await scene.post(/in split-brain/u));
    expect(text).toContain('**`data`** 60% · 80 GB free · too new for a forecast');
    expect(text).toContain('Replicate, each file 2 times');
    expect(text).toContain('🟢 `pica01` `/srv/bricks/data` 80 GB free');
    expect(text).toContain('Limit of `/` 10 GB, 0 B used');
    expect(text).toContain('🟢 `/DATA` on `pica01` is mounted');
    expect(text).toMatch(/1 in split-brain[^]*`\/docs\/report\.odt`[^]*`pica01` 1\.2 kB, written [^]*`pica02` 3\.4 kB, written /u);
    expect(text).toContain('`heal data FILE --from MACHINE`');
  });

  it('says of mounts and machines that do not answer that they are unknown', async () => {
    scene = await Scene.open();
    const silent = async (): Promise<never> => {
      throw new VigieError('no_answer', { limit: 5_000 });
    };
    Object.assign(scene.volumes, { mounts: silent, pool: silent, quota: silent });
    await scene.say('zoe', '@vigie storage');
    const all = wordsOf(await scene.post(/\*\*Volumes\*\*/u));
    expect(all).toContain('❔ Mounts are unknown: No answer within 5 s.');
    expect(all).toContain("❔ How GlusterFS's machines are is unknown: No answer within 5 s.");
    await scene.say('zoe', '@vigie storage data');
    const one = wordsOf(await scene.post(/Replicate, each file/u));
    expect(one).toContain('❔ Where it is mounted is unknown: No answer within 5 s.');
    expect(one).toContain('❔ Its limits are unknown: No answer within 5 s.');
    expect(one).toContain('❔ Its peers are unknown: No answer within 5 s.');
  });

  it('says the same in French', async () => {
    scene = await Scene.open({ language: 'fr' });
    const silent = async (): Promise<never> => {
      throw new VigieError('no_answer', { limit: 5_000 });
    };
    Object.assign(scene.volumes, { mounts: silent, pool: silent, quota: silent });
    await scene.say('zoe', '@vigie stockage');
    expect(wordsOf(await scene.post(/\*\*Volumes\*\*/u))).toContain('❔ Les points de montage sont inconnus : ');
    await scene.say('zoe', '@vigie stockage data');
    expect(wordsOf(await scene.post(/chaque fichier/u))).toContain('❔ Ses quotas sont inconnus : ');
  });

  it('shows what each brick of a volume knows of, by number and first names, and each peer with its state', async () => {
    scene = await Scene.open();
    const { volumes } = scene;
    volumes.data.heals = false;
    for (const file of ['/a.txt', '/b.txt', '/c.txt'])
      volumes.data.bricks[0]?.take(file, { content: 'new', now: scene.clock.now(), missing: volumes.data.bricks.slice(1) });
    volumes.split(REPORT, { pica01: 'a', pica02: 'b' });
    await scene.say('zoe', '@vigie storage data');
    const text = wordsOf(await scene.post(/Replicate, each file/u));
    expect(text).toMatch(
      /`pica01` `\/srv\/bricks\/data` .*\n +- knows of 3 to heal \(`\/a\.txt` and `\/b\.txt`, …\) and 1 in split-brain \(`\/docs\/report\.odt`\)/u,
    );
    expect(text).toMatch(/`pica02` `\/srv\/bricks\/data` .*\n +- knows of 1 in split-brain/u);
    expect(text).toContain('🟢 peer `pica02` connected (`Peer in Cluster`), as `pica01` sees it');
  });

  it('names a peer that is connected and refused', async () => {
    scene = await Scene.open();
    scene.volumes.peerState = 'Peer Rejected';
    await scene.say('zoe', '@vigie storage');
    expect(wordsOf(await scene.post(/\*\*Volumes\*\*/u))).toContain(
      'GlusterFS on `pica02` is connected, and no full peer: `Peer Rejected`',
    );
  });

  it('says which side it can not look at', async () => {
    scene = await Scene.open();
    scene.volumes.split(REPORT, { pica01: 'a', pica02: 'b' });
    scene.volumes.hidden.add('pica02');
    await scene.say('zoe', '@vigie storage data');
    expect(wordsOf(await scene.post(/in split-brain/u))).toContain(
      'its sides are unknown: The brick `pica02:/srv/bricks/data` is on a machine that vigie does not know',
    );
  });

  it('names the volume that was probably meant', async () => {
    expect(await asked('storage dat', {}, /Did you mean `data`\?/u)).toContain('There is no volume `dat`');
  });

  it('speaks French', async () => {
    scene = await Scene.open({ language: 'fr' });
    scene.volumes.split(REPORT, { pica01: 'a', pica02: 'b' });
    await scene.say('zoe', '@vigie stockage');
    expect(wordsOf(await scene.post(/\*\*Volumes\*\*/u))).toContain('**1 en split-brain** · `stockage data`');
  });
});

describe('heal', () => {
  /** Something that pica02 missed, and doesn't take by itself. */
  function miss(file: string): void {
    const { data } = scene.volumes;
    data.heals = false;
    data.bricks[0]?.take(file, { content: 'new', now: scene.clock.now(), missing: data.bricks.slice(1) });
  }

  beforeEach(async () => {
    scene = await Scene.open();
  });

  it('shows its plan, waits for a ✅, and shows how much is left until nothing is', async () => {
    miss('/docs/a.txt');
    await scene.say('alice', '@vigie heal data');
    const post = await scene.post(/\*\*Heals\*\* `data`/u);
    await scene.who('alice').react(post.id, 'white_check_mark');
    await scene.reads(post, /1 to heal/u);
    scene.volumes.data.heals = true;
    scene.volumes.data.heal('index', scene.clock.now());
    expect(wordsOf(await scene.reads(post, /Nothing is pending in `data` any more/u))).toMatch(/Done in/u);
    expect(scene.volumes.brickOf('pica02').files.get('/docs/a.txt')?.content).toBe('new');
  });

  it('walks through all of it with --full, and says what that does not find', async () => {
    await scene.say('alice', '@vigie heal data --full');
    const post = await scene.post(/walks through the whole of it/u);
    await scene.who('alice').react(post.id, 'white_check_mark');
    expect(wordsOf(await scene.reads(post, /Nothing is pending/u))).toContain('walked through the bricks of one machine');
    expect(scene.volumes.data.crawls).toBe(1);
  });

  it.each([
    ['heal data', /\*\*Heals\*\*/u],
    ['heal data --full', /walks through the whole of it/u],
  ])('tells a daemon again that did not hear of it: %s', async (command, plan) => {
    miss('/docs/a.txt');
    Object.assign(scene.volumes.data, { heals: true });
    scene.volumes.deaf = 1;
    await scene.say('alice', `@vigie ${command}`);
    const post = await scene.post(plan);
    await scene.who('alice').react(post.id, 'white_check_mark');
    expect(wordsOf(await scene.reads(post, /Nothing is pending/u))).toMatch(/Done in/u);
    expect(scene.volumes.deaf).toBe(0);
  });

  it('has nothing to do where nothing is pending', async () => {
    await scene.say('alice', '@vigie heal data');
    expect(wordsOf(await scene.post(/Nothing to do/u))).toContain('Nothing is pending in `data`. `heal data --full` walks');
  });

  it('says what stays when nothing gets less', async () => {
    miss('/docs/a.txt');
    await scene.say('alice', '@vigie heal data');
    const post = await scene.post(/\*\*Heals\*\*/u);
    await scene.who('alice').react(post.id, 'white_check_mark');
    expect(wordsOf(await scene.reads(post, /Failed/u, 60_000))).toContain("`data` isn't whole: 1 still pending (`/docs/a.txt`)");
  });

  it('is refused while a brick is down, with what starts it', async () => {
    scene.volumes.brickOf('pica02').online = false;
    await scene.say('alice', '@vigie heal data');
    expect(wordsOf(await scene.post(/down or not reached/u))).toContain(
      '`pica02:/srv/bricks/data` of `data` is down or not reached: nothing can be healed there. Start what is down with `gluster volume start data force`',
    );
  });

  it('tells of a split-brain that it does not mend', async () => {
    miss('/docs/a.txt');
    scene.volumes.split(REPORT, { pica01: 'a', pica02: 'b' });
    await scene.say('alice', '@vigie heal data');
    const post = await scene.post(/Something is in split-brain, which this doesn't mend/u);
    scene.volumes.data.heals = true;
    await scene.who('alice').react(post.id, 'white_check_mark');
    expect(wordsOf(await scene.reads(post, /Done in/u))).toContain('1 in split-brain stays: `/docs/report.odt`');
  });
});

describe('heal of a split-brain', () => {
  beforeEach(async () => {
    scene = await Scene.open();
    scene.volumes.split(REPORT, { pica01: 'right', pica02: 'wrong side' });
  });

  const content = (host: string): string | undefined => scene.volumes.brickOf(host).files.get(REPORT)?.content;

  it('shows what is lost, needs somebody else, copies that away and lets the other side win', async () => {
    await scene.say('alice', `@vigie heal data ${REPORT} --from pica01`);
    const post = await scene.post(/is overwritten/u);
    const plan = wordsOf(post);
    expect(plan).toMatch(/\*\*Stays\*\* `pica01`: 5 B, written /u);
    expect(plan).toMatch(/\*\*Goes\*\* `pica02`: 10 B, written .*; copied away there first/u);
    await scene.who('alice').react(post.id, 'white_check_mark');
    await scene.reads(post, /✅ from somebody else than alice/u);
    expect(content('pica02')).toBe('wrong side');
    await scene.who('bob').react(post.id, 'white_check_mark');
    const done = wordsOf(await scene.reads(post, /is the same everywhere now/u));
    expect([content('pica01'), content('pica02')]).toEqual(['right', 'right']);
    const [[where, kept] = ['', '']] = [...scene.volumes.aside];
    expect(kept).toBe('wrong side');
    expect(done).toContain(`The other side is kept on \`pica02\`: \`${where.replace('pica02:', '')}\` (10 B)`);
  });

  it('overwrites nothing where a side has changed since it was approved', async () => {
    await scene.say('alice', `@vigie heal data ${REPORT} --from pica01`);
    const post = await scene.post(/is overwritten/u);
    scene.volumes
      .brickOf('pica02')
      .files.set(REPORT, { content: 'written again', writtenAt: scene.clock.now(), blames: new Set([scene.volumes.brickOf('pica01')]) });
    await scene.who('bob').react(post.id, 'white_check_mark');
    await scene.reads(post, /Out of date: nothing was done/u);
    expect(content('pica02')).toBe('written again');
    expect(scene.volumes.aside.size).toBe(0);
  });

  it('overwrites nothing where there is no room for the copy', async () => {
    const { volumes } = scene;
    volumes.setAside = async () => {
      throw new VigieError('aside_full', { host: 'pica02', folder: '/var/lib/vigie-aside', needed: 10, free: 1 });
    };
    await scene.say('alice', `@vigie heal data ${REPORT} --from pica01`);
    const post = await scene.post(/is overwritten/u);
    await scene.who('bob').react(post.id, 'white_check_mark');
    expect(wordsOf(await scene.reads(post, /Failed/u))).toContain(
      'has no room for the copy: 10 B are needed, 1 B are free. Nothing was overwritten.',
    );
    expect(content('pica02')).toBe('wrong side');
  });

  it.each([
    [`heal data ${REPORT}`, /Which side of `\/docs\/report\.odt` is right\? Say so with `--from`: `pica01` and `pica02`/u],
    ['heal data --from pica01', /no file is named: `heal data FILE --from pica01`/u],
    [`heal data ${REPORT} --from pica03`, /`pica03` has no side of `\/docs\/report\.odt`\. There are `pica01` and `pica02`/u],
    ['heal data /docs/../../etc/passwd --from pica01', /is no file of a volume/u],
    [
      'heal data /docs/reprot.odt --from pica01',
      /is not in split-brain: there is nothing to choose\. Did you mean `\/docs\/report\.odt`\?/u,
    ],
    [`heal data ${REPORT} --from pica01 --full`, /`--full` walks through a whole volume, and `\/docs\/report\.odt` is one file of it/u],
  ])('refuses %s', async (words, pattern) => {
    await scene.say('alice', `@vigie ${words}`);
    expect(wordsOf(await scene.post(pattern))).toMatch(pattern);
    expect(content('pica02')).toBe('wrong side');
  });

  it('speaks French', async () => {
    await scene.close();
    scene = await Scene.open({ language: 'fr' });
    scene.volumes.split(REPORT, { pica01: 'bon', pica02: 'mauvais' });
    await scene.say('alice', `@vigie réparer data ${REPORT} --depuis pica01`);
    const post = await scene.post(/est écrasé/u);
    await scene.who('bob').react(post.id, 'white_check_mark');
    expect(wordsOf(await scene.reads(post, /est maintenant le même partout/u))).toContain('L’autre côté est gardé sur `pica02`');
  });
});
