import { isDeepStrictEqual } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Server } from '#adapters/databases/dialect.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';
import { MONGODB } from '#adapters/databases/mongodb/mongodb.ts';
import { FakeMongodb, type Fate } from './fake-mongodb.ts';
import { archive } from './archive.ts';
import type { FakeCollection } from './namespaces.ts';

const LIVE = { notes: ['old 1', 'old 2'], gone: ['x'], 'old-view?': ['notes'], 'both?': ['notes'] };
const COMING = { notes: ['new 1'], people: ['y'], 'new-view?': ['people'], 'both?': ['people'] };
const NAMES = { live: 'pad', fresh: 'pad_vigie_new_p7k', kept: 'pad_vigie_old_p7k', into: false };
const BACK = { live: 'pad', fresh: NAMES.kept, kept: 'pad_vigie_undone_p7k', into: false };
const NEXT = { live: 'pad', fresh: 'pad_vigie_new_q8k', kept: 'pad_vigie_old_q8k', into: false };

let place: FakeMongodb;
let server: Server;

beforeEach(() => {
  [place, server] = world();
});

function world(): [FakeMongodb, Server] {
  const made = new FakeMongodb();
  made.server.fill('pad', LIVE);
  made.server.fill(NAMES.fresh, { ...COMING, _vigie_notes: [] });
  made.server.fill('wiki', { pages: ['untouched'] });
  const facts = { name: 'pad', engine: 'mongodb', database: 'pad', server: { kind: 'service', name: 'mongo' }, usedBy: [] } as const;
  return [
    made,
    { facts, place: made, reports: new MemoryReports(), access: { user: 'root', password: 'geheim', address: null, port: null } },
  ];
}

/** But for the server's own, where swaps are noted. */
const namesAt = (at: FakeMongodb): string[] => [...at.server.databases.keys()].filter((name) => name !== 'admin').toSorted();
const names = (): string[] => namesAt(place);

function expectSwapped(at: FakeMongodb): void {
  expect(at.server.content('pad')).toEqual(COMING);
  expect(at.server.content(NAMES.kept)).toEqual(LIVE);
  expect(namesAt(at)).toEqual(['pad', NAMES.kept, 'wiki']);
}

/** All that people would miss is in some database, under whatever name. */
function expectNothingLost(at: FakeMongodb): void {
  const all = [...at.server.databases.values()].flatMap((collections) => [...collections.values()].flatMap(({ documents }) => documents));
  for (const document of [...LIVE.notes, ...LIVE.gone, ...COMING.notes, ...COMING.people, 'untouched']) expect(all).toContain(document);
}

const isShort = ({ renameCollection, to }: JsonObject): boolean =>
  String(renameCollection).startsWith('pad.') && String(to).startsWith('pad.');

