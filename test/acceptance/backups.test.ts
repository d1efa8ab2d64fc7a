import { afterEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { Scene, textOf, until } from './scene.ts';
import { asked, backedUp, done, HOUR, namesOn } from './told.ts';

let scene: Scene;
afterEach(() => scene.close());

const DAY = 24 * HOUR;
const dumps = (): readonly string[] => scene.places.main.paths.filter((path) => path.endsWith('.dump'));

describe('backup', () => {
  it('dumps, copies, and says so', async () => {
    scene = await Scene.open();
    const text = textOf(await asked(scene, 'backup pad', /^✅ \*\*backup/u));
    expect(text).toMatch(/`pad` is saved: backup \*\*`\w+`\*\*, [\d.]+.kB, 132 rows in 2 tables\.\n2 copies, read back and compared\./u);
    expect(dumps()).toHaveLength(1);
  });

  it('shows what it would do: size of the last one, room, copies, and what goes', async () => {
    scene = await Scene.open();
    await backedUp(scene);
    scene.clock.warp(6 * HOUR);
    const plan = textOf(await asked(scene, 'backup pad --dry-run', /Dry run/u));
    expect(plan).toMatch(/Dumps `pad` \(postgres 15\.13 on `postgres`\)/u);
    expect(plan).toMatch(/\*\*Size\*\* about 3\.6.kB, as the last one, 6\sh.* ago/u);
    expect(plan).toMatch(/\*\*To\*\* `gluster`, 1% full then[\s\S]*\*\*Copy to\*\* `offsite` 🔒, 1% full then/u);
    expect(dumps()).toHaveLength(1);
  });

  it('speaks French', async () => {
    scene = await Scene.open({ language: 'fr' });
    const text = textOf(await asked(scene, 'sauvegarder pad', /^✅ \*\*sauvegarder/u));
    expect(text).toMatch(/`pad` est sauvegardée.: sauvegarde \*\*`\w+`\*\*, 3,6.ko, 132 lignes dans 2 tables/u);
    const list = textOf(await asked(scene, 'sauvegardes pad', /bonne sauvegarde/u));
    expect(list).toMatch(/🟢 \*\*`pad`\*\*.: la dernière bonne sauvegarde a .*\d\s(?:s|min)\.|a moins d’une seconde\./u);
    expect(list).toMatch(/Pour revenir en arrière.: `restaurer pad`/u);
  });

  it('removes what retention lets go, and shows it first', async () => {
    scene = await Scene.open();
    const ids: string[] = [];
    for (let count = 0; count < 4; count += 1) {
      ids.push(await backedUp(scene));
      scene.clock.warp(HOUR);
    }
    const [old] = ids;
    scene.clock.warp(8 * DAY);
    const plan = textOf(await asked(scene, 'backup pad --dry-run', /Dry run/u));
    expect(plan).toMatch(new RegExp(`\\*\\*Removed then\\*\\* \\d old dumps?; \\d stay[\\s\\S]*\`${old}\` of`, 'u'));
    const text = textOf(await asked(scene, 'backup pad', /^✅ \*\*backup/u));
    expect(text).toMatch(/\d old dumps? removed, [\d.]+.kB freed/u);
    expect(dumps().some((path) => path.includes(old ?? ''))).toBe(false);
    expect(dumps().length).toBeGreaterThan(1);
  });

  it('drops what an earlier restore replaced once seven days are over, and nothing before', async () => {
    scene = await Scene.open();
    await backedUp(scene);
    const { id } = await done(scene, 'restore pad');
    await backedUp(scene);
    expect(namesOn(scene)).toEqual(['pad', `pad_vigie_old_${id}`]);
    scene.databases.server('postgres').databases.set('pad_vigie_old_zzz', { owner: 'pad', tables: new Map() });
    scene.clock.warp(7 * DAY);
    const text = textOf(await asked(scene, 'backup pad', /^✅ \*\*backup/u));
    expect(text).toMatch(/1 database of earlier restores dropped/u);
    expect(namesOn(scene)).toEqual(['pad', 'pad_vigie_old_zzz']);
  });

  it('is no worse for what an earlier restore left and can’t be dropped: that is told', async () => {
    scene = await Scene.open();
    await backedUp(scene);
    const { id } = await done(scene, 'restore pad');
    await backedUp(scene);
    scene.clock.warp(7 * DAY);
    const reason = 'ERROR 1010 (HY000) at line 1';
    scene.databases.failNext('drop', new VigieError('database_refused', { database: 'pad', server: 'postgres', reason, report: null }));
    const text = textOf(await asked(scene, 'backup pad', /^✅ \*\*backup/u));
    expect(text).toContain(`⚠️ \`pad_vigie_old_${id}\`, left by an earlier restore, couldn't be dropped: \`${reason}\``);
    expect(text).not.toMatch(/of earlier restores dropped/u);
    expect(namesOn(scene)).toEqual(['pad', `pad_vigie_old_${id}`]);
  });

  it('drops nothing that only goes by such a name: of another operation, or of another database', async () => {
    scene = await Scene.open();
    const backup = await backedUp(scene);
    const { databases } = scene.databases.server('postgres');
    const { id } = await done(scene, 'restore pad');
    const theirs = [`pad_vigie_old_${backup}`, `pad_vigie_new_${backup}`, `pad_vigie_undone_${id}`, `PAD_vigie_old_${id}`];
    for (const name of theirs) databases.set(name, { owner: 'eve', tables: new Map([['theirs', ['one']]]) });
    scene.clock.warp(8 * DAY);
    await backedUp(scene);
    expect(namesOn(scene)).toEqual(['pad', ...theirs].toSorted());
  });

  it('drops what undoing a restore put away seven days after that, not after the restore', async () => {
    scene = await Scene.open();
    await backedUp(scene);
    const { id } = await done(scene, 'restore pad');
    scene.clock.warp(6 * DAY);
    await done(scene, `restore-undo ${id}`);
    scene.clock.warp(2 * DAY);
    await backedUp(scene);
    expect(namesOn(scene)).toEqual(['pad', `pad_vigie_undone_${id}`]);
    scene.clock.warp(5 * DAY);
    await backedUp(scene);
    expect(namesOn(scene)).toEqual(['pad']);
  });

  it('never lets a safety dump stand for the newest good one', async () => {
    scene = await Scene.open();
    const backup = await backedUp(scene);
    scene.databases.live('pad').tables.get('public.notes')?.splice(1);
    const { id } = await done(scene, 'restore pad');
    const list = textOf(await asked(scene, 'backups pad', /newest good/u));
    expect(list).toMatch(new RegExp(`🛟 \`${id}\` .*· before a restore\\n- 🟢 \`${backup}\``, 'u'));
    const plan = textOf(await asked(scene, 'restore pad', /^⏳/u));
    expect(plan).toContain(`**Dump** \`${backup}\``);
  });

  it('shows how far it is, and leaves nothing half written when somebody stops it', async () => {
    scene = await Scene.open();
    await backedUp(scene);
    scene.databases.slow(60_000);
    const before = new Set((await scene.vigiePosts()).map(({ id }) => id));
    await scene.say('alice', '@vigie backup pad');
    const post = await until(async () => (await scene.vigiePosts()).find((each) => !before.has(each.id)), 'the post');
    await scene.reads(post, /Progress: Dumping · [\d.]+.k?B of about 3\.6.kB/u);
    await scene.who('bob').react(post.id, 'octagonal_sign');
    await scene.reads(post, /Cancelled by bob/u);
    expect(dumps()).toHaveLength(1);
    expect(scene.places.main.paths.filter((path) => path.endsWith('.partial'))).toEqual([]);
  });

  it('fails loudly, and leaves nothing that looks like a backup', { timeout: 30_000 }, async () => {
    scene = await Scene.open();
    const failures: readonly (readonly ['killed' | 'complains' | 'empty', RegExp])[] = [
      ['killed', /❌ \*\*backup[\s\S]*The dump of `pad` failed: `terminated by signal KILL`/u],
      ['complains', /❌ \*\*backup[\s\S]*The dump of `pad` failed: `.*permission denied for table secrets`/u],
      ['empty', /❌ \*\*backup[\s\S]*The dump of `pad` was empty/u],
    ];
    for (const [fault, words] of failures) {
      scene.databases.spoilDumps('pad', fault);
      // The former one may still be telling its failure.
      await asked(scene, 'backup pad', words);
      expect(scene.places.main.paths).toEqual([]);
    }
    await asked(scene, 'backups pad', /🔴 \*\*`pad`\*\* has no good backup\. `backup pad` takes one/u);
  });

  it('keeps the dump when a copy fails, and says where it is missing', async () => {
    scene = await Scene.open();
    scene.places.bob.failNext('write', new VigieError('place_unreachable', { place: 'bob', reason: 'no route to host' }), { times: 9 });
    const text = textOf(await asked(scene, 'backup pad', /❌ \*\*backup/u));
    expect(text).toMatch(/The backup is kept; its copy to `bob` failed\. .*no route to host/u);
    expect(textOf(await asked(scene, 'backups pad', /newest good/u))).toMatch(/🟢 \*\*`pad`\*\*/u);
  });
});

describe('backup of a VM', () => {
  it('is taken by Proxmox, and stands in the ledger beside the dumps', async () => {
    scene = await Scene.open();
    const plan = textOf(await asked(scene, 'backup monitoring --dry-run', /Dry run/u));
    expect(plan).toMatch(
      /Backs `monitoring` \(103, on `bob`\) up onto `\w+`[\s\S]*\*\*Size\*\* nobody knows: it is the first one; `\w+` is \d+% full then/u,
    );
    const text = textOf(await asked(scene, 'backup vm:monitoring', /^✅ \*\*backup/u));
    expect(text).toMatch(/`monitoring` is saved: backup \*\*`\w+`\*\* on `\w+`, [\d.]+.GB/u);
    expect(textOf(await asked(scene, 'backups', /💾/u))).toMatch(/🟢 `monitoring` \(VM\) · .* old/u);
    expect(textOf(await asked(scene, 'backups monitoring', /newest good/u))).toMatch(/🟢 `\w+` \*\*\d\d:\d\d/u);
    // Somebody removes it in Proxmox's own pages.
    const { files } = await scene.hypervisor.backups(null);
    for (const { id } of files) await scene.hypervisor.deleteBackup(id);
    scene.clock.warp(60_000);
    expect(textOf(await asked(scene, 'backups', /⚠️ `monitoring`/u))).toMatch(/1 file was changed or removed: `backups monitoring`/u);
    expect(textOf(await asked(scene, 'backups monitoring', /is gone/u))).toMatch(
      /⚠️ `\w+` \*\*[^\n]* · its file is gone, a copy serves$/mu,
    );
    // And its copy is cut short by a full disk.
    for (const [key, copy] of scene.guestFiles.copies) scene.guestFiles.copies.set(key, { ...copy, bytes: 7 });
    expect(textOf(await asked(scene, 'backups', /⚠️ `monitoring`/u))).toMatch(/2 files were changed or removed: `backups monitoring`/u);
    expect(textOf(await asked(scene, 'backups monitoring', /is gone/u))).toMatch(
      /⚠️ `\w+` \*\*[^\n]* · its file is gone · its copy in `alice` was changed: 7\s*B are there$/mu,
    );
    // A machine that doesn't answer says nothing of what is there.
    scene.guestFiles.failNext('sizes', new VigieError('ssh_unreachable', { host: 'alice', reason: 'no route to host' }));
    expect(textOf(await asked(scene, 'backups monitoring', /is gone/u))).toMatch(/its file is gone, a copy serves$/mu);
  });

  it('is told from a database of the same name', async () => {
    scene = await Scene.open();
    scene.databases.addDatabase({ name: 'monitoring', server: 'postgres', tables: { series: 7 } });
    const words = /`monitoring` is a database and a VM: say `db:monitoring` or `vm:monitoring`/u;
    expect(textOf(await asked(scene, 'backup monitoring', /🚫/u))).toMatch(words);
    expect(textOf(await asked(scene, 'backup db:monitoring', /^✅ \*\*backup/u))).toMatch(/7 rows in 1 table/u);
    expect(textOf(await asked(scene, 'backup vm:monitoring --dry-run', /Dry run/u))).toMatch(/Backs `monitoring`/u);
  });
});

describe('what is refused', () => {
  it('says what is meant', { timeout: 60_000 }, async () => {
    scene = await Scene.open();
    const refused: readonly (readonly [string, RegExp])[] = [
      ['backup', /needs `TARGET`/u],
      ['backup pda', /`pda` is neither a database nor a VM\. Did you mean `pad`/u],
      ['backup db:pda', /`pda` is neither a database nor a VM/u],
      ['backup pad blog', /does not know what to do with `blog`/u],
      ['backup pad --emergency "now"', /emergency/u],
      ['backup xy:pad', /the name of a database is meant/u],
      ['backups pda', /neither a database nor a VM\. Did you mean `pad`/u],
    ];
    for (const [command, words] of refused) {
      const post = await asked(scene, command, /🚫/u);
      expect([command, textOf(post)]).toEqual([command, expect.stringMatching(words)]);
    }
  });

  it('is a full place, one that is away, a server that is down, and a database that is gone', async () => {
    scene = await Scene.open();
    scene.places.main.otherBytes = 0.86 * scene.places.main.sizeBytes;
    expect(textOf(await asked(scene, 'backup pad', /🚫/u))).toMatch(/`gluster` would be 8[67]% full: vigie stops at 85%/u);
    scene.places.main.otherBytes = 0;
    scene.places.main.unreachable = 'not mounted';
    expect(textOf(await asked(scene, 'backup pad', /🚫/u))).toMatch(/`gluster` can't be used \(not mounted\)/u);
    scene.places.main.unreachable = null;
    const server = scene.databases.server('postgres');
    server.down = 'connection refused';
    expect(textOf(await asked(scene, 'backup pad', /🚫/u))).toMatch(/`postgres`, doesn't answer \(connection refused\)|doesn't answer/u);
    server.down = null;
    server.databases.delete('pad');
    expect(textOf(await asked(scene, 'backup pad', /🚫/u))).toMatch(/`restore pad` brings it back/u);
  });
});

describe('backups', () => {
  it('names every database, also one that was never saved, and the room that is left', async () => {
    scene = await Scene.open();
    await backedUp(scene);
    const text = textOf(await asked(scene, 'backups', /💾/u));
    expect(text).toMatch(/- 🟢 `pad` · .* old · 3\.6.kB · 1 kept\n- 🔴 `blog` · no good backup/u);
    expect(text).toMatch(/💾 `offsite` 🔒 .* free of 1.GB/u);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(60);
  });

  it('says which files nobody can restore, and which place is away', async () => {
    scene = await Scene.open();
    await backedUp(scene);
    scene.places.main.put('databases/pad/20200101T000000Z-zzz.dump', 'whatever');
    scene.places.bob.unreachable = 'no route to host';
    const text = textOf(await asked(scene, 'backups pad', /newest good/u));
    expect(text).toMatch(/❔ `.*20200101T000000Z-zzz\.dump` isn't vigie's: it can't be restored/u);
    expect(text).toMatch(/💾 `bob` ⚠️ .*no route to host/u);
  });

  it('may be looked at by everybody', async () => {
    scene = await Scene.open();
    await scene.say('zoe', '@vigie backups');
    await scene.post(/`blog` · no good backup/u);
  });

  it('says so at the next look when somebody cut the file short', async () => {
    scene = await Scene.open();
    await scene.say('alice', '@vigie backup pad');
    await scene.post(/`pad` is saved/u);
    await scene.say('alice', '@vigie backups');
    await scene.post(/🟢 `pad`/u);
    scene.places.main.put(dumps()[0] ?? '', 'cut');
    await scene.say('alice', '@vigie backups');
    await scene.post(/⚠️ `pad`.*1 file was changed or removed: `backups pad`/u);
    await scene.say('alice', '@vigie backups pad');
    await scene.post(/⚠️ `\w+`.*its file was changed: 3\s*B are there, a copy serves/u);
    const bob = scene.places.bob.paths.find((path) => path.endsWith('.dump')) ?? '';
    await scene.places.bob.remove(bob);
    await scene.say('alice', '@vigie backups pad');
    // What is left is sealed: vigie can't read it.
    await scene.post(/⚠️ `\w+`.*its file was changed: 3\s*B are there · its copy in `bob` is gone$/mu);
  });
});
