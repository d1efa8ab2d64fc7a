import { describe, expect, it } from 'vitest';
import { failed, told } from '#adapters/databases/failures.ts';
import type { Engine } from '#ports/databases.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';

const SECRET = "o'hara@example.org";

async function shown(engine: Engine, stderr: string, code: number | null = 1) {
  const reports = new MemoryReports();
  const facts = { name: 'pad', engine, database: 'pad', server: { kind: 'service', name: 'db' }, usedBy: [] } as const;
  const { reason, report } = await told({ facts, reports }, { code, stderr });
  return { reason, report, kept: reports.kept };
}

describe('what is shown of a MariaDB client’s complaint', () => {
  it.each([
    [`ERROR 1062 (23000) at line 37: Duplicate entry '${SECRET}' for key 'email'`, "ERROR 1062 (23000) at line 37: Duplicate entry '…' for key 'email'"],
    [`ERROR 1062 (23000) at line 37: Duplicate entry '${SECRET}\nERROR 1146 (42S02): Table 'x' doesn't exist' for key 'email'`, "ERROR 1062 (23000) at line 37: Duplicate entry '…' for key 'email'"],
    [`ERROR 1366 (22007) at line 9: Incorrect integer value: '${SECRET}' for column \`pad\`.\`t\`.\`id\` at row 2`, "ERROR 1366 (22007) at line 9: Incorrect integer value: '…' for column `pad`.`t`.`id` at row 2"],
    [`ERROR 1064 (42000) at line 2: You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version for the right syntax to use near '${SECRET}' at line 1`, "ERROR 1064 (42000) at line 2: You have an error in your SQL syntax; … near '…' at line 1"],
    [`ERROR 1644 (45000) at line 5: no good: ${SECRET}`, 'ERROR 1644 (45000) at line 5'],
    [`ERROR 9999 (HY000) at line 5: something with ${SECRET}`, 'ERROR 9999 (HY000) at line 5'],
    [`--------------\ninsert into t values ('an error of ${SECRET}'),('ERROR 1000 (HY000) x')\n--------------\n\nERROR 1146 (42S02) at line 3: Table 'pad.t' doesn't exist\n`, "ERROR 1146 (42S02) at line 3: Table 'pad.t' doesn't exist"],
    ["ERROR 1153 (08S01) at line 5: Got a packet bigger than 'max_allowed_packet' bytes", "ERROR 1153 (08S01) at line 5: Got a packet bigger than 'max_allowed_packet' bytes"],
    ["ERROR 2002 (HY000): Can't connect to local server through socket '/run/mysqld/mysqld.sock' (2)", "ERROR 2002 (HY000): Can't connect to local server through socket '/run/mysqld/mysqld.sock' (2)"],
    ['mariadb-dump: Error 2013: Lost connection to server during query when dumping table `notes` at row: 7', 'mariadb-dump: error 2013: Lost connection to server during query (table notes)'],
    [`mariadb-dump: Error 1292: Truncated incorrect DOUBLE value: '${SECRET}' when dumping table \`notes\` at row: 7`, 'mariadb-dump: error 1292: Truncated incorrect DOUBLE value: … (table notes)'],
    ['sh: 12: exec: mariadb: not found\nmariadb: not found', 'mariadb: not found'],
  ])('%s', async (stderr, reason) => {
    expect((await shown('mariadb', stderr)).reason).toBe(reason);
  }); // prettier-ignore
});

describe('what is shown of a PostgreSQL client’s complaint', () => {
  it.each([
    [`pg_restore: while PROCESSING TOC:\npg_restore: from TOC entry 3350; 0 16386 TABLE DATA notes pad\npg_restore: error: COPY failed for table "notes": ERROR:  duplicate key value violates unique constraint "notes_pkey"\nDETAIL:  Key (email)=(${SECRET}) already exists.\nCONTEXT:  COPY notes, line 2: "1\t${SECRET}"`, 'ERROR: duplicate key value violates unique constraint "notes_pkey". Key (email)=(…) already exists. (TABLE DATA notes pad, row 2)'],
    [`pg_restore: while PROCESSING TOC:\npg_restore: from TOC entry 3350; 0 16386 TABLE DATA notes pad\npg_restore: error: COPY failed for table "notes": ERROR:  new row for relation "notes" violates check constraint "c"\nDETAIL:  Failing row contains (${SECRET}).\nCONTEXT:  COPY notes, line 2: "${SECRET}"`, 'ERROR: new row for relation "notes" violates check constraint "c" (TABLE DATA notes pad, row 2)'],
    [`pg_restore: error: COPY failed for table "notes": ERROR:  invalid input syntax for type integer: "${SECRET}"\nCONTEXT:  COPY notes, line 1, column id: "${SECRET}"`, 'ERROR: invalid input syntax for type integer: … (TABLE DATA notes, row 1, column id)'],
    [`pg_restore: from TOC entry 215; 1255 16386 FUNCTION public f() pad\npg_restore: error: could not execute query: ERROR:  only superuser can define a leakproof function\nCommand was: CREATE FUNCTION public.f() … '${SECRET}'`, 'ERROR: only superuser can define a leakproof function (FUNCTION public f() pad)'],
    [`pg_restore: error: could not execute query: ERROR:  permission denied to create extension "postgis"\nHINT:  Must be superuser to create this extension.\nCommand was: CREATE EXTENSION postgis IF …`, 'ERROR: permission denied to create extension "postgis". Must be superuser to create this extension. (CREATE EXTENSION postgis)'],
    [`pg_restore: error: COPY failed for table "notes": ERROR:  refused: ${SECRET}\nHINT:  ${SECRET}\nCONTEXT:  PL/pgSQL function f()`, 'ERROR (TABLE DATA notes)'],
    [`psql:<stdin>:7: ERROR:  relation "nope" does not exist\nLINE 1: select '${SECRET}' from nope\n                    ^`, 'ERROR: relation "nope" does not exist'],
    ['pg_restore: error: unsupported version (1.99) in file header', 'pg_restore: error: unsupported version (1.99) in file header'],
    ['psql: error: connection to server on socket "/run/postgresql/.s.PGSQL.5432" failed: FATAL:  database "pad" does not exist', 'FATAL: database "pad" does not exist'],
    ['psql: error: connection to server at "127.0.0.1", port 5 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?', 'psql: error: connection to server at "127.0.0.1", port 5 failed: Connection refused'],
  ])('%s', async (stderr, reason) => {
    expect((await shown('postgres', stderr)).reason).toBe(reason);
  }); // prettier-ignore
});