describe('a swap', () => {
  it('puts the fresh database into the place of the live one, which is kept', async () => {
    await MONGODB.swap(server, NAMES);
    expectSwapped(place);
  });

  it('is done once, however often it is asked for', async () => {
    await MONGODB.swap(server, NAMES);
    const before = place.changes.length;
    await MONGODB.swap(server, NAMES);
    expectSwapped(place);
    expect(place.changes).toHaveLength(before);
  });

  it('is undone by another one', async () => {
    await MONGODB.swap(server, NAMES);
    await MONGODB.swap(server, BACK);
    expect(place.server.content('pad')).toEqual(LIVE);
    expect(place.server.content(BACK.kept)).toEqual(COMING);
    expect(names()).toEqual(['pad', BACK.kept, 'wiki']);
  });

  it('copies only while the live database is whole', async () => {
    await MONGODB.swap(server, NAMES);
    const renames = place.changes.filter((each) => 'renameCollection' in each).map(isShort);
    expect(renames).toEqual([false, false, true, true, true, true, false, false]);
  });

  it('keeps an empty database where there was none', async () => {
    place.server.databases.delete('pad');
    await MONGODB.swap(server, NAMES);
    expect(place.server.content('pad')).toEqual(COMING);
    expect(place.server.content(NAMES.kept)).toEqual({});
  });

  it('leaves an empty database where nothing comes', async () => {
    place.server.fill(NAMES.fresh, { _vigie_notes: [] });
    await MONGODB.swap(server, NAMES);
    expect(place.server.content('pad')).toEqual({});
    expect(place.server.content(NAMES.kept)).toEqual(LIVE);
  });

  it('keeps what a stranger writes under a name that is free for a moment', async () => {
    let nth = 0;
    place.fate = (command) => {
      const isFree = command['renameCollection'] === 'pad.notes';
      if (isFree && (nth += 1) === 1) return 'breaks off after';
      return 'runs';
    };
    await expect(MONGODB.swap(server, NAMES)).rejects.toMatchObject({ code: 'database_refused' });
    place.server.databases.get('pad')?.set('notes', { type: 'collection', options: {}, documents: ['by a stranger'] });
    await MONGODB.swap(server, NAMES);
    expect(place.server.content('pad')).toEqual(COMING);
    expect(place.server.content(NAMES.kept)).toEqual({ ...LIVE, 'notes.meanwhile': ['by a stranger'] });
  });

  it.each(['database_missing', 'database_exists'] as const)('is refused: %s', async (code) => {
    if (code === 'database_missing') place.server.databases.delete(NAMES.fresh);
    else place.server.fill(NAMES.kept, { _vigie_notes: [] });
    await expect(MONGODB.swap(server, NAMES)).rejects.toMatchObject({ code });
    expect(place.changes).toEqual([]);
  });

  it.each([
    ['a time series', 'timeseries', {}, /of the kind timeseries/u],
    ['an encrypted field', 'collection', { encryptedFields: {} }, /encrypted/u],
  ] as const)('is refused before anything changes where there is %s', async (_, type, options, reason) => {
    place.server.databases.get('pad')?.set('special', { type, options, documents: [] });
    await expect(MONGODB.swap(server, NAMES)).rejects.toMatchObject({
      code: 'database_refused',
      params: { reason: expect.stringMatching(reason) },
    });
    expect(place.changes).toEqual([]);
  });

  it('is refused where a name would become too long', async () => {
    place.server.databases.get('pad')?.set('n'.repeat(230), { type: 'collection', options: {}, documents: [] });
    await expect(MONGODB.swap(server, NAMES)).rejects.toMatchObject({ code: 'database_refused' });
    expect(place.changes).toEqual([]);
  });
});

describe('a swap into a new name', () => {
  const INTO = { ...NAMES, live: 'archive', into: true };

  it('puts the fresh database there', async () => {
    await MONGODB.swap(server, INTO);
    expect(place.server.content('archive')).toEqual(COMING);
    expect(place.server.content('pad')).toEqual(LIVE);
  });

  it.each(Array.from({ length: 16 }, (_, at) => at))('that breaks off at step %i is done by the next attempt', async (at) => {
    place.fate = (_, nth) => (nth === at ? 'breaks off after' : 'runs');
    await MONGODB.swap(server, INTO).catch(() => undefined);
    place.fate = () => 'runs';
    await MONGODB.swap(server, INTO);
    expect(place.server.content('archive')).toEqual(COMING);
    expect(place.server.content('pad')).toEqual(LIVE);
  });

  it('leaves alone whoever has that name', async () => {
    place.server.fill('archive', { notes: ['theirs'], 'seen?': ['notes'] });
    await expect(MONGODB.swap(server, INTO)).rejects.toMatchObject({ code: 'database_exists', params: { database: 'archive' } });
    expect(place.server.content('archive')).toEqual({ notes: ['theirs'], 'seen?': ['notes'] });
    expect(place.changes).toEqual([]);
  });

  it('moves nothing away and drops no view of whoever takes that name between the look and the act', async () => {
    place.fate = (command) => {
      if (String(command['to']).startsWith('archive.notes') && place.server.databases.get('archive')?.has('notes') !== true)
        for (const [name, type] of [
          ['notes', 'collection'],
          ['seen', 'view'],
        ] as const)
          place.server.databases.get('archive')?.set(name, { type, options: {}, documents: ['theirs'] });
      return 'runs';
    };
    await expect(MONGODB.swap(server, INTO)).rejects.toMatchObject({ code: 'database_refused' });
    expect(place.server.content('archive')).toMatchObject({ notes: ['theirs'], 'seen?': [''] });
  });

  it('is said to be read by whom it gives that for the first time', async () => {
    const may = (...dbs: readonly string[]) => ({ roles: dbs.map((db) => ({ role: 'read', db })) });
    place.server.users.set('eve', may('archive')).set('pad', may('pad', 'archive')).set('boss', may('admin'));
    expect(await MONGODB.widened(server, INTO)).toEqual(['eve: archive']);
    expect(await MONGODB.widened(server, NAMES)).toEqual([]);
  });

  it('lists the databases of the server itself, so that nobody takes them for free', async () => {
    place.server.fill('admin', { 'system.users': ['root'] });
    expect(await MONGODB.databases(server)).toContain('admin');
  });
});

