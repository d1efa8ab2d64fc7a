import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '#ports/databases.ts';
import { given, whole } from '#test/contract/databases.contract.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';
import { onThisMachine } from '#test/schemas/host-database.ts';
import { type HostPostgres, startHostPostgres } from './host-postgres.ts';

const NEW = 'pad_vigie_new_p7k';
const OLD = 'pad_vigie_old_p7k';
const TABLES = 500;
const OBJECTS = 2_000;

/** As few locks as a server can be told to remember: what many tables are to a usual one, some are to it. */
const FEW_LOCKS = ['max_locks_per_transaction=10', 'max_connections=12'];

const FILL = `create role pad login;
create role reader;
create role "a reader";
alter database pad owner to pad;
set role pad;
select format('create table t%s (id int primary key, name text not null)', i), format('insert into t%s select g, g from generate_series(1, %s) g', i, i % 3), format('grant select on t%s to reader', i) from generate_series(1, ${TABLES}) i \\gexec
create index computed on t1 (lower(name));
create index computed_too on t2 (lower(name));
select count(lo_from_bytea(0, decode(md5(i::text), 'hex'))) from generate_series(1, ${OBJECTS}) i;
reset role;
select format('alter large object %s owner to "a reader"', oid) from (select oid, row_number() over (order by oid) n from pg_largeobject_metadata) x where n % 1000 = 5 \\gexec
select format('grant select on large object %s to reader', oid) from (select oid, row_number() over (order by oid) n from pg_largeobject_metadata) x where n % 100 = 7 \\gexec`;

const OWNERS = `select pg_get_userbyid(lomowner) || ' ' || md5(string_agg(oid::text, ',' order by oid)) from pg_largeobject_metadata group by lomowner order by 1`;
const RIGHTS = `select count(*) from pg_largeobject_metadata where lomacl::text like '%reader=r/%'`;

describe('a PostgreSQL that can remember few locks, with many tables and large objects', () => {
  let postgres: HostPostgres;
  let databases: Databases;

  beforeAll(async () => {
    postgres = await startHostPostgres(FEW_LOCKS);
    databases = onThisMachine(
      { engine: 'postgres', address: postgres.socket, port: postgres.port, runAs: 'postgres' },
      new MemoryReports(),
    );
    await postgres.sql('postgres', 'create database pad');
    await postgres.script('pad', FILL);
  });
  afterAll(() => postgres.close());

  it('has all of its tables counted, of one moment', async () => {
    const { tables } = await databases.look('pad');
    expect(tables).toHaveLength(TABLES + 1);
    expect(tables).toContainEqual({ name: 'public.t1', rows: 1 });
    expect(tables).toContainEqual({ name: 'public.t3', rows: 0 });
    expect(tables).toContainEqual({ name: 'pg_catalog.pg_largeobject_metadata', rows: OBJECTS });
  });

  it('has them restored, each whose it was, with who may do what', async () => {
    // The dump's own client holds every table at once: a server whose tables can be dumped is one that remembers so many.
    await postgres.stop();
    await postgres.start(['max_locks_per_transaction=200']);
    const dump = await whole(databases.dump('pad'));
    await postgres.stop();
    await postgres.start();
    const before = { look: await databases.look('pad'), catalogue: await databases.catalogue('pad') };
    const owners = await postgres.sql('pad', OWNERS);
    // Since the dump one was given away, and one is gone.
    await databases.create('pad', NEW);
    await databases.load('pad', NEW, given(dump));
    const loaded = await databases.look('pad', NEW);
    expect(loaded.tables).toEqual(before.look.tables);
    expect(await databases.catalogue('pad', NEW)).toEqual(before.catalogue);
    expect(await postgres.sql(NEW, OWNERS)).toBe(owners);
    expect(await postgres.sql(NEW, RIGHTS)).toBe(String(OBJECTS / 100));
    expect(await postgres.sql('postgres', `select count(*) from pg_roles where rolname like 'vigie_load_%'`)).toBe('0');
    await databases.swap('pad', { fresh: NEW, kept: OLD });
    expect((await databases.look('pad')).tables).toEqual(before.look.tables);
    await databases.drop('pad', OLD);
  });

  it('has large objects given to whose they are now, or were when nobody can tell any more', async () => {
    await postgres.stop();
    await postgres.start(['max_locks_per_transaction=200']);
    const dump = await whole(databases.dump('pad'));
    const theirs = `select string_agg(oid::text, ',' order by oid) from pg_largeobject_metadata where pg_get_userbyid(lomowner) = 'a reader'`;
    const [gone = '', ...rest] = (await postgres.sql('pad', theirs)).split(',');
    const [given1 = '', given2 = ''] = (await postgres.sql('pad', `select string_agg(oid::text, ',') from (select oid from pg_largeobject_metadata where pg_get_userbyid(lomowner) = 'pad' order by oid limit 2) x`)).split(','); // prettier-ignore
    await postgres.sql('pad', `alter large object ${given1} owner to reader; alter large object ${given2} owner to "a reader"; alter large object ${rest[0]} owner to pad; select lo_unlink(${gone})`); // prettier-ignore
    await databases.create('pad', NEW);
    await databases.load('pad', NEW, given(dump));
    expect((await postgres.sql(NEW, theirs)).split(',')).toEqual(
      [gone, given2, ...rest.slice(1)].toSorted((a, b) => Number(a) - Number(b)),
    );
    expect(await postgres.sql(NEW, theirs.replace("'a reader'", "'reader'"))).toBe(given1);
    await databases.drop('pad', NEW);
  });
});
