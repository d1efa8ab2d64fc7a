import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countedWithoutLeft } from '#domain/backup/catalogue.ts';
import { given, whole } from '#test/contract/databases.contract.ts';
import { configured, type RealServer, startServer } from './database-lab.ts';
import { resetMariadb } from './databases-mariadb.ts';
import { resetPostgres } from './databases-postgres.ts';
import { LAB, realSwarm } from './swarm.ts';

const NEW = 'pad_vigie_new_p7k';
const OLD = 'pad_vigie_old_p7k';

/** Extensions with rows of their own: what is looked up, as PostGIS has it under that name, and what is run by somebody else later. */
const EXTENSIONS = {
  postgis: "create table spatial_ref_sys (srid int primary key, srtext text); insert into spatial_ref_sys values (4326, 'own'); grant select on spatial_ref_sys to public; select pg_catalog.pg_extension_config_dump('spatial_ref_sys', 'where srid > 900000');",
  jobs: "create table jobs (id serial primary key, command text, username text); select pg_catalog.pg_extension_config_dump('jobs', '');",
} as const; // prettier-ignore

async function extensionFiles(): Promise<readonly string[]> {
  const folder = join(LAB, 'extensions');
  await mkdir(folder, { recursive: true });
  const files = Object.entries(EXTENSIONS).flatMap(([name, sql]) => [
    [`${name}.control`, "default_version = '1'\nrelocatable = false\nschema = public\n"] as const,
    [`${name}--1.sql`, sql] as const,
  ]);
  for (const [file, content] of files) await writeFile(join(folder, file), content);
  return files.flatMap(([file]) => [
    '--mount',
    `type=bind,readonly,src=${join(folder, file)},dst=/usr/share/postgresql/15/extension/${file}`,
  ]);
}

