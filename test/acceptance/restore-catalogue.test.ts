import { afterEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { Scene, textOf } from './scene.ts';
import { asked, backedUp, idOf, namesOn } from './told.ts';

let scene: Scene;
afterEach(() => scene.close());

const WHOLE = {
  'index public.notes_at': 'a1',
  'rights on table public.notes': 'pad=SELECT,INSERT;reader=SELECT',
  'comment on table public.notes': 'c1',
  'role pad': '',
  'role reader': '',
};
const refused = (): VigieError =>
  new VigieError('database_refused', {
    database: 'pad',
    server: 'postgres',
    reason: 'ERROR: function earth() does not exist',
    report: null,
  });

/** A backup whose catalogue the ledger has; what will be loaded has another one. @returns the plan of its restore */
async function planned(language: 'en' | 'fr', loaded: Readonly<Record<string, string>>) {
  scene = await Scene.open({ language });
  scene.databases.catalogues.set('pad', WHOLE);
  await backedUp(scene);
  scene.databases.catalogues.set('pad', { ...WHOLE, 'index public.notes_at': 'b2' });
  const plan = await asked(scene, language === 'fr' ? 'restaurer pad' : 'restore pad', /^⏳/u);
  scene.databases.catalogues.set(`pad_vigie_new_${idOf(plan)}`, loaded);
  return plan;
}

describe('a restore compares what is beside rows', () => {
  it('says beforehand what is otherwise today', async () => {
    const plan = await planned('en', WHOLE);
    expect(textOf(plan)).toContain("**Definitions** 1 isn't today's but the dump's: `index public.notes_at`");
    await scene.who('bob').react(plan.id, 'white_check_mark');
    expect(textOf(await scene.reads(plan, /✅ \*\*restore/u))).not.toContain('Otherwise');
  });

  it.each([
    [
      'en',
      /would be missing or otherwise: `index public\.notes_at`(?: and|,) `rights on table public\.notes: reader SELECT`[\s\S]*Nothing was replaced/u,
    ],
    [
      'fr',
      /manquerait ou serait autre\s: `index public\.notes_at`(?: et|,) `rights on table public\.notes: reader SELECT`[\s\S]*Rien n’a été remplacé/u,
    ],
  ] as const)('puts nothing in place that lost a definition or a right (%s)', async (language, words) => {
    const plan = await planned(language, { ...without('index public.notes_at'), 'rights on table public.notes': 'pad=SELECT,INSERT' });
    await scene.who('bob').react(plan.id, 'white_check_mark');
    const end = textOf(await scene.reads(plan, /❌ \*\*rest(?:ore|aurer)/u));
    expect(end).toMatch(words);
    expect(namesOn(scene)).toEqual(['pad']);
  });

  it('remarks what keeps nothing from working', async () => {
    const plan = await planned('en', without('comment on table public.notes'));
    await scene.who('bob').react(plan.id, 'white_check_mark');
    expect(textOf(await scene.reads(plan, /✅ \*\*restore/u))).toContain(
      '**Otherwise than when it was dumped**: `comment on table public.notes`',
    );
  });

  it('looks once more at what stands in its place, before anybody writes there', async () => {
    const plan = await planned('en', WHOLE);
    scene.databases.losesAtSwap = 'index public.notes_at';
    await scene.who('bob').react(plan.id, 'white_check_mark');
    expect(textOf(await scene.reads(plan, /✅ \*\*restore/u))).toContain('**Otherwise than when it was dumped**: `index public.notes_at`');
  });

  it('misses no right that was taken from somebody since', async () => {
    const taken = { ...WHOLE, 'rights on table public.notes': 'pad=SELECT,INSERT' };
    const plan = await planned('en', taken);
    scene.databases.catalogues.set('pad', taken);
    await scene.who('bob').react(plan.id, 'white_check_mark');
    expect(textOf(await scene.reads(plan, /✅ \*\*restore/u))).not.toContain('Otherwise');
  });

  const without = (gone: keyof typeof WHOLE): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(WHOLE).filter(([key]) => key !== gone));
});

describe('a database that can’t be counted', () => {
  it('is dumped all the same, and the post says so', async () => {
    scene = await Scene.open();
    scene.databases.failNext('look', refused(), { times: 2 });
    const post = await asked(scene, 'backup pad', /✅ \*\*backup/u);
    expect(textOf(post)).toContain("Its rows aren't counted: `ERROR: function earth() does not exist`");
    const plan = await asked(scene, 'restore pad', /^⏳/u);
    expect(textOf(plan)).toContain('**Rows** not counted when it was dumped');
    await scene.who('bob').react(plan.id, 'white_check_mark');
    expect(textOf(await scene.reads(plan, /✅ \*\*restore/u))).toContain('its rows were never counted');
  });
});

