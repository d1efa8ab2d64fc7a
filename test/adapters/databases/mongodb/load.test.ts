import { beforeEach, describe, expect, it } from 'vitest';
import type { Server } from '#adapters/databases/dialect.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';
import { MONGODB } from '#adapters/databases/mongodb/mongodb.ts';
import { given } from '#test/contract/databases.contract.ts';
import { archive } from './archive.ts';
import { FakeMongodb } from './fake-mongodb.ts';

const NEW = 'pad_vigie_new_p7k';
let place: FakeMongodb;
let server: Server;

beforeEach(async () => {
  place = new FakeMongodb();
  place.server.fill('pad', { notes: ['live'] });
  const facts = { name: 'pad', engine: 'mongodb', database: 'pad', server: { kind: 'service', name: 'mongo' }, usedBy: [] } as const;
  server = { facts, place, reports: new MemoryReports(), access: { user: 'root', password: "it's", address: null, port: null } };
  await MONGODB.create(server, NEW);
});

async function drained(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('a load', () => {
  it('is of the one database of the archive, into the new one, up to the first error', async () => {
    const dump = archive(['pad', 'notes'], ['pad', 'system.js']);
    await MONGODB.load(server, NEW, { dump: given(dump), without: [] });
    const [run] = place.toolRuns;
    expect(run?.tool).toBe('mongorestore');
    expect(run?.args.slice(2)).toEqual([
      '--archive',
      '--stopOnError',
      '--nsInclude=pad.*',
      '--nsExclude=pad.system.js',
      '--nsFrom=pad.*',
      `--nsTo=${NEW}.*`,
    ]);
    expect(run?.input).toEqual(dump);
  });

  it('is done by an account that may nothing outside of it, and is gone afterwards', async () => {
    let rights: unknown;
    place.tool = ({ args }) => {
      rights = place.server.users.get(args[0] ?? '');
      return {};
    };
    await MONGODB.load(server, NEW, { dump: given(archive(['pad', 'notes'])), without: [] });
    expect(rights).toMatchObject({ roles: [{ role: 'readWrite', db: NEW }, { role: 'dbAdmin', db: NEW }] }); // prettier-ignore
    expect(place.server.users.size).toBe(0);
  });

  it.each([
    [
      'its client fails',
      { code: 1, stderr: '2026-01-05T03:00:00\tpreparing\n2026-01-05T03:00:01\tFailed: pad.notes: error inserting documents\n' },
    ],
    [
      'documents are missing',
      { code: 0, stderr: '2026-01-05T03:00:01\t8 document(s) restored successfully. 2 document(s) failed to restore.\n' },
    ],
  ])('has failed where %s, and leaves no account', async (_, end) => {
    place.tool = () => end;
    const failed = { code: 'import_failed', params: { database: 'pad', reason: expect.stringMatching(/pad\.notes: error|2 documents/u) } };
    await expect(MONGODB.load(server, NEW, { dump: given(archive(['pad', 'notes'])), without: [] })).rejects.toMatchObject(failed);
    expect(place.server.users.size).toBe(0);
  });

  it('takes an archive whose beginning comes byte by byte', async () => {
    const dump = archive(['pad', 'notes'], ['pad', 'people']);
    const slowly = async function* (): AsyncGenerator<Uint8Array> {
      for (const byte of dump) yield Buffer.from([byte]);
    };
    await MONGODB.load(server, NEW, { dump: slowly(), without: [] });
    expect(place.toolRuns[0]?.input).toEqual(dump);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['something else', Buffer.from('CREATE TABLE notes;\n')],
    ['half of a table of contents', archive(['pad', 'notes']).subarray(0, 90)],
    ['a table of contents that lies about its length', Buffer.concat([archive().subarray(0, 4), Buffer.from([1, 0, 0, 0, 0])])],
    ['no collection', archive()],
    ['two databases', archive(['pad', 'notes'], ['wiki', 'pages'])],
    ['accounts', archive(['admin', 'system.users'])],
    ['accounts of a database', archive(['pad', 'notes'], ['pad', '$admin.system.users'])],
    ['collections of the server', archive(['pad', 'system.users'])],
    ['a time series', archive(['pad', 'notes'], ['pad', 'measured', 'timeseries'])],
    ['what a time series is kept in', archive(['pad', 'system.buckets.measured'])],
    ['what vigie notes down', archive(['pad', '_vigie_notes'])],
    ['a pattern for a name', archive(['*', 'notes'])],
    ['a name with a dot', archive(['pad.notes', 'x'])],
  ])('is refused before anything is loaded: %s', async (_, dump) => {
    await expect(MONGODB.load(server, NEW, { dump: given(dump), without: [] })).rejects.toMatchObject({ code: 'import_failed' });
    expect(place.toolRuns).toEqual([]);
    expect(place.server.users.size).toBe(0);
  });

  it('is refused where something is already', async () => {
    place.server.fill(NEW, { notes: ['half'], _vigie_notes: [] });
    await expect(MONGODB.load(server, NEW, { dump: given(archive(['pad', 'notes'])), without: [] })).rejects.toMatchObject({
      code: 'import_failed',
    });
  });
});

describe('a dump', () => {
  it('leaves out what vigie keeps in a database', async () => {
    place.tool = () => ({ stdout: archive(['pad', 'notes']) });
    expect(await drained(MONGODB.dump(server, 'pad'))).toEqual(archive(['pad', 'notes']));
    expect(place.toolRuns[0]?.args.slice(2)).toEqual(['--archive', '--db=pad', '--excludeCollectionsWithPrefix=_vigie_']);
  });

  it.each([
    ['dump_failed', { stdout: archive(['pad', 'notes']), code: 1, stderr: 'Failed: error reading collection\n' }],
    ['dump_failed', { stdout: Buffer.from('usage: mongodump\n') }],
    ['dump_empty', {}],
  ])('has failed: %s', async (code, end) => {
    place.tool = () => end;
    await expect(drained(MONGODB.dump(server, 'pad'))).rejects.toMatchObject({ code });
  });

  it('is of what is there', async () => {
    await expect(drained(MONGODB.dump(server, 'wiki'))).rejects.toMatchObject({ code: 'database_missing' });
  });
});

it('never shows a password among the words of a command', async () => {
  place.tool = ({ tool }) => (tool === 'mongodump' ? { stdout: archive(['pad', 'notes']) } : {});
  await MONGODB.load(server, NEW, { dump: MONGODB.dump(server, 'pad'), without: [] });
  const passwords = new Set([...place.asked, ...place.toolRuns].map(({ password }) => password));
  expect([...passwords]).toEqual(["it's", expect.stringMatching(/^[0-9a-f]{48}$/u)]);
  for (const password of passwords) expect(JSON.stringify(place.words)).not.toContain(password);
});

it('looks past what vigie and the server keep in a database', async () => {
  place.server.fill('pad', {
    notes: ['a', 'b'],
    'shown?': ['notes'],
    'system.views': ['x'],
    _vigie_notes: [],
    '_vigie_:wiki:pages': ['c'],
  });
  expect(await MONGODB.look(server, 'pad')).toMatchObject({ version: '8.0.4', bytes: 5120, tables: [{ name: 'notes', rows: 2 }] });
});
