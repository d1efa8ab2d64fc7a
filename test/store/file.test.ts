import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '#adapters/store/store.ts';
import type { Store } from '#ports/store.ts';
import { received } from '#test/domain/operation/machine.ts';
import { clock, freshStore, say } from './fixtures.ts';

let store: Store;
let file: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ store, file, remove } = await freshStore('file'));
});
afterEach(() => remove());

/** Somebody with the file in their hands. */
function tamper(...statements: readonly string[]): void {
  const sqlite = new DatabaseSync(file);
  for (const statement of statements) sqlite.exec(statement);
  sqlite.close();
}
const tell = (kind: string, detail = {}) => store.operations.commit({ audit: [{ kind, operation: 'p7k', by: 'alice', detail }] });

describe('the audit', () => {
  beforeEach(async () => {
    for (const kind of ['requested', 'planned', 'voted', 'started', 'succeeded']) {
      await tell(kind, { kind });
      await clock.advance(1_000);
    }
  });

  it('is a chain that holds', async () => {
    const head = await store.audit.head();
    expect(await store.audit.verify()).toEqual({ entries: 5, head: head.hash, broken: null });
    expect(head).toMatchObject({ seq: 5, hash: expect.stringMatching(/^[0-9a-f]{64}$/u) });
  });

  it('is read oldest first, since a moment, of one operation, the newest of many', async () => {
    const kinds = async (filter: { since?: number; limit?: number; operation?: string }) =>
      (await store.audit.entries({ since: 0, limit: 100, ...filter })).map(({ kind }) => kind);
    expect(await kinds({})).toEqual(['requested', 'planned', 'voted', 'started', 'succeeded']);
    expect(await kinds({ since: clock.now() - 2_000 })).toEqual(['started', 'succeeded']);
    expect(await kinds({ limit: 2 })).toEqual(['started', 'succeeded']);
    expect(await kinds({ operation: 'q8l' })).toEqual([]);
  });

  it.each(["update audit set by = 'eve' where seq = 3", 'delete from audit where seq = 3'])('refuses: %s', (statement) => {
    expect(() => tamper(statement)).toThrow(/append-only/u);
  });

  const DROP = ['drop trigger audit_no_update', 'drop trigger audit_no_delete'];
  it.each<[what: string, statement: string, broken: number]>([
    ['somebody else put in the place of a voter', "update audit set by = 'eve' where seq = 3", 3],
    ['another detail', `update audit set detail = '{"kind":"vetoed"}' where seq = 3`, 3],
    ['another time', 'update audit set at = at + 1 where seq = 2', 2],
    ['another kind', "update audit set kind = 'denied' where seq = 5", 5],
    ['an entry taken out', 'delete from audit where seq = 3', 4],
    ['the first one taken out', 'delete from audit where seq = 1', 2],
    [
      'two in the other order',
      'update audit set seq = 9 where seq = 2; update audit set seq = 2 where seq = 3; update audit set seq = 3 where seq = 9',
      2,
    ],
    ['one put in', "insert into audit values (6, 0, 'voted', 'p7k', 'eve', '{}', (select hash from audit where seq = 5), 'made up')", 6],
    ['a hash made new without the next', "update audit set by = 'eve', hash = 'x' where seq = 4", 4],
  ])('shows %s', async (_what, statement, broken) => {
    tamper(...DROP, statement);
    expect((await store.audit.verify()).broken).toBe(broken);
  });

  it('cut off at its end is whole: its head, told outside every day, shows it', async () => {
    const { hash } = await store.audit.head();
    tamper(...DROP, 'delete from audit where seq = 5');
    expect(await store.audit.verify()).toMatchObject({ entries: 4, broken: null });
    expect((await store.audit.head()).hash).not.toBe(hash);
  });
});

