import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { given, whole } from '#test/contract/databases.contract.ts';
import type { RealEngine } from './database-lab.ts';
import { resetMariadb } from './databases-mariadb.ts';
import { resetPostgres } from './databases-postgres.ts';
import { type PlainServer, startPlainServer } from './plain-server.ts';

const NEW = 'pad_vigie_new_p7k';
/** Somebody's row, and what is in it looks like an error. */
const SECRET = 'error-of-ohara@example.org';

interface Trouble {
  readonly title: string;
  readonly sql: string;
  /** What becomes of the dump before it is loaded. */
  readonly change?: readonly [string, string];
  readonly reason: RegExp;
}

const TROUBLES: Readonly<Record<RealEngine, readonly Trouble[]>> = {
  mariadb: [
    {
      title: 'a row is there twice',
      sql: `create table notes (id int, text varchar(200) unique) engine = MyISAM; insert into notes values (1, '${SECRET}'), (2, '${SECRET}X')`,
      change: [`${SECRET}X'`, `${SECRET}'`],
      reason: /^ERROR 1062 \(23000\) at line \d+: Duplicate entry '…' for key 'text'$/u,
    },
    {
      title: 'a value is out of range',
      sql: `create table notes (id int, text varchar(200)); insert into notes values (11111, '${SECRET}')`,
      change: [`(11111,'${SECRET}')`, `(exp(length('${SECRET}') * 99999),'${SECRET}')`],
      reason: /^ERROR 1690 \(22003\) at line \d+: DOUBLE value is out of range in '…'$/u,
    },
    {
      title: 'a statement is damaged',
      sql: `create table notes (id int, text varchar(200)); insert into notes values (1, '${SECRET}')`,
      change: [`(1,'${SECRET}')`, `(1 '${SECRET}')`],
      reason: /^ERROR 1064 \(42000\) at line \d+: You have an error in your SQL syntax; … near '…' at line 2$/u,
    },
    {
      title: 'somebody’s own function refuses a row',
      sql: `create table notes (id int, text varchar(200)); insert into notes values (1, '${SECRET}')`,
      change: [
        `/*!40000 ALTER TABLE \`notes\` DISABLE KEYS */;`,
        `create trigger t before insert on notes for each row signal sqlstate '45000' set message_text = '${SECRET}';`,
      ],
      reason: /^ERROR 1644 \(45000\) at line \d+$/u,
    },
  ],
  postgres: [
    {
      title: 'a function of somebody’s own refuses a row, and says why',
      sql: `create function picky(x text) returns bool language sql as 'select true'; create table notes (id int, text text check (public.picky(text))); insert into notes values (1, '${SECRET}');
create or replace function picky(x text) returns bool language plpgsql as $$ begin raise exception 'error: refused %', x using detail = x, hint = x; end $$`,
      reason: /^ERROR \(TABLE DATA notes, row 1\)$/u,
    },
    {
      title: 'a row breaks a rule',
      sql: `create function longest() returns int language sql as 'select 100'; create table notes (id int, text text constraint c check (length(text) < public.longest())); insert into notes values (1, '${SECRET}');
create or replace function longest() returns int language sql as 'select 3'`,
      reason: /^ERROR: new row for relation "notes" violates check constraint "c" \(TABLE DATA notes, row 1\)$/u,
    },
    {
      title: 'a value is read no more',
      sql: `create domain short as text; create table notes (id int, text short); insert into notes values (1, '${SECRET}'), (2, '${SECRET}'); create function same(x text) returns text language sql immutable as 'select ''1'''; create unique index u on notes (public.same(text)) where id = 1; create or replace function same(x text) returns text language plpgsql immutable as $$ begin return x::int; end $$`,
      reason: /^ERROR: invalid input syntax for type integer: … \(CREATE UNIQUE INDEX u\)$/u,
    },
  ],
};

const ENGINES: readonly RealEngine[] = ['mariadb', 'postgres'];

describe.each(ENGINES)('a load into a real %s that fails', (engine) => {
  let server: PlainServer;
  beforeAll(async () => {
    server = await startPlainServer(engine);
  });
  afterAll(() => server?.close());
  beforeEach(async () => {
    if (engine === 'mariadb') await resetMariadb(server, 'select 1');
    else await resetPostgres(server, '');
    server.reports.kept.splice(0);
  });

  it.each(TROUBLES[engine])('shows no row where $title, and keeps all of it', async ({ sql, change = ['', ''], reason }) => {
    await server.sql('pad', sql);
    const dump = (await whole(server.databases.dump('pad'))).toString('latin1').replace(change[0], () => change[1]);
    await server.databases.create('pad', NEW);
    const error: unknown = await server.databases.load('pad', NEW, given(Buffer.from(dump, 'latin1'))).catch((thrown: unknown) => thrown);
    if (!(error instanceof VigieError)) throw new Error('it was loaded', { cause: error });
    expect(error.code).toBe('import_failed');
    expect(error.params['reason'], server.reports.kept.join('')).toMatch(reason);
    expect(JSON.stringify(error.params)).not.toContain('ohara');
    expect(error.params['report']).toBe('/reports/pad-1.txt');
    expect(server.reports.kept.join('')).toContain('ohara');
  });
});