describe('a dump that a restore can’t make again as a whole', () => {
  const THINGS = ['EVENT TRIGGER audit', 'SERVER far'];

  it.each([
    [
      'en',
      'backup pad',
      /✅ \*\*backup[\s\S]*A restore can't make these again: `EVENT TRIGGER audit`, `SERVER far`\. `restore pad --without-privileged` goes on/u,
    ],
    ['fr', 'sauvegarder pad', /✅ \*\*sauvegarder[\s\S]*Une restauration ne peut pas refaire ceci\s: `EVENT TRIGGER audit`, `SERVER far`/u],
  ] as const)('says so when it is taken, and in the list (%s)', async (language, command, words) => {
    scene = await Scene.open({ language });
    scene.databases.unrestorable = THINGS;
    expect(textOf(await asked(scene, command, words))).toMatch(words);
    const list = textOf(await asked(scene, language === 'fr' ? 'sauvegardes pad' : 'backups pad', /^⚠️ \*\*`pad`/u));
    expect(list).toMatch(/`EVENT TRIGGER audit`, `SERVER far`/u);
    expect(list).toMatch(/⚠️ 2 (?:things|choses)/u);
    expect(list).not.toContain('🟢');
    const all = textOf(await asked(scene, language === 'fr' ? 'sauvegardes' : 'backups', /`pad` · /u));
    expect(all).toMatch(/⚠️ `pad` · [^\n]*`EVENT TRIGGER audit`, `SERVER far`/u);
  });

  it('of a MariaDB is told and left out as of any other, and the end names what a person runs', async () => {
    scene = await Scene.open();
    scene.databases.unrestorable = ['view totals'];
    expect(textOf(await asked(scene, 'backup blog', /✅ \*\*backup/u))).toMatch(/`view totals`[\s\S]*`restore blog --without-privileged`/u);
    expect(textOf(await asked(scene, 'restore blog', /⛔|❌|🚫/u))).toMatch(/`view totals`[\s\S]*--without-privileged/u);
    const post = await asked(scene, 'restore blog --without-privileged', /^⏳/u);
    expect(textOf(post)).toMatch(/Left out[\s\S]*`view totals`/u);
    await scene.who('bob').react(post.id, 'white_check_mark');
    await scene.reads(post, /Missing[\s\S]*`view totals`[\s\S]*`\/reports\/blog-1\.txt`/u);
  });

  it('has what a person runs beside its end, in the thread', async () => {
    scene = await Scene.open();
    scene.databases.unrestorable = ['EVENT TRIGGER audit'];
    await backedUp(scene);
    const post = await asked(scene, 'restore pad --without-privileged', /^⏳/u);
    await scene.who('bob').react(post.id, 'white_check_mark');
    await scene.reads(post, /in the thread, without texts and passwords/u);
    const { file_ids: files } = await scene.reply(post, /is done/u);
    expect((await scene.who('alice').rest.request('GET', `/files/${files?.[0]}`)).text).toBe('CREATE EVENT TRIGGER audit;\n');
  });

  it('says when nobody could tell', async () => {
    scene = await Scene.open();
    scene.databases.failNext(
      'inspect',
      new VigieError('database_refused', { database: 'pad', server: 'postgres', reason: 'permission denied', report: null }),
    );
    expect(textOf(await asked(scene, 'backup pad', /✅ \*\*backup/u))).toMatch(/❔ Nobody could tell[^\n]*`drill pad` finds out/u);
    expect(textOf(await asked(scene, 'backups pad', /^❔ \*\*`pad`/u))).not.toContain('🟢');
    expect(textOf(await asked(scene, 'backups', /`pad` · /u))).toMatch(/❔ `pad` · [^\n]*nobody could tell/u);
  });

  it.each([
    {
      language: 'en',
      command: 'restore pad',
      flag: '--without-privileged',
      words: [/goes on without them/u, /Left out[\s\S]*`SERVER far`/u, /Missing\*\*, to be made by hand/u],
    },
    {
      language: 'fr',
      command: 'restaurer pad',
      flag: '--sans-privilèges',
      words: [/continue sans cela/u, /Laissé de côté[\s\S]*`SERVER far`/u, /Manque\*\*, à refaire à la main/u],
    },
  ] as const)(
    'is refused before anybody is asked, with the way on ($language)',
    async ({ language, command, flag, words: [refusal, plan, end] }) => {
      scene = await Scene.open({ language });
      scene.databases.unrestorable = THINGS;
      await backedUp(scene);
      expect(textOf(await asked(scene, command, /⛔|❌|🚫/u))).toMatch(refusal);
      const post = await asked(scene, `${command} ${flag}`, /^⏳/u);
      expect(textOf(post)).toMatch(plan);
      await scene.who('bob').react(post.id, 'white_check_mark');
      expect(textOf(await scene.reads(post, /✅ \*\*rest(?:ore|aurer)/u))).toMatch(end);
    },
  );
});