describe('a swap whose server refuses a rename', () => {
  /** The second change of names within the live database: one is done already. */
  beforeEach(() => {
    let nth = 0;
    place.fate = (command) => (isShort(command) && (nth += 1) === 3 ? 'is refused' : 'runs');
  });

  it('gives the live database back what it had, and nothing looks swapped', async () => {
    await expect(MONGODB.swap(server, NAMES)).rejects.toMatchObject({ code: 'database_refused' });
    expect(place.server.content('pad')).toMatchObject(LIVE);
    expect(names()).toEqual(['pad', NAMES.fresh, 'wiki']);
  });

  it('is done by the next attempt', async () => {
    await expect(MONGODB.swap(server, NAMES)).rejects.toMatchObject({ code: 'database_refused' });
    await MONGODB.swap(server, NAMES);
    expectSwapped(place);
  });

  it('leaves nothing when what came is dropped', async () => {
    await expect(MONGODB.swap(server, NAMES)).rejects.toMatchObject({ code: 'database_refused' });
    await MONGODB.drop(server, NAMES.fresh);
    expect(place.server.content('pad')).toEqual(LIVE);
    expect(names()).toEqual(['pad', 'wiki']);
  });
});

describe('a swap that cannot keep everything yet', () => {
  beforeEach(() => {
    let nth = 0;
    place.fate = ({ to }) => (String(to).startsWith(`${NAMES.kept}.`) && (nth += 1) === 2 ? 'is refused' : 'runs');
  });

  it('is a swap: the live database is the new one, the fresh one is gone', async () => {
    await expect(MONGODB.swap(server, NAMES)).rejects.toMatchObject({ code: 'database_refused' });
    expect(place.server.content('pad')).toMatchObject(COMING);
    expect(names()).toEqual(['pad', NAMES.kept, 'wiki']);
    expectNothingLost(place);
  });

  it('is brought to its end by the next one, and by undoing it', async () => {
    await expect(MONGODB.swap(server, NAMES)).rejects.toMatchObject({ code: 'database_refused' });
    await MONGODB.swap(server, BACK);
    expect(place.server.content('pad')).toEqual(LIVE);
    expect(place.server.content(BACK.kept)).toEqual(COMING);
  });
});

describe('names and documents that somebody else has written', () => {
  it('take nothing into a database that isn’t vigie’s own for this one', async () => {
    place.server.fill('pad', { ...LIVE, '_vigie_:wiki:pages': ['forged'], '_vigie_:admin:system.users': ['eve'], '_vigie_:wiki_vigie_old_p7k:pages': ['forged'] });
    await MONGODB.swap(server, NAMES);
    expect(place.server.content('wiki')).toEqual({ pages: ['untouched'] });
    expect(place.server.databases.get('admin')?.has('system.users') ?? false).toBe(false);
    expect(names()).toEqual(['pad', NAMES.kept, 'wiki']);
    expect(place.server.content(NAMES.kept)).toEqual(LIVE);
  }); // prettier-ignore

  it.each([NAMES.fresh, 'pad'])('are no notes of a swap: in %s', async (database) => {
    const forged = { phase: 'switch', live: 'pad', kept: NAMES.kept, before: [], coming: ['gone'], viewsBefore: [], viewsComing: [{ name: 'evil', options: { viewOn: 'notes' } }] }; // prettier-ignore
    const document = { _id: 'swap', content: JSON.stringify(forged) };
    for (const _id of ['swap', NAMES.fresh]) {
      [place, server] = world();
      place.server.fill(database, { ...(database === 'pad' ? LIVE : COMING), _vigie_notes: [{ ...document, _id }], _vigie_swaps: [{ ...document, _id }] });
      await MONGODB.swap(server, NAMES);
      const { _vigie_swaps: _, ...content } = place.server.content('pad') ?? {};
      expect(content).toEqual(COMING);
    }
  }); // prettier-ignore
});

