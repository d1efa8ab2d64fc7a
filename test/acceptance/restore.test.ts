import { afterEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { Scene, textOf, until } from './scene.ts';
import { asked, backedUp, done, HOUR, idOf, namesOn, rowsOf } from './told.ts';

let scene: Scene;
afterEach(() => scene.close());

const WHOLE = { 'public.notes': 120, 'public.people': 12 };
const BROKEN = { 'public.notes': 5 };

/** One backup of the whole, then somebody's mistake. */
async function open(options: Parameters<typeof Scene.open>[0] = {}): Promise<string> {
  scene = await Scene.open(options);
  const backup = await backedUp(scene);
  scene.clock.warp(2 * HOUR);
  spoil();
  return backup;
}

function spoil(): void {
  const { tables } = scene.databases.live('pad');
  tables.get('public.notes')?.splice(5);
  tables.delete('public.people');
}

const replicas = async (): Promise<number | null> => (await scene.swarm.service('pad')).replicas;

describe('restore', () => {
  it('says what is lost, asks somebody else, loads beside, stops the service, swaps, and starts it again', async () => {
    const backup = await open();
    const plan = await asked(scene, 'restore pad', /^⏳/u);
    const text = textOf(plan);
    expect(text).toMatch(
      /@bob: do you approve\?[\s\S]*\*\*`pad` goes back to \d\d:\d\d\.\*\* What was written in the 2\sh.* since then is lost/u,
    );
    expect(text).toContain(`**Dump** \`${backup}\``);
    expect(text).toMatch(/\*\*Rows\*\* 5 → 132\n {2}- `public\.people` not there → 12\n {2}- `public\.notes` 5 → 120/u);
    expect(text).toMatch(/\*\*Stopped meanwhile\*\* `pad`/u);
    await scene.who('alice').react(plan.id, 'white_check_mark');
    expect(rowsOf(scene)).toEqual(BROKEN);
    await scene.who('bob').react(plan.id, 'white_check_mark');
    const result = textOf(await scene.reads(plan, /✅ \*\*restore/u));
    const id = idOf(plan);
    expect(result).toMatch(/`pad` is as it was at \*\*\d\d:\d\d\*\*: 132 rows, as the ledger has them/u);
    expect(result).toMatch(/`pad` runs again: 2\/2/u);
    expect(result).toContain(`**Safety dump** \`${id}\``);
    expect(result).toContain(`restore-undo ${id}`);
    expect(rowsOf(scene)).toEqual(WHOLE);
    expect(namesOn(scene)).toEqual(['pad', `pad_vigie_old_${id}`]);
    expect(await replicas()).toBe(2);
  });

  it('speaks French, options included', async () => {
    await open({ language: 'fr' });
    const plan = await asked(scene, 'restaurer pad --avant "il y a 1 h"', /^⏳/u);
    expect(textOf(plan)).toMatch(
      /\*\*`pad` revient à la sauvegarde (?:de|du) .*\d\sh(?:\s\d\d)?\.\*\* Ce qui a été écrit depuis \(2\sh[^)]*\) est perdu/u,
    );
    expect(textOf(plan)).toMatch(/`public\.people` absente → 12/u);
    await scene.who('bob').react(plan.id, 'white_check_mark');
    const result = textOf(await scene.reads(plan, /✅ \*\*restaurer/u));
    expect(result).toMatch(/132 lignes, comme au registre[\s\S]*`pad` tourne de nouveau.: 2\/2[\s\S]*restaurer-annuler/u);
  });

  it('picks the newest dump before a moment, and shows those around it', async () => {
    scene = await Scene.open();
    const ids: string[] = [];
    for (const hours of [6, 6, 6]) {
      ids.push(await backedUp(scene));
      scene.clock.warp(hours * HOUR);
    }
    const [first, second, third] = ids;
    const plan = textOf(await asked(scene, 'restore pad --before "7 h ago"', /^⏳/u));
    expect(plan).toContain(`**Dump** \`${second}\``);
    expect(plan).toMatch(new RegExp(`Dumps around .*:\\n- ▫️ .*\`${third}\`.*\\n- ▶️ \\*\\*.*\`${second}\`.*\\n- ▫️ .*\`${first}\``, 'u'));
  });

  it('holds its plan while people go on writing, and asks again when a tenth of the rows is gone', async () => {
    await open();
    const plan = await asked(scene, 'restore pad', /^⏳/u);
    scene.databases.live('pad').tables.get('public.notes')?.push('one', 'two');
    await scene.who('bob').react(plan.id, 'white_check_mark');
    await scene.reads(plan, /✅ \*\*restore/u);
    const next = await asked(scene, 'restore pad', /^⏳/u);
    spoil();
    await scene.who('bob').react(next.id, 'white_check_mark');
    await scene.reads(next, /Out of date: nothing was done/u);
    expect(rowsOf(scene)).toEqual(BROKEN);
  });

  it('into a new name leaves the live one alone, and asks nobody', async () => {
    const backup = await open();
    const post = await asked(scene, `restore pad --from ${backup} --into pad_test`, /✅ \*\*restore/u);
    expect(textOf(post)).toMatch(/is in `pad_test` on `postgres`: 132 rows/u);
    expect(rowsOf(scene)).toEqual(BROKEN);
    expect(namesOn(scene)).toEqual(['pad', 'pad_test']);
    expect(scene.databases.server('postgres').view('pad_test').tables).toEqual([
      { name: 'public.notes', rows: 120 },
      { name: 'public.people', rows: 12 },
    ]);
    expect(await replicas()).toBe(2);
  });

  it('into a name that somebody took meanwhile leaves theirs alone', async () => {
    await open();
    scene.databases.slow(20_000);
    await scene.say('alice', '@vigie restore pad --into pad_test');
    await until(() => namesOn(scene).some((name) => name.includes('_vigie_new_')), 'the load to begin');
    scene.databases.server('postgres').databases.set('pad_test', { owner: 'eve', tables: new Map([['theirs', ['one']]]) });
    expect(textOf(await scene.post(/^❌ \*\*restore/u))).toMatch(/`postgres` has a database `pad_test` already/u);
    expect(namesOn(scene)).toEqual(['pad', 'pad_test']);
    expect(scene.databases.server('postgres').view('pad_test').tables).toEqual([{ name: 'theirs', rows: 1 }]);
    expect(rowsOf(scene)).toEqual(BROKEN);
  });

  it('runs without a second person in an emergency', async () => {
    await open();
    const plan = await asked(scene, 'restore pad --emergency "nobody else is awake"', /^⏳/u);
    await scene.who('alice').react(plan.id, 'white_check_mark');
    await scene.reads(plan, /✅ \*\*restore/u);
    expect(rowsOf(scene)).toEqual(WHOLE);
  });

  it('goes on without a safety dump that the database cannot give, and says so loudly', async () => {
    await open();
    scene.databases.spoilDumps('pad', 'killed');
    const { text } = await done(scene, 'restore pad');
    expect(text).toMatch(/⚠️ \*\*No safety dump\*\*: the database could not give one \(`terminated by signal KILL`\)/u);
    expect(rowsOf(scene)).toEqual(WHOLE);
  });

  it('brings back a database that is gone', async () => {
    await open();
    scene.databases.server('postgres').databases.delete('pad');
    const { text } = await done(scene, 'restore pad');
    expect(text).toMatch(/is as it was at/u);
    expect(rowsOf(scene)).toEqual(WHOLE);
  });

  it('gives a server that cannot start any more a fresh volume, and keeps the old one', async () => {
    await open();
    scene.databases.addDatabase({ name: 'wiki', server: 'postgres', tables: { pages: 3 } });
    scene.databases.server('postgres').ruin();
    const plan = await asked(scene, 'restore pad', /^⏳/u);
    expect(textOf(plan)).toMatch(
      /🚨 \*\*`postgres` doesn.t answer\*\* \(`.*pg_control`.*No safety dump is possible\. Also gone from it until restored: `wiki`/u,
    );
    await scene.who('bob').react(plan.id, 'white_check_mark');
    const text = textOf(await scene.reads(plan, /✅ \*\*restore/u));
    expect(text).toMatch(/The old volume is kept: `postgres_data`\. ⚠️ Restore the other databases of `postgres` as well/u);
    expect(rowsOf(scene)).toEqual(WHOLE);
    const undo = await asked(scene, `restore-undo ${idOf(plan)}`, /🚫/u);
    expect(textOf(undo)).toMatch(/restored onto a fresh volume/u);
  });
});

describe('a database that lets nobody in, as its owner can make it,', () => {
  const LIBRARY = 'FATAL:  could not access file "nope": No such file or directory';

  it('is no server that is down: no plan takes the volume of all others away', async () => {
    await open();
    scene.databases.addDatabase({ name: 'wiki', server: 'postgres', tables: { pages: 3 } });
    scene.databases.server('postgres').closed.set('pad', LIBRARY);
    const plan = textOf(await asked(scene, 'restore pad', /^⏳/u));
    expect(plan).toMatch(/\*\*Rows\*\* 132 in the dump; ⚠️ the live ones can't be counted: `FATAL: +could not access file/u);
    expect(plan).not.toMatch(/fresh|volume|wiki/u);
  });

  it('is restored all the same, and kept as it was', async () => {
    await open();
    scene.databases.server('postgres').closed.set('pad', LIBRARY);
    const plan = await asked(scene, 'restore pad', /^⏳/u);
    await scene.who('bob').react(plan.id, 'white_check_mark');
    const text = textOf(await scene.reads(plan, /✅ \*\*restore/u));
    expect(text).toMatch(/⚠️ \*\*No safety dump\*\*: the database could not give one \(`FATAL: +could not access file/u);
    expect(namesOn(scene)).toEqual(['pad', `pad_vigie_old_${idOf(plan)}`]);
  });

  it('loses no volume of a server that came back after the plan was made', async () => {
    await open();
    const server = scene.databases.server('postgres');
    server.ruin();
    const plan = await asked(scene, 'restore pad', /^⏳/u);
    scene.databases.failNext(
      'identity',
      new VigieError('database_server_down', { database: 'pad', server: 'postgres', reason: server.down }),
    );
    server.down = null;
    await scene.who('bob').react(plan.id, 'white_check_mark');
    expect(textOf(await scene.reads(plan, /❌ \*\*/u))).toMatch(/`postgres`, the server of `pad`, answers: no fresh volume/u);
    expect(server.volume).toBe('postgres_data');
    expect(rowsOf(scene)).toEqual(BROKEN);
  });
});

describe('a restore that fails leaves the live database as it was, and nothing beside it', () => {
  async function fails(reason: RegExp): Promise<string> {
    const { text } = await done(scene, 'restore pad', /❌ \*\*/u);
    expect(text).toMatch(reason);
    expect(rowsOf(scene)).toEqual(BROKEN);
    expect(namesOn(scene)).toEqual(['pad']);
    expect(await replicas()).toBe(2);
    return text;
  }

  it('when the load fails', async () => {
    await open();
    scene.databases.failLoads('pad', 60);
    expect(await fails(/could not be loaded: `.*No space left on device/u)).toMatch(/`pad` is as it was, nothing was left behind/u);
  });

  it('when a byte of the dump is another one, and marks that dump as bad', async () => {
    const backup = await open();
    const [path = ''] = scene.places.main.paths.filter((each) => each.endsWith('.dump'));
    scene.places.main.damage(path);
    for (const copy of scene.places.bob.paths) scene.places.bob.damage(copy);
    await fails(/its checksum is wrong/u);
    const refused = await asked(scene, `restore pad --from ${backup}`, /🚫/u);
    expect(textOf(refused)).toMatch(/is bad \(its content isn.t what was written\): it can.t be restored/u);
  });

  it('when a dump does what only a superuser may', async () => {
    scene = await Scene.open();
    scene.databases.spoilDumps('pad', 'hostile');
    await backedUp(scene);
    scene.databases.spoilDumps('pad', null);
    spoil();
    await fails(/could not be loaded: `.*permission denied|must be superuser/iu);
    expect(scene.databases.server('postgres').superuserActs).toEqual([]);
  });

  it('when somebody could read more afterwards', async () => {
    await open();
    scene.databases.server('postgres').wouldRead = [
      'reader: public.people',
      ...Array.from({ length: 7 }, (_, nth) => `r${nth}: public.notes`),
    ];
    await fails(/could read what they can.t read now: `reader: public\.people`,.*and 3 more\. Nothing was replaced/u);
  });

  it('when the service does not stop', async () => {
    await open();
    scene.swarm.failNext('update', new VigieError('swarm_refused', { host: 'pica01', reason: 'no leader' }));
    await fails(/refused: no leader/u);
  });

  it('when the server is another one by the time of the swap', async () => {
    await open();
    const plan = await asked(scene, 'restore pad', /^⏳/u);
    scene.databases.slow(20_000);
    await scene.who('bob').react(plan.id, 'white_check_mark');
    await until(() => namesOn(scene).some((name) => name.includes('_vigie_new_')), 'the load to begin');
    scene.databases.server('postgres').id = 'another';
    const text = textOf(await scene.reads(plan, /❌ \*\*/u));
    expect(text).toMatch(/isn.t the one that the plan was made for any more/u);
    expect(rowsOf(scene)).toEqual(BROKEN);
    expect(await replicas()).toBe(2);
  });

  it('when somebody cancels it on the way', async () => {
    await open();
    const plan = await asked(scene, 'restore pad', /^⏳/u);
    scene.databases.stallNext('loadRestorable');
    await scene.who('bob').react(plan.id, 'white_check_mark');
    await until(() => namesOn(scene).some((name) => name.includes('_vigie_new_')), 'the load to begin');
    await scene.who('alice').react(plan.id, 'octagonal_sign');
    await scene.reads(plan, /Cancelled by alice/u);
    expect(rowsOf(scene)).toEqual(BROKEN);
    expect(namesOn(scene)).toEqual(['pad']);
    expect(await replicas()).toBe(2);
  });
});

describe('a swap', () => {
  it('that loses its server half-way is gone on with', async () => {
    await open();
    scene.databases.breakNextSwap('pad');
    const { id } = await done(scene, 'restore pad');
    expect(rowsOf(scene)).toEqual(WHOLE);
    expect(namesOn(scene)).toEqual(['pad', `pad_vigie_old_${id}`]);
    expect(await replicas()).toBe(2);
  });

  it('that was done although its answer was lost is done once', async () => {
    await open();
    scene.databases.failNext('swap', new Error('connection reset'), { afterEffect: true });
    await done(scene, 'restore pad');
    expect(rowsOf(scene)).toEqual(WHOLE);
  });

  it('starts the service again when it fails', async () => {
    await open();
    scene.databases.failNext('swap', new VigieError('database_refused', { database: 'pad', server: 'postgres', reason: 'no' }));
    const { text } = await done(scene, 'restore pad', /❌ \*\*/u);
    expect(text).toMatch(/refused: `no`[\s\S]*/u);
    expect(rowsOf(scene)).toEqual(BROKEN);
    expect(namesOn(scene)).toEqual(['pad']);
    expect(await replicas()).toBe(2);
  });

  it('is waited for by a second restore of the same database', async () => {
    await open();
    scene.databases.slow(20_000);
    const first = await asked(scene, 'restore pad', /^⏳/u);
    await scene.who('bob').react(first.id, 'white_check_mark');
    await scene.reads(first, /Running/u);
    const second = await asked(scene, 'restore pad', /^⏳/u);
    await scene.who('bob').react(second.id, 'white_check_mark');
    expect(textOf(await scene.reads(second, /it has to wait/u))).toMatch(
      /`database:postgres\/pad` is held by `\w+` \(restore pad, alice\)/u,
    );
  });
});

const REPLICATION = {
  slots: [
    { name: 'feed', active: true, keptBytes: 0 },
    { name: 'idle', active: false, keptBytes: 3_000_000_000 },
  ],
  subscriptions: [{ name: 'far', slot: 'far_slot' }],
};

describe.each([
  {
    language: 'en',
    command: 'restore',
    plan: [
      /\*\*Somebody reads its changes\*\* through `feed`, `idle` \(nobody right now, 3\sGB of log kept for it\): made anew/u,
      /\*\*It reads from other servers\*\*: `far`/u,
    ],
    end: [/\*\*To be filled anew\*\*: whoever reads through `feed`/u, /`far` sleeps in what is kept/u],
  },
  {
    language: 'fr',
    command: 'restaurer',
    plan: [
      /\*\*Ses changements sont lus\*\* par `feed`, `idle` \(par personne en ce moment, 3\sGo de journal/u,
      /\*\*Elle lit sur d’autres serveurs\*\*\s: `far`/u,
    ],
    end: [/\*\*À remplir de nouveau\*\*\s: ce qui lit par `feed`/u, /`far` dort dans ce qui est gardé/u],
  },
] as const)('a restore of what others read ($language)', ({ language, command, plan, end }) => {
  const both = (text: string): void => {
    for (const words of end) expect(text).toMatch(words);
    expect(text).toContain("`select pg_drop_replication_slot('idle')`");
    expect(text).toContain("`select pg_drop_replication_slot('far_slot')`");
  };

  it('says so in its plan and in its end, with what a person does about it, and so does its undoing', async () => {
    await open({ language });
    scene.databases.replicating = REPLICATION;
    const post = await asked(scene, `${command} pad`, /^⏳/u);
    for (const words of plan) expect(textOf(post)).toMatch(words);
    await scene.who('bob').react(post.id, 'white_check_mark');
    both(textOf(await scene.reads(post, /✅ \*\*/u)));
    const undo = await asked(scene, `restore-undo ${idOf(post)}`, /^⏳/u);
    for (const words of plan) expect(textOf(undo)).toMatch(words);
    await scene.who('bob').react(undo.id, 'white_check_mark');
    both(textOf(await scene.reads(undo, /✅ \*\*/u)));
  });

  it('says nothing of it where nobody does, nor beside a new name', async () => {
    await open({ language });
    expect(textOf(await asked(scene, `${command} pad`, /^⏳/u))).not.toMatch(plan[0]);
    scene.databases.replicating = REPLICATION;
    const beside = await asked(scene, `${command} pad ${language === 'fr' ? '--vers' : '--into'} other`, /✅ \*\*/u);
    expect(textOf(beside)).not.toMatch(end[0]);
  });
});

describe.each([
  [
    'en',
    'restore',
    /follows another server[\s\S]*can be backed up there, and not restored/u,
    /wouldn't let in who loads a dump[\s\S]*`no pg_hba\.conf entry for …`[\s\S]*pg_reload_conf/u,
  ],
  [
    'fr',
    'restaurer',
    /suit un autre serveur[\s\S]*peut y être sauvegardée, pas restaurée/u,
    /ne laisserait pas entrer[\s\S]*`no pg_hba\.conf entry for …`[\s\S]*pg_reload_conf/u,
  ],
] as const)('a server that takes no restore (%s)', (language, command, standby, barred) => {
  it.each(['', ' --into other'])('refuses it before anybody is asked%s', async (option) => {
    await open({ language });
    const more = language === 'fr' ? option.replace('into', 'vers') : option;
    scene.databases.standby = true;
    expect(textOf(await asked(scene, `${command} pad${more}`, /🚫/u))).toMatch(standby);
    scene.databases.standby = false;
    scene.databases.bars = 'no pg_hba.conf entry for …';
    expect(textOf(await asked(scene, `${command} pad${more}`, /🚫/u))).toMatch(barred);
  });

  it('refuses it where tables can’t be moved, but for another name, and an undoing too', async () => {
    await open({ language });
    const into = language === 'fr' ? '--vers' : '--into';
    const { id } = await done(scene, `${command} pad`);
    scene.databases.fixed = ['faraway'];
    const said = language === 'fr' ? /ne sait pas déplacer[\s\S]*`faraway`/u : /can't move tables[\s\S]*`faraway`/u;
    expect(textOf(await asked(scene, `${command} pad`, /🚫/u))).toMatch(said);
    expect(textOf(await asked(scene, `restore-undo ${id}`, /🚫/u))).toMatch(said);
    expect(textOf(await asked(scene, `${command} pad ${into} other`, /other/u))).not.toMatch(/🚫/u);
  });

  it('refuses an undoing too, once it follows another one', async () => {
    await open({ language });
    const { id } = await done(scene, `${command} pad`);
    scene.databases.standby = true;
    expect(textOf(await asked(scene, `restore-undo ${id}`, /🚫/u))).toMatch(standby);
  });
});

describe('restore-undo', () => {
  it.each([
    ['en', /\*\*Not back\*\*: `view totals`[\s\S]*in the thread[\s\S]*`\/reports\/pad-9\.txt`/u, 'is done'],
    ['fr', /\*\*Pas revenu\*\*\s: `view totals`[\s\S]*dans le fil[\s\S]*`\/reports\/pad-9\.txt`/u, 'terminé'],
  ] as const)('names what nobody could use before either, with what makes it (%s)', async (language, words, ended) => {
    await open({ language });
    const { id } = await done(scene, language === 'fr' ? 'restaurer pad' : 'restore pad');
    scene.databases.unmade = { names: ['view totals'], statements: { report: '/reports/pad-9.txt', shown: 'CREATE VIEW totals;\n' } };
    const post = await asked(scene, `restore-undo ${id}`, /^⏳/u);
    await scene.who('bob').react(post.id, 'white_check_mark');
    expect(textOf(await scene.reads(post, /✅ \*\*/u))).toMatch(words);
    const { file_ids: files } = await scene.reply(post, new RegExp(ended, 'u'));
    expect((await scene.who('alice').rest.request('GET', `/files/${files?.[0]}`)).text).toBe('CREATE VIEW totals;\n');
  });

  it('brings back what was replaced, keeps what takes its leave, and does nothing the second time', async () => {
    await open();
    const { id } = await done(scene, 'restore pad');
    const plan = await asked(scene, `restore-undo ${id}`, /^⏳/u);
    expect(textOf(plan)).toMatch(new RegExp(`\\*\\*\`pad\` gets back what it held before \`${id}\`\\*\\* \\(.*, alice\\)`, 'u'));
    expect(textOf(plan)).toMatch(/\*\*Rows\*\* 132 → 5\n {2}- `public\.people` 12 → \*\*gone\*\*/u);
    await scene.who('bob').react(plan.id, 'white_check_mark');
    await scene.reads(plan, /✅ \*\*restore-undo/u);
    expect(rowsOf(scene)).toEqual(BROKEN);
    expect(namesOn(scene)).toEqual(['pad', `pad_vigie_undone_${id}`]);
    expect(await replicas()).toBe(2);
    await asked(scene, `restore-undo ${id}`, /Nothing to do[\s\S]*was undone already/u);
  });

  it('speaks French', async () => {
    await open({ language: 'fr' });
    const { id } = await done(scene, 'restaurer pad');
    const plan = await asked(scene, `restaurer-annuler ${id}`, /^⏳/u);
    expect(textOf(plan)).toMatch(/retrouve son contenu d’avant[\s\S]*`public\.people` 12 → \*\*disparaît\*\*/u);
  });

  it('is refused when somebody could read more afterwards', async () => {
    await open();
    const { id } = await done(scene, 'restore pad');
    scene.databases.server('postgres').wouldRead = ['reader: public.people'];
    const { text } = await done(scene, `restore-undo ${id}`, /❌ \*\*/u);
    expect(text).toMatch(/could read what they can.t read now: `reader: public\.people`/u);
    expect(rowsOf(scene)).toEqual(WHOLE);
  });

  it('says where the safety dump is when what was kept is gone', async () => {
    await open();
    const { id } = await done(scene, 'restore pad');
    scene.databases.server('postgres').databases.delete(`pad_vigie_old_${id}`);
    const refused = await asked(scene, `restore-undo ${id}`, /🚫/u);
    expect(textOf(refused)).toContain(`restore pad --from ${id}`);
    await done(scene, `restore pad --from ${id}`);
    expect(rowsOf(scene)).toEqual(BROKEN);
  });
});

describe('what is refused before anybody is asked', () => {
  it('says what is meant', { timeout: 60_000 }, async () => {
    const backup = await open();
    const refused: readonly (readonly [string, RegExp])[] = [
      ['restore', /needs `DATABASE`/u],
      ['restore pda', /no database `pda`.*Did you mean `pad`/u],
      ['restore pad now', /does not know what to do with `now`/u],
      ['restore pad --to x', /has no option `--to`/u],
      ['restore pad --before', /needs a value/u],
      ['restore pad --before soon', /`soon` is no good `--before`: a moment of the past is meant, such as `14:05`/u],
      ['restore pad --before 25:00', /`25:00` is no good `--before`/u],
      ['restore pad --before ""', /An empty word is no good|needs a value/u],
      ['restore pad --before "2099-01-01 3:00"', /is still to come\. Say a moment of the past/u],
      ['restore pad --before "in 2 h"', /a moment of the past is meant/u],
      ['restore pad --before "30 days ago"', /has no good backup until .*\. The oldest one: \d\d:\d\d/u],
      [`restore pad --from ${backup} --before 3h`, /`--from` and `--before` say the same thing twice/u],
      ['restore pad --from zzz', /`pad` has no backup `zzz`/u],
      ['restore pad --from ../../etc', /is no good `--from`: a backup such as `p7k` is meant/u],
      ['restore pad --into pad', /`postgres` has a database `pad` already/u],
      ['restore pad --into Pad!', /`Pad` is no good `into`/u],
      ['restore pad --into pad_vigie_x', /is no good `into`: a new name of small letters/u],
      ['restore pad --into postgres', /`postgres` is no name for a new database on `postgres`/u],
      ['restore pad --into TEMPLATE1', /`TEMPLATE1` is no name for a new database on `postgres`/u],
      [`restore blog --into mysql`, /`mysql` is no name for a new database on `mariadb`/u],
      [`restore blog --into ｍｙｓｑｌ`, /is no name for a new database on `mariadb`/u],
      [`restore blog --into information_schema`, /is no name for a new database on `mariadb`/u],
      ['restore blog', /`blog` has no backup that can be restored\. `backup blog` takes one/u],
      ['restore pad --avant demain', /`demain` is no good `--avant`/u],
      ['restore-undo', /needs `OPERATION`/u],
      ['restore-undo zzzz', /no operation `zzzz`/u],
      [`restore-undo ${backup}`, /is no restore that was done/u],
      ['drill blog', /`blog` has no backup that can be restored/u],
      ['drill pad --from zzz', /`pad` has no backup `zzz`/u],
    ];
    for (const [command, words] of refused) {
      const post = await asked(scene, command, /🚫/u);
      expect([command, textOf(post)]).toEqual([command, expect.stringMatching(words)]);
    }
    expect((await scene.vigiePosts()).every((post) => !post.message.startsWith('⏳'))).toBe(true);
    expect(rowsOf(scene)).toEqual(BROKEN);
  });

  it('is a dump of a newer server, a server with a wrong password, one without a volume to replace, and a Swarm that does not answer', async () => {
    await open();
    const server = scene.databases.server('postgres');
    server.version = '14.9';
    expect(textOf(await asked(scene, 'restore pad', /🚫/u))).toMatch(/comes from postgres 15\.13, the server is postgres 14\.9/u);
    server.version = '15.13';
    server.refuses = 'password authentication failed for user "vigie"';
    expect(textOf(await asked(scene, 'restore pad', /🚫/u))).toMatch(/refused: `password authentication failed/u);
    server.refuses = null;
    scene.databases.addServer({ name: 'alone', kind: 'host' });
    scene.databases.addDatabase({ name: 'pads', server: 'alone', tables: { notes: 3 } });
    await backedUp(scene, 'pads');
    scene.databases.server('alone').ruin();
    expect(textOf(await asked(scene, 'restore pads', /🚫/u))).toMatch(/its data isn't on a named volume of a service/u);
    scene.swarm.failNext('services', new VigieError('swarm_unreachable', { host: 'pica01', reason: 'no route to host' }));
    expect(textOf(await asked(scene, 'restore pad', /🚫/u))).toMatch(/no route to host/u);
  });

  it('is asked for by nobody who may only look', async () => {
    await open();
    const post = await scene.say('zoe', '@vigie restore pad');
    await scene.reply(post, /You may not run `restore`/u);
  });
});

describe('drill', () => {
  it('tries a dump out without touching the live database, and notes it', async () => {
    await open();
    const post = await asked(scene, 'drill pad', /✅ \*\*drill/u);
    expect(textOf(post)).toMatch(/🟢 The backup `\w+` of `pad` can be restored: 2 tables, 132 rows/u);
    expect(rowsOf(scene)).toEqual(BROKEN);
    expect(scene.databases.scratches).toEqual([]);
    expect(textOf(await asked(scene, 'backups pad', /newest good/u))).toMatch(/· drilled/u);
  });

  it('fails loudly where there is no room for it, and leaves the dump what it is', async () => {
    await open();
    scene.databases.failLoads('pad', 60);
    const post = await asked(scene, 'exercice pad', /❌ \*\*drill/u);
    expect(textOf(post)).toMatch(/The drill of `pad` came to no end: .*No space left.*no fault of the backup/u);
    expect(scene.databases.scratches).toEqual([]);
    scene.databases.failLoads('pad', null);
    expect(textOf(await asked(scene, 'backups pad', /newest good/u))).not.toMatch(/unusable/u);
    expect(textOf(await asked(scene, 'exercice pad', /✅ \*\*drill/u))).toMatch(/can be restored/u);
  });
});