describe('what a PostgreSQL’s dump holds', () => {
  const service = 'postgres-restorable';
  let server: RealServer;
  beforeAll(async () => {
    const databases = [configured('postgres', { server: { kind: 'service', name: service } })];
    server = await startServer({ engine: 'postgres', service, node: 'pica01', way: 'socket', databases, options: await extensionFiles() });
  });
  afterAll(() => server?.close());
  beforeEach(() => resetPostgres(server));

  const dumped = async (): Promise<{ readonly dump: Buffer; readonly left: readonly string[] }> => {
    const dump = await whole(server.databases.dump('pad'));
    return { dump, left: await server.databases.inspect('pad', given(dump)) };
  };
  const through = async ({ dump, left }: { readonly dump: Buffer; readonly left: readonly string[] }): Promise<void> => {
    await server.databases.create('pad', NEW);
    await server.databases.loadRestorable('pad', NEW, { dump: given(dump), without: left });
    await server.databases.swap('pad', { fresh: NEW, kept: OLD });
  };

  it('is restored whole where all of it is ordinary', async () => {
    const found = await dumped();
    expect(found.left).toEqual([]);
    await through(found);
  });

  it('brings rows of an extension that are only looked up', async () => {
    await server.sql('pad', "create extension postgis; insert into spatial_ref_sys values (990001, 'ours')");
    const found = await dumped();
    expect(found.left).toEqual([]);
    await through(found);
    expect(await server.sql('pad', 'select string_agg(srtext, $$,$$ order by srid) from spatial_ref_sys')).toBe('own,ours');
    expect(await server.sql('pad', "select count(*) from information_schema.role_table_grants where table_name = 'spatial_ref_sys' and grantee like 'vigie%'")).toBe('0'); // prettier-ignore
  });

  it('refers to rows of an extension that are only looked up', async () => {
    await server.sql(
      'pad',
      'create extension postgis; create table places (srid int references spatial_ref_sys); insert into places values (4326)',
    );
    const found = await dumped();
    expect(found.left).toEqual([]);
    await through(found);
    expect(await server.sql('pad', "select count(*) from pg_constraint where conname = 'places_srid_fkey' and convalidated")).toBe('1');
  });

  it('does not bring rows of an extension that somebody else runs, unless its owner could write them', async () => {
    await server.sql('pad', "create extension jobs; insert into jobs (command, username) values ('drop table notes', 'postgres')");
    const found = await dumped();
    expect(found.left).toEqual(['TABLE DATA public jobs']);
    await server.databases.create('pad', NEW);
    await expect(server.databases.load('pad', NEW, given(found.dump))).rejects.toMatchObject({ code: 'import_failed' });
    await server.databases.drop('pad', NEW);
    await through(found);
    expect(await server.sql('pad', 'select count(*) from jobs')).toBe('0');
    expect((await server.databases.look('pad')).tables).toHaveLength(2);
  });

  it.each([
    ['an event trigger', `create function audit() returns event_trigger language plpgsql as 'begin end'; create event trigger audit on ddl_command_end execute function audit(); comment on event trigger audit is 'of all'`, ['EVENT TRIGGER audit']],
    ['a subscription', `create subscription far connection 'dbname=nowhere' publication p with (connect = false)`, ['SUBSCRIPTION far']],
    ['a foreign server', `create extension postgres_fdw; create server far foreign data wrapper postgres_fdw; grant usage on foreign server far to pad; create user mapping for pad server far options (password 'geheim'); create foreign table far_notes (id int) server far`, ['SERVER far', 'USER MAPPING pad SERVER far', 'FOREIGN TABLE public far_notes']],
    ['an operator class', `create function cmp(int, int) returns int language sql immutable as 'select $1 - $2'; create operator class backwards for type int using btree as operator 1 >, operator 2 >=, operator 3 =, operator 4 <=, operator 5 <, function 1 cmp(int, int)`, ['OPERATOR FAMILY public backwards', 'OPERATOR CLASS public backwards']],
    ['a function that promises to leak nothing', `create function tight(x int) returns int language sql immutable leakproof as 'select x'`, ['FUNCTION public tight(integer)']],
    ['one with a comment, rights and a namesake', `create function tight(x int) returns int language sql immutable leakproof as 'select x'; create function tight(text) returns int language sql as 'select 1'; comment on function tight(int) is 'x'; grant execute on function tight(int) to pad; comment on function tight(text) is 'y'`, ['FUNCTION public tight(integer)']],
    ['a function that sets what only a superuser does', `create function quiet() returns int language sql set log_statement = 'none' as 'select 1'; create procedure ours() language sql set app.tenant = 'a' as 'select 1'; create function found() returns int language sql set search_path = public as 'select 1'`, ['FUNCTION public quiet()', 'PROCEDURE public ours()']],
    ['an aggregate over something of the server’s own', `create aggregate mean(int8) (sfunc = int8_avg_accum, stype = internal, finalfunc = numeric_poly_avg); create aggregate total(int) (sfunc = int4pl, stype = int); comment on aggregate mean(int8) is 'x'`, ['AGGREGATE public mean(bigint)']],
    ['a cast', `create type mood as enum ('a'); alter type mood owner to pad; create cast (text as mood) with inout; create function i2p(int) returns point language sql immutable as 'select point(1, 1)'; create cast (int as point) with function i2p(int); create cast (bytea as json) without function; comment on cast (int as point) is 'x'`, ['CAST CAST (bytea AS json)', 'CAST CAST (integer AS point)']],
    ['a view that is filled from what few may read', `create view who as select rolname from pg_authid; create materialized view filled as select * from who; create materialized view after as select count(*) from filled; create materialized view ordinary as select * from pg_roles where rolname = 'pad'`, ['MATERIALIZED VIEW DATA public filled', 'MATERIALIZED VIEW DATA public after']],
    ['on a table of an extension', `create extension jobs; create table runs (job int references jobs (id)); create table special () inherits (jobs); create index of_special on special (id); comment on column special.id is 'x'`, ['TABLE DATA public jobs', 'FK CONSTRAINT public runs runs_job_fkey', 'TABLE public special', 'TABLE DATA public special', 'DEFAULT public special id', 'INDEX public of_special']],
    ['a transform', `create extension hstore; create function of_hstore(internal) returns internal language c immutable as '$libdir/hstore', 'hstore_in'; create transform for hstore language sql (from sql with function of_hstore(internal))`, ['FUNCTION public of_hstore(internal)', 'TRANSFORM TRANSFORM FOR public.hstore LANGUAGE sql']],
  ])('is named, and left out, where it is %s', async (_, sql, left) => {
    await server.sql('pad', sql);
    const { tables } = await server.databases.look('pad');
    const found = await dumped();
    expect([...found.left].toSorted()).toEqual([...left].toSorted());
    await through(found);
    expect((await server.databases.look('pad')).tables).toEqual(countedWithoutLeft(tables, left));
    expect(await server.databases.drop('pad', OLD)).toBe(true);
  }); // prettier-ignore

  it('lies where its database does, whatever tablespace it was in', async () => {
    await server.sh('mkdir -p /tmp/fast');
    await server.sql('postgres', "create tablespace fast location '/tmp/fast'");
    await server.sql('pad', 'alter table notes set tablespace fast');
    const found = await dumped();
    expect(found.left).toEqual([]);
    await through(found);
    expect((await server.databases.look('pad')).tables).toContainEqual({ name: 'public.notes', rows: 100 });
    await server.databases.drop('pad', OLD);
    await server.sql('postgres', 'drop tablespace fast');
  });
});