describe('a swap that breaks off', () => {
  const STEPS = 20;
  const FATES: readonly Fate[] = ['breaks off before', 'breaks off after', 'breaks off half-way', 'is refused'];

  async function broken(at: number, fate: Fate): Promise<[FakeMongodb, Server]> {
    const [here, there] = world();
    here.fate = (_, nth) => (nth === at ? fate : 'runs');
    await MONGODB.swap(there, NAMES).catch(() => undefined);
    here.fate = () => 'runs';
    return [here, there];
  }

  it('may do so at each of these steps', async () => {
    await MONGODB.swap(server, NAMES);
    expect(place.changes).toHaveLength(STEPS);
  });

  it.each(FATES.flatMap((fate) => Array.from({ length: STEPS }, (_, at) => [fate, at] as const)))(
    '(it %s at step %i) loses nothing, and is done by the next attempt',
    async (fate, at) => {
      const [here, there] = await broken(at, fate);
      expectNothingLost(here);
      await MONGODB.swap(there, NAMES);
      expectSwapped(here);
    },
  );

  it.each(FATES.flatMap((fate) => Array.from({ length: STEPS }, (_, at) => [fate, at] as const)))(
    '(it %s at step %i) loses nothing of the live database to another swap that comes after it',
    async (fate, at) => {
      const [here, there] = await broken(at, fate);
      here.server.fill(NEXT.fresh, { notes: ['next'], _vigie_notes: [] });
      await MONGODB.swap(there, NEXT);
      expect(here.server.content('pad')).toEqual({ notes: ['next'] });
      expectNothingLost(here);
      const kept = [here.server.content(NEXT.kept), here.server.content(NAMES.kept)];
      expect(kept).toContainEqual(LIVE);
    },
  );

  it('in the middle is never dumped as if it were whole', async () => {
    const codes = await Promise.all(
      Array.from({ length: STEPS }, async (_, at) => {
        const [here, there] = await broken(at, 'breaks off after');
        here.tool = () => ({ stdout: archive(['pad', 'notes']) });
        const error: unknown = await drained(MONGODB.dump(there, 'pad')).catch((reason: unknown) => reason);
        const { databases } = here.server;
        const isWhole = [LIVE, COMING].some((each) => holds(databases.get('pad'), each));
        return { at, isWhole, code: error instanceof VigieError ? error.code : null };
      }),
    );
    expect(codes.filter(({ isWhole, code }) => !isWhole && code === null)).toEqual([]);
    expect(codes.filter(({ code }) => code !== null).map(({ code }) => code)).toEqual(Array.from({ length: 3 }, () => 'dump_failed'));
  });

  it.each(Array.from({ length: STEPS }, (_, at) => at))('(at step %i) tells the pipeline how far it came', async (at) => {
    const [here] = await broken(at, 'breaks off after');
    const there = here.server.databases;
    // Without the kept one, what came may be dropped; without the fresh one, it was swapped.
    if (!there.has(NAMES.kept)) expect(here.server.content('pad')).toMatchObject(LIVE);
    if (!there.has(NAMES.fresh)) expect(here.server.content('pad')).toMatchObject(COMING);
  });
});

/** Whether these are its collections, views and what stands there for others left aside. */
function holds(database: ReadonlyMap<string, FakeCollection> | undefined, content: Readonly<Record<string, readonly string[]>>): boolean {
  const stored = [...(database ?? [])].filter(([name, { type }]) => type === 'collection' && !name.startsWith('_vigie_'));
  const shown = Object.fromEntries(stored.map(([name, { documents }]) => [name, documents]));
  return isDeepStrictEqual(shown, Object.fromEntries(Object.entries(content).filter(([name]) => !name.endsWith('?'))));
}

async function drained(stream: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}