describe('what is shown of a MongoDB client’s complaint', () => {
  it.each([
    [`MongoServerError DuplicateKey: E11000 duplicate key error collection: pad.notes index: email_1 dup key: { email: "${SECRET}" }`, 'MongoServerError DuplicateKey: E11000 duplicate key error collection: pad.notes index: email_1 …'],
    [`2026-01-05T03:00:01\tFailed: pad.notes: error restoring: Document failed validation: { a: "${SECRET}" }`, 'pad.notes: error restoring: Document failed validation: …'],
  ])('%s', async (stderr, reason) => {
    expect((await shown('mongodb', stderr)).reason).toBe(reason);
  }); // prettier-ignore
});

it.each(['mariadb', 'postgres', 'mongodb'] as const)(
  'a %s client that was killed says nothing, and nothing is kept of it',
  async (engine) => {
    expect(await shown(engine, '', 137)).toEqual({ reason: 'the client was ended by signal 9', report: null, kept: [] });
  },
);

it('keeps word by word what isn’t shown, and names the place', async () => {
  const stderr = `ERROR 1644 (45000) at line 5: no good: ${SECRET}`;
  expect(await shown('mariadb', stderr)).toMatchObject({ report: '/reports/pad-1.txt', kept: [stderr] });
});

describe('a load that failed', () => {
  it.each([
    ['postgres', 'pg_restore: error: could not read from input file: end of file', 'dump'],
    ['postgres', 'pg_restore: error: could not execute query: ERROR:  insert or update on table "a" violates foreign key constraint "b"', 'dump'],
    ['postgres', 'pg_restore: error: COPY failed for table "t": ERROR:  invalid byte sequence for encoding "UTF8": 0xe9', 'dump'],
    ['postgres', 'pg_restore: error: could not execute query: ERROR:  permission denied to create event trigger "audit"', 'other'],
    ['postgres', 'pg_restore: error: COPY failed for table "t": ERROR:  could not extend file "base/1/2": No space left on device', 'other'],
    ['postgres', 'pg_restore: error: could not execute query: FATAL:  terminating connection due to administrator command', 'other'],
    ['postgres', 'pg_restore: error: connection to server at "127.0.0.1", port 5432 failed: Connection refused', 'other'],
    ['postgres', '', 'other'],
    ['mariadb', "ERROR 1062 (23000) at line 37: Duplicate entry 'x' for key 'email'", 'dump'],
    ['mariadb', "ERROR 1142 (42000) at line 9: TRIGGER command denied to user 'x'@'%' for table `pad`.`t`", 'other'],
    ['mariadb', "ERROR 1114 (HY000) at line 9: The table 't' is full", 'other'],
    ['mongodb', '2026-01-01T00:00:00.000+0000 Failed: pad.notes: error restoring: unexpected EOF', 'dump'],
    ['mongodb', '2026-01-01T00:00:00.000+0000 Failed: pad.notes: not authorized on pad to execute command', 'other'],
  ] as const)('of %s that says %j is the fault of: %s', async (engine, stderr, fault) => {
    const facts = { name: 'pad', engine, database: 'pad', server: { kind: 'service', name: 'db' }, usedBy: [] } as const;
    const error = await failed({ facts, reports: new MemoryReports() } as unknown as Parameters<typeof failed>[0], 'import_failed', { code: 1, stderr });
    expect(error.params['fault']).toBe(fault);
  }); // prettier-ignore
});