describe('the file', () => {
  it('is there again after a restart, with all that was in it', async () => {
    await store.operations.commit({
      say: [say()],
      lock: { operation: 'p7k', paths: ['swarm'] },
      audit: [{ kind: 'requested', operation: 'p7k', by: 'alice', detail: {} }],
    });
    await store.close();
    const again = await openStore(file, clock);
    expect(await again.operations.operation('p7k')).toMatchObject({ action: 'scale', requester: { username: 'alice' } });
    expect([await again.operations.seen('post:1'), await again.operations.locks(), (await again.audit.verify()).entries]).toEqual([
      true,
      [{ path: 'swarm', operation: 'p7k' }],
      1,
    ]);
    expect(await again.outbox.due(clock.now(), 10)).toHaveLength(1);
    await again.close();
  });

  it('takes one vigie at a time, and the next once the first is gone', async () => {
    await expect(openStore(file, clock, 'alone', 20)).rejects.toMatchObject({
      code: 'store_unavailable',
      params: { reason: 'another vigie uses it: stop that one first' },
    });
    await store.close();
    await (await openStore(file, clock, 'alone', 20)).close();
  });

  it('refuses a second vigie of another process too', () => {
    const program = `import { openStore } from '#adapters/store/store.ts'; import { systemClock } from '#kernel/clock.ts';
      try { await openStore(${JSON.stringify(file)}, systemClock, 'alone', 20); console.log('opened'); } catch (error) { console.log(error.params.reason); }`;
    const said = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
      cwd: join(import.meta.dirname, '../..'),
    });
    expect(said).toBe('another vigie uses it: stop that one first\n');
  });

  it('may be looked at beside the vigie that uses it', async () => {
    const beside = await openStore(file, clock, 'shared');
    await tell('requested');
    expect((await beside.audit.verify()).entries).toBe(1);
    await beside.close();
  });

  it('is copied whole while it is used', async () => {
    await tell('requested');
    const copy = `${file}.copy`;
    const writing = Promise.all(Array.from({ length: 200 }, (_, index) => tell(`step ${index}`)));
    for (let time = 0; time < 20; time += 1) await store.copyTo(copy);
    await writing;
    const copied = await openStore(copy, clock);
    const { entries, broken } = await copied.audit.verify();
    expect([entries >= 1, broken, (await copied.operations.operation('p7k'))?.id]).toEqual([true, null, 'p7k']);
    await copied.close();
  });

  it('that is no store is refused, says why, and is not held', async () => {
    const wrong = join(dirname(file), 'wrong.db');
    writeFileSync(wrong, 'these are my notes, not a database, and they are long enough to be read as a page');
    await expect(openStore(wrong, clock, 'alone', 20)).rejects.toMatchObject({
      code: 'store_unavailable',
      params: { reason: expect.stringMatching(/not a database/u) },
    });
    rmSync(wrong);
    await (await openStore(wrong, clock, 'alone', 20)).close();
  });

  it('in a folder that is not there is refused', async () => {
    await expect(openStore('/nowhere/vigie.db', clock)).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  it('that a later release has migrated can be used by the one before: vigie may be rolled back', async () => {
    await store.close();
    tamper(
      'alter table operations add column colour text',
      `insert into kysely_migration values ('999-tomorrow', '2027-01-01T00:00:00.000Z')`,
    );
    const before = await openStore(file, clock, 'alone', 20);
    expect((await before.operations.operation('p7k'))?.action).toBe('scale');
    await before.operations.commit({ create: received({ id: 'q8l' }) });
    await before.close();
    await (await openStore(file, clock, 'alone', 20)).close();
  });

  it('of before the first migration is migrated', async () => {
    await store.close();
    const empty = join(dirname(file), 'empty.db');
    new DatabaseSync(empty).close();
    const opened = await openStore(empty, clock);
    await opened.operations.commit({ create: received() });
    await opened.close();
  });

  it('has room beside it for the day when the disk is full', () => {
    const { size } = statSync(`${file}.ballast`);
    expect([existsSync(file), size]).toEqual([true, 8 * 1024 * 1024]);
  });
});
