import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Databases, DatabaseView } from '#ports/databases.ts';

/** Two tables of 100 and 3 rows. */
export const NOTES = 100;
export const PEOPLE = 3;

/** A server with one database in the configuration, and the means to trouble it. */
export interface DatabasesLab {
  readonly databases: Databases;
  /** The configured database, as `reset` leaves it. */
  readonly name: string;
  /** Its name on the server. */
  readonly database: string;
  /** Its tables, notes and people, as `look` names them. */
  readonly tables: readonly [string, string];
  /** Another one of the configuration, whose server doesn't run. */
  readonly down: string;
  /** Another one, whose server lets nobody in. */
  readonly refused: string;
  /** A database that the server keeps for itself. */
  readonly own: string;
  /** Whether there is an image of the server, to make a throwaway one of. */
  readonly image: boolean;
  /** The live database as it was at first; nothing else of ours is on the server. */
  reset(): Promise<void>;
  /** Adds one row to the live notes. */
  write(): Promise<void>;
  /** The next time that a name is given to another database, somebody has made one of that name right before. */
  takeAtLast(database: string): void;
  close(): Promise<void>;
}

const FRESH = 'pad_vigie_new_p7k';
const KEPT = 'pad_vigie_old_p7k';
/** One of vigie's own names, so that the suite can clear it away. */
const ELSEWHERE = 'pad_vigie_into_p7k';

