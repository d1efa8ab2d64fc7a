import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runDrill } from '#actions/database/drill.ts';
import { VigieError } from '#kernel/errors.ts';
import type { Backup } from '#domain/backup/backup.ts';
import { aBackup } from '#test/domain/backup/a-backup.ts';
import { given, whole } from '#test/contract/databases.contract.ts';
import { configured, type RealServer, startServer } from './database-lab.ts';
import { resetPostgres } from './databases-postgres.ts';

const SLOW_MS = 120_000;

describe('a drill of a PostgreSQL’s dump', () => {
  const service = 'postgres-drill';
  let server: RealServer;
  beforeAll(async () => {
    const databases = [configured('postgres', { server: { kind: 'service', name: service } })];
    server = await startServer({ engine: 'postgres', service, node: 'pica01', way: 'socket', databases });
    await server.sql(
      'postgres',
      `create role team; create role reader login in role team; create role seer login in role pg_read_all_data; create role maker login createrole; create role loose login noinherit in role team;
create role boss superuser login`,
    );
  });
  afterAll(() => server?.close());
  beforeEach(() => resetPostgres(server));

  async function backedUp(change: Partial<Backup> = {}): Promise<{ readonly backup: Backup; readonly dump: Buffer }> {
    const { databases } = server;
    const { tables } = await databases.look('pad');
    const [catalogue, properties] = [await databases.catalogue('pad'), await databases.properties('pad')];
    const dump = await whole(databases.dump('pad'));
    const unrestorable = await databases.inspect('pad', given(dump));
    return { backup: aBackup({ target: 'pad', tables, catalogue, properties, unrestorable, ...change }), dump };
  }

  /** What a drill makes of a backup: how it ended, and the backup as it was recorded. */
  async function drilled({ backup, dump }: { readonly backup: Backup; readonly dump: Uint8Array }) {
    let recorded = backup;
    const { databases } = server;
    const backups = {
      get: () => Promise.resolve(backup),
      open: () => Promise.resolve(given(dump)),
      record: (changed: Backup) => Promise.resolve(void (recorded = changed)),
    };
    const basis = { name: 'pad', server: service, backup: backup.id, sha256: backup.sha256, at: 0, bytes: dump.length, tables: 0, rows: 0, drilled_at: null }; // prettier-ignore
    const { signal } = new AbortController();
    const ended = await runDrill({
      basis,
      clients: { databases, backups, self: { now: () => 7 } },
      operation: 'p7k',
      step: (_name: string, _kind: string, act: (stop: AbortSignal) => unknown) => act(signal),
      progress: () => Promise.resolve(),
      putBack: (act: (stop: AbortSignal) => unknown) => act(signal),
    } as unknown as Parameters<typeof runDrill>[0]).then(
      () => 'restored',
      (error: unknown) => (error instanceof VigieError ? { code: error.code, reason: error.params['reason'] } : error),
    );
    return { ended, state: recorded.state, drilledAt: recorded.drilledAt };
  }
  const GOOD = { ended: 'restored', state: 'good', drilledAt: 7 };

  it('finds good what belongs to an ordinary role, with rights that come through groups and the server’s own roles', { timeout: SLOW_MS }, async () => {
    await server.sql('postgres', 'alter database pad owner to pad');
    await server.sql('pad', 'grant select on notes to team; grant create on schema public to maker; create table made (id int); alter table made owner to maker; create table of_boss (id int); alter table of_boss owner to boss');
    expect(await drilled(await backedUp())).toEqual(GOOD);
  }); // prettier-ignore

  it('finds good what an older vigie backed up, by what the live database is', { timeout: SLOW_MS }, async () => {
    await server.sql('postgres', 'alter database pad owner to pad');
    expect(await drilled(await backedUp({ properties: null }))).toEqual(GOOD);
  });

  it('finds good what is of another encoding than the server’s own', { timeout: SLOW_MS }, async () => {
    await server.sql('postgres', "drop database pad; create database pad owner pad template template0 encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'"); // prettier-ignore
    await server.sql('pad', "set role pad; create table t (a text); insert into t values (E'\\\\xe9t\\\\xe9')");
    const found = await backedUp();
    await server.sql('postgres', 'drop database pad; create database pad');
    expect(await drilled(found)).toEqual(GOOD);
  });

  it('says nothing against a dump that nobody without rights may load, and names what kept it', { timeout: SLOW_MS }, async () => {
    await server.sql('pad', "create function audit() returns event_trigger language plpgsql as 'begin end'; create event trigger audit on ddl_command_end execute function audit()"); // prettier-ignore
    const found = await backedUp();
    expect(found.backup.unrestorable).toEqual(['EVENT TRIGGER audit']);
    const { ended, state, drilledAt } = await drilled({ ...found, backup: { ...found.backup, unrestorable: [] } });
    expect(ended).toMatchObject({ code: 'drill_unable', reason: expect.stringMatching(/permission denied to create event trigger/u) });
    expect({ state, drilledAt }).toEqual({ state: 'good', drilledAt: null });
  });

  it('finds bad what breaks off, and rows that no server would take', { timeout: 2 * SLOW_MS }, async () => {
    const found = await backedUp();
    const cut = await drilled({ ...found, dump: found.dump.subarray(0, found.dump.length - 2_000) });
    expect(cut).toMatchObject({ ended: { code: 'drill_failed' }, state: 'bad' });
    await server.sql('pad', 'alter table people add note int references notes; set session_replication_role = replica; update people set note = 100000'); // prettier-ignore
    expect(await drilled(await backedUp())).toMatchObject({ ended: { code: 'drill_failed', reason: expect.stringMatching(/violates foreign key constraint/u) }, state: 'bad' }); // prettier-ignore
  });
});
