import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '#ports/databases.ts';
import { given, whole } from '#test/contract/databases.contract.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';
import { onThisMachine } from '#test/schemas/host-database.ts';
import { type HostPostgres, startHostPostgres } from './host-postgres.ts';
import { LAB } from './swarm.ts';

/** Debian's, beside every server here. */
const CLIENT = 15;
const NEW = 'pad_vigie_new_p7k';
const OLD = 'pad_vigie_old_p7k';
const UNDONE = 'pad_vigie_undone_p7k';

/** Something of each kind that differs between versions. */
const FILL = `create role pad login; create role reader; create database pad owner pad;
\\connect pad
set role pad;
create table notes (id int generated always as identity primary key, text text not null, upper text generated always as (upper(text)) stored);
insert into notes (text) select 'note ' || g from generate_series(1, 20) g;
create index by_length on notes (length(text));
create statistics s (dependencies) on id, text from notes;
create view seen as select id, text from notes;
create function count_notes() returns bigint language sql as 'select count(*) from public.notes';
create table parts (id int, at date) partition by range (at); create table parts_2026 partition of parts for values from ('2026-01-01') to ('2027-01-01'); insert into parts values (1, '2026-11-30');
grant select on notes to reader; alter default privileges in schema public grant select on tables to reader;
select lo_from_bytea(0, 'large');`;

const versions = installed().map(Number).toSorted((one, other) => one - other); // prettier-ignore

function installed(): readonly string[] {
  try {
    return readdirSync(join(LAB, 'postgres'));
  } catch (cause) {
    throw new Error('servers of other versions are not there: run test/real/install.sh', { cause });
  }
}

/** A server of another version. Its programs have to be where its own account comes to. */
async function startVersion(version: number): Promise<HostPostgres> {
  const programs = join(LAB, 'postgres', String(version), 'native/bin');
  return await startHostPostgres([], { programs });
}

function databasesOn({ socket, port }: HostPostgres): Databases {
  return onThisMachine({ engine: 'postgres', address: socket, port, runAs: 'postgres' }, new MemoryReports());
}

describe('servers whose clients are of another version', () => {
  let dumped: Uint8Array;
  let tables: unknown;

  beforeAll(async () => {
    const postgres = await startHostPostgres();
    try {
      await postgres.script('postgres', FILL);
      const databases = databasesOn(postgres);
      dumped = await whole(databases.dump('pad'));
      ({ tables } = await databases.look('pad'));
    } finally {
      await postgres.close();
    }
  });

  it('are there in the oldest and the newest version', () => {
    expect(versions).toEqual(expect.arrayContaining([13, 18]));
    expect(execFileSync('/usr/bin/pg_dump', ['--version'], { encoding: 'utf8' })).toContain(` ${CLIENT}.`);
  });

  describe.each(versions)('PostgreSQL %i', (version) => {
    let postgres: HostPostgres;
    let databases: Databases;
    beforeAll(async () => {
      postgres = await startVersion(version);
      databases = databasesOn(postgres);
      await postgres.script('postgres', FILL);
    });
    afterAll(() => postgres?.close());

    it('is looked at, and what it is beside its rows is read', async () => {
      expect((await databases.identity('pad')).version).toMatch(new RegExp(`^${version}\\.`, 'u'));
      expect((await databases.look('pad')).tables).toEqual(tables);
      expect(Object.keys((await databases.catalogue('pad')) ?? {})).toEqual(
        expect.arrayContaining([
          'view public.seen',
          'index public.by_length',
          'rights on table public.notes',
          'statistics object public.s',
        ]),
      );
      expect(await databases.replication('pad')).toEqual({ slots: [], subscriptions: [] });
    });

    // An older server gives its dump to a newer client: below.
    if (version > CLIENT)
      it('gives no dump to an older client, and says which one it takes', async () => {
        const error: unknown = await whole(databases.dump('pad')).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({
          code: 'database_client_old',
          params: {
            database: 'pad',
            server: 'bob',
            client: expect.stringMatching(/^15\./u),
            version: expect.stringMatching(new RegExp(`^${version}\\.`, 'u')),
          },
        });
      });

    it('takes a dump, is swapped, and is swapped back', async () => {
      const dump = version > CLIENT ? dumped : await whole(databases.dump('pad'));
      const before = await databases.catalogue('pad');
      expect(await databases.inspect('pad', given(dump))).toEqual([]);
      await databases.create('pad', NEW);
      await databases.load('pad', NEW, given(dump));
      expect((await databases.look('pad', NEW)).tables).toEqual(tables);
      expect(await databases.catalogue('pad', NEW)).toEqual(before);
      expect(await databases.widened('pad', { fresh: NEW, kept: OLD })).toEqual([]);
      await databases.swap('pad', { fresh: NEW, kept: OLD });
      expect(await postgres.sql('pad', 'select count_notes()')).toBe('20');
      await databases.swap('pad', { fresh: OLD, kept: UNDONE });
      expect(await postgres.sql('pad', 'select count_notes()')).toBe('20');
      await databases.drop('pad', UNDONE);
      expect(await databases.databases('pad')).not.toContain(UNDONE);
    });
  });
});