/** What every implementation of the port `Databases` does, the lab's and the real ones. */
export function databasesContract(title: string, make: () => Promise<DatabasesLab>): void {
  describe(`databases: ${title}`, () => {
    let lab: DatabasesLab;
    let databases: Databases;
    beforeAll(async () => {
      lab = await make();
      databases = lab.databases;
    });
    afterAll(() => lab?.close());
    beforeEach(() => lab.reset());

    const look = async (database?: string): Promise<Readonly<Record<string, number>>> =>
      Object.fromEntries((await databases.look(lab.name, database)).tables.map(({ name, rows }) => [name, rows]));
    const full = (): Readonly<Record<string, number>> => ({ [lab.tables[0]]: NOTES, [lab.tables[1]]: PEOPLE });
    const fill = async (database: string): Promise<void> => {
      await databases.create(lab.name, database);
      await databases.load(lab.name, database, databases.dump(lab.name));
    };

    it('are known by the names of the configuration', () => {
      expect(databases.list().map(({ name }) => name)).toContain(lab.name);
      expect(databases.facts(lab.name)).toMatchObject({ database: lab.database });
      expect(() => databases.facts(`${lab.name}x`)).toThrow(/database_unknown/u);
    });

    it('say which server they are on, the same each time', async () => {
      const identity = await databases.identity(lab.name);
      expect(identity.version).toMatch(/^\d+\.\d+/u);
      expect(identity.node).not.toBe('');
      expect(await databases.identity(lab.name)).toEqual(identity);
    });

    it('are looked at: each table with its rows, in order of their names', async () => {
      const view: DatabaseView = await databases.look(lab.name);
      expect(view).toMatchObject({ database: lab.database, version: (await databases.identity(lab.name)).version });
      expect(view.tables).toEqual([
        { name: lab.tables[0], rows: NOTES },
        { name: lab.tables[1], rows: PEOPLE },
      ]);
      expect(view.bytes).toBeGreaterThan(0);
      expect(await databases.databases(lab.name)).toContain(lab.database);
    });

    it('know how much room there is on the disk of their server', async () => {
      const disk = await databases.disk(lab.name);
      expect(disk?.freeBytes).toBeGreaterThan(0);
      expect(disk?.sizeBytes).toBeGreaterThan(disk?.freeBytes ?? Number.POSITIVE_INFINITY);
    });

    it('are missing where nobody made them', async () => {
      await expect(databases.look(lab.name, FRESH)).rejects.toMatchObject({ code: 'database_missing', params: { database: FRESH } });
    });

    it('come back from their dump, beside the live one', async () => {
      await fill(FRESH);
      expect(await look(FRESH)).toEqual(full());
      expect(await look()).toEqual(full());
      expect((await databases.databases(lab.name)).filter((name) => name.includes('_vigie_'))).toEqual([FRESH]);
      expect((await databases.look(lab.name, FRESH)).owner === null).toBe((await databases.look(lab.name)).owner === null);
    });

    it('are dumped as they were when the dump began', async () => {
      await databases.create(lab.name, FRESH);
      const dump = databases.dump(lab.name);
      await databases.load(lab.name, FRESH, written(dump));
      const notes = (await look(FRESH))[lab.tables[0]] ?? 0;
      // The first byte comes when the snapshot is taken already, or just before.
      expect(notes - NOTES).toBeLessThanOrEqual(1);
      expect((await look())[lab.tables[0]]).toBeGreaterThan(NOTES);
    });

    /** The same chunks, with a row written to the live database at each of the first. */
    async function* written(dump: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      let left = 3;
      for await (const chunk of dump) {
        if (left > 0) await lab.write();
        left -= 1;
        yield chunk;
      }
    }

    it('are never made twice', async () => {
      await databases.create(lab.name, FRESH);
      await expect(databases.create(lab.name, FRESH)).rejects.toMatchObject({ code: 'database_exists', params: { database: FRESH } });
    });

    it('take nothing that is no dump, and nothing that breaks off', async () => {
      const dump = await whole(databases.dump(lab.name));
      await databases.create(lab.name, FRESH);
      for (const broken of [Buffer.from('this is no dump\n'), dump.subarray(0, Math.floor(dump.length * 0.8))])
        await expect(databases.load(lab.name, FRESH, given(broken))).rejects.toMatchObject({ code: 'import_failed' });
      expect(await look()).toEqual(full());
      await databases.drop(lab.name, FRESH);
      await fill(FRESH);
      expect(await look(FRESH)).toEqual(full());
    });

    it('take no dump over what is there', async () => {
      await fill(FRESH);
      await expect(databases.load(lab.name, FRESH, databases.dump(lab.name))).rejects.toMatchObject({ code: 'import_failed' });
    });

    it('pass on what stops a dump on its way', async () => {
      await databases.create(lab.name, FRESH);
      const damaged = new Error('the file is damaged');
      const breaking = async function* (): AsyncGenerator<Uint8Array> {
        yield (await whole(databases.dump(lab.name))).subarray(0, 100);
        throw damaged;
      };
      await expect(databases.load(lab.name, FRESH, breaking())).rejects.toBe(damaged);
    });

    it('are swapped, as often as one asks, and swapped back', async () => {
      await fill(FRESH);
      await lab.write();
      await databases.swap(lab.name, { fresh: FRESH, kept: KEPT });
      await databases.swap(lab.name, { fresh: FRESH, kept: KEPT });
      expect(await look()).toEqual(full());
      expect(await look(KEPT)).toEqual({ ...full(), [lab.tables[0]]: NOTES + 1 });
      expect((await databases.databases(lab.name)).filter((name) => name.includes('_vigie_'))).toEqual([KEPT]);
      await lab.write();
      await databases.swap(lab.name, { fresh: KEPT, kept: FRESH });
      expect(await look()).toEqual({ ...full(), [lab.tables[0]]: NOTES + 1 });
    });

    it('come into another place that is empty, and leave the live one alone', async () => {
      await fill(FRESH);
      await lab.write();
      await databases.swap(lab.name, { fresh: FRESH, kept: KEPT, place: ELSEWHERE });
      expect(await look(ELSEWHERE)).toEqual(full());
      expect(await look(KEPT)).toEqual({});
      expect(await look()).toEqual({ ...full(), [lab.tables[0]]: NOTES + 1 });
      expect(await databases.databases(lab.name)).not.toContain(FRESH);
      for (const each of [ELSEWHERE, KEPT]) await databases.drop(lab.name, each);
    });

    it('are listed with what the server keeps for itself: what nobody lists could be taken for free', async () => {
      expect(await databases.databases(lab.name)).toContain(lab.own);
    });

    it('never come into the place of what the server keeps for itself, however it is written', async () => {
      await fill(FRESH);
      const before = await databases.databases(lab.name);
      const { own } = lab;
      for (const place of [own, own.toUpperCase(), `${own} `, ` ${own}`, `"${own}"`, `\`${own}\``, `${own}\u200b`, wide(own), `${own}.`])
        expect([place, await codeOf(databases.swap(lab.name, { fresh: FRESH, kept: KEPT, place }))]).toEqual([place, 'database_reserved']);
      expect(await databases.databases(lab.name)).toEqual(before);
      expect(await look()).toEqual(full());
    });

    it('are neither made, filled nor dropped under any name but those of vigie', async () => {
      for (const foreign of [
        lab.own,
        lab.database,
        'wiki',
        'wiki"; drop database pad; --_vigie_',
        '../_vigie_',
        '-_vigie_x',
        `_vigie_${'x'.repeat(60)}`,
      ]) {
        expect([foreign, await codeOf(databases.create(lab.name, foreign))]).toEqual([foreign, 'database_foreign']);
        expect([foreign, await codeOf(databases.load(lab.name, foreign, databases.dump(lab.name)))]).toEqual([foreign, 'database_foreign']);
        expect([foreign, await codeOf(databases.drop(lab.name, foreign))]).toEqual([foreign, 'database_foreign']);
      }
      expect(await look()).toEqual(full());
    });

    it('leave alone whoever has the name that they should come into', async () => {
      await databases.create(lab.name, ELSEWHERE);
      await databases.load(lab.name, ELSEWHERE, databases.dump(lab.name));
      await fill(FRESH);
      const names = { fresh: FRESH, kept: KEPT, place: ELSEWHERE };
      await expect(databases.swap(lab.name, names)).rejects.toMatchObject({ code: 'database_exists', params: { database: ELSEWHERE } });
      expect(await look(ELSEWHERE)).toEqual(full());
      expect(await databases.databases(lab.name)).not.toContain(KEPT);
    });

    it('leave alone whoever takes that name between the look and the act', async () => {
      await fill(FRESH);
      lab.takeAtLast(ELSEWHERE);
      const names = { fresh: FRESH, kept: KEPT, place: ELSEWHERE };
      await expect(databases.swap(lab.name, names)).rejects.toMatchObject({ code: 'database_exists', params: { database: ELSEWHERE } });
      expect(await look(ELSEWHERE)).toEqual({});
      expect(await databases.databases(lab.name)).not.toContain(KEPT);
      expect(await look()).toEqual(full());
    });

    it('are not swapped with what is not there, nor over what was kept before', async () => {
      const names = { fresh: FRESH, kept: KEPT };
      await expect(databases.swap(lab.name, names)).rejects.toMatchObject({ code: 'database_missing', params: { database: FRESH } });
      for (const each of [FRESH, KEPT]) await databases.create(lab.name, each);
      await expect(databases.swap(lab.name, names)).rejects.toMatchObject({ code: 'database_exists', params: { database: KEPT } });
      expect(await look()).toEqual(full());
    });

    it('are dropped once, and only those that vigie made', async () => {
      await fill(FRESH);
      expect(await databases.drop(lab.name, FRESH)).toBe(true);
      expect(await databases.drop(lab.name, FRESH)).toBe(false);
      for (const foreign of [lab.database, 'wiki'])
        await expect(databases.drop(lab.name, foreign)).rejects.toMatchObject({ code: 'database_foreign' });
      expect(await look()).toEqual(full());
    });

    it('say that their server is down', async () => {
      const down = { code: 'database_server_down', params: { database: lab.down } };
      await expect(databases.look(lab.down)).rejects.toMatchObject(down);
      await expect(whole(databases.dump(lab.down))).rejects.toMatchObject(down);
      await expect(databases.swap(lab.down, { fresh: FRESH, kept: KEPT })).rejects.toMatchObject(down);
    });

    it('say that their server refuses', async () => {
      const refused = { code: 'database_refused', params: { database: lab.refused } };
      await expect(databases.identity(lab.refused)).rejects.toMatchObject(refused);
      await expect(whole(databases.dump(lab.refused))).rejects.toMatchObject(refused);
    });

    it("give up with the signal's own reason", async () => {
      const reason = new Error('enough');
      await expect(databases.look(lab.name, undefined, AbortSignal.abort(reason))).rejects.toBe(reason);
      await expect(whole(databases.dump(lab.name, AbortSignal.abort(reason)))).rejects.toBe(reason);
      const abort = new AbortController();
      await databases.create(lab.name, FRESH);
      const stalling = async function* (): AsyncGenerator<Uint8Array> {
        yield* databases.dump(lab.name);
        abort.abort(reason);
        await new Promise(() => undefined);
      };
      await expect(databases.load(lab.name, FRESH, stalling(), abort.signal)).rejects.toBe(reason);
    });

    it('can be drilled on a server that is thrown away, where there is an image of theirs', async () => {
      if (!lab.image) return await expect(databases.scratch(lab.name, 'p7k')).rejects.toMatchObject({ code: 'database_refused' });
      const scratch = await databases.scratch(lab.name, 'p7k');
      await scratch.load(databases.dump(lab.name));
      expect(Object.fromEntries((await scratch.look()).tables.map(({ name, rows }) => [name, rows]))).toEqual(full());
      await scratch.remove();
      await databases.scratch(lab.name, 'q8k');
      expect(await databases.removeScratch(lab.name, 'p7k')).toBe(0);
      expect(await databases.removeScratch(lab.name, 'q8k')).toBe(1);
      expect(await databases.databases(lab.name)).toContain(lab.database);
    });
  });
}

async function codeOf(act: Promise<unknown>): Promise<unknown> {
  return await act.then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
}

/** In letters that look the same and are others. */
function wide(name: string): string {
  return name.replaceAll(/[a-z]/gu, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0));
}

export async function whole(dump: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of dump) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function* given(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