/** A server whose configuration raises what it takes in one statement: its image reads it where its command says. */
async function raisedPacket(): Promise<readonly string[]> {
  const { docker } = await realSwarm();
  const file = join(LAB, 'raised.cnf');
  await writeFile(file, '[mysqld]\nmax_allowed_packet = 64M\n');
  // In a lab that was kept it is there already.
  await docker('config', 'create', 'raised', file).catch(() => '');
  // The service's own command: what the image would run, with that file.
  return ['--config', 'source=raised,target=/etc/raised.cnf', '--entrypoint', RAISED];
}
const RAISED = `sh -c "sed 's,--no-defaults --datadir,--defaults-file=/etc/raised.cnf --datadir,' /bin/my-start > /tmp/start; exec sh /tmp/start"`;

describe('what a MariaDB’s dump holds', () => {
  const service = 'mariadb-restorable';
  let server: RealServer;
  beforeAll(async () => {
    const databases = [configured('mariadb', { server: { kind: 'service', name: service } })];
    server = await startServer({ engine: 'mariadb', service, node: 'pica01', way: 'socket', databases, options: await raisedPacket() });
  });
  afterAll(() => server?.close());
  beforeEach(async () => {
    await server.sql('mysql', 'set foreign_key_checks = 0; drop database if exists other');
    await resetMariadb(server);
    await server.sql('mysql', 'create database other; create table other.parents (id int primary key)');
  });
  const left = async (): Promise<readonly string[]> =>
    await server.databases.inspect('pad', given(await whole(server.databases.dump('pad'))));

  it('is ordinary', async () => {
    expect(await left()).toEqual([]);
  });

  it.each([
    ['a view on another database', 'create view outside as select * from other.parents', ['view outside']],
    ['a foreign key into another database', 'create table children (parent int, constraint of_parent foreign key (parent) references other.parents (id))', ['foreign key of_parent of table children']],
  ])('is named where it is %s', async (_, sql, named) => {
    await server.sql('pad', sql);
    expect(await left()).toEqual(named);
  }); // prettier-ignore

  it('can’t be moved where somebody named a folder for it', async () => {
    expect(await server.databases.unmovable('pad')).toEqual([]);
    await server.sh('mkdir -p /tmp/faraway && chmod 777 /tmp/faraway');
    await server.sql(
      'pad',
      "create table faraway (id int) data directory '/tmp/faraway'; create table parts (id int) partition by hash (id) (partition one data directory '/tmp/faraway', partition two)",
    );
    expect(await server.databases.unmovable('pad')).toEqual(['faraway', 'parts']);
    expect(await left()).toEqual(['table faraway', 'table parts']);
    await server.sql('pad', 'drop table faraway, parts');
  });

  it('is tried out in a server like the live one, with its command and its configuration', async () => {
    await server.sql('pad', "create table files (id int, content longblob); insert into files values (1, repeat('x', 40000000))");
    expect(await left()).toEqual([]);
    const scratch = await server.databases.scratch('pad', 'p7k');
    try {
      await scratch.load(server.databases.dump('pad'));
      expect((await scratch.look()).tables).toContainEqual({ name: 'files', rows: 1 });
    } finally {
      await scratch.remove();
    }
  });
});
