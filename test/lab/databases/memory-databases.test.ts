import { isServersOwn } from '#domain/database/names.ts';
import { describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import type { Databases } from '#ports/databases.ts';
import { remoteDatabases, serveDatabases } from '#test/crash/databases-rpc.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { MemoryDatabases } from './memory-databases.ts';

function lab(): { clock: ManualClock; databases: MemoryDatabases } {
  const clock = new ManualClock();
  const databases = new MemoryDatabases(clock);
  databases.addServer({ name: 'postgres' });
  databases.addServer({ name: 'mariadb', engine: 'mariadb' });
  databases.addDatabase({ name: 'pad', tables: { 'public.notes': 3000 } });
  databases.addDatabase({ name: 'blog', server: 'mariadb', tables: { posts: 3000 } });
  return { clock, databases };
}

async function whole(dump: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of dump) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* given(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Without what the server has from its first start on. */
const ours = async (databases: MemoryDatabases): Promise<readonly string[]> =>
  (await databases.databases('pad')).filter((name) => !isServersOwn('postgres', name));

describe('the databases in memory', () => {
  it('dump the same content as the same bytes, as it was when the dump began', async () => {
    const { databases } = lab();
    const before = await whole(databases.dump('pad'));
    databases.keepWriting('pad', 'public.notes');
    expect((await whole(databases.dump('pad'))).length).toBe(before.length + (await rowBytes(databases)));
    expect(databases.live('pad').tables.get('public.notes')?.length).toBeGreaterThan(3002);
  });

  /** The row that the writer adds before the dump begins. */
  async function rowBytes(databases: MemoryDatabases): Promise<number> {
    const row = databases
      .live('pad')
      .tables.get('public.notes')
      ?.find((each) => each.startsWith('written'));
    return `${JSON.stringify({ row })}\n`.length;
  }

  it('kill the client of a dump half-way', async () => {
    const { databases } = lab();
    databases.spoilDumps('pad', 'killed');
    await expect(whole(databases.dump('pad'))).rejects.toMatchObject({ code: 'dump_failed' });
    databases.spoilDumps('pad', null);
    await whole(databases.dump('pad'));
  });

  it('end a dump whose server goes down on the way', async () => {
    const { databases } = lab();
    const dump = databases.dump('pad');
    await dump.next();
    databases.server('postgres').down = 'terminating connection';
    await expect(whole(dump)).rejects.toMatchObject({ code: 'dump_failed' });
    await expect(databases.look('pad')).rejects.toMatchObject({ code: 'database_server_down' });
  });

  it('leave nothing of a load that failed on PostgreSQL, and half of it on MariaDB', async () => {
    const { databases } = lab();
    for (const name of ['pad', 'blog']) {
      const dump = await whole(databases.dump(name));
      databases.failLoads(name, 1000);
      await databases.create(name, `${name}_vigie_new_p7k`);
      await expect(databases.load(name, `${name}_vigie_new_p7k`, given(dump))).rejects.toMatchObject({ code: 'import_failed' });
    }
    expect((await databases.look('pad', 'pad_vigie_new_p7k')).tables).toEqual([]);
    expect((await databases.look('blog', 'blog_vigie_new_p7k')).tables).toEqual([{ name: 'posts', rows: 1000 }]);
  });

  it('swap the rest after a swap that broke off', async () => {
    const { databases } = lab();
    const names = { fresh: 'pad_vigie_new_p7k', kept: 'pad_vigie_old_p7k' };
    await databases.create('pad', names.fresh);
    databases.breakNextSwap('pad');
    await expect(databases.swap('pad', names)).rejects.toMatchObject({ code: 'database_server_down' });
    expect(await ours(databases)).toEqual([names.fresh, names.kept]);
    await databases.swap('pad', names);
    await databases.swap('pad', names);
    expect(await ours(databases)).toEqual(['pad', names.kept]);
    expect((await databases.look('pad')).tables).toEqual([]);
    expect((await databases.look('pad', names.kept)).tables).toEqual([{ name: 'public.notes', rows: 3000 }]);
  });

  it('take their time on the clock, and give up when the signal aborts', async () => {
    const { clock, databases } = lab();
    databases.slow(1000);
    const abort = new AbortController();
    const dump = databases.dump('pad', abort.signal);
    const first = dump.next();
    await clock.advance(1000);
    expect((await first).done).toBe(false);
    const second = dump.next();
    abort.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
  });

  it('count the throwaway servers that nobody ended', async () => {
    const { databases } = lab();
    await databases.scratch('pad', 'p7k');
    const second = await databases.scratch('pad', 'p7k');
    await databases.scratch('blog', 'p7k');
    await second.load(databases.dump('pad'));
    expect((await second.look()).tables).toEqual([{ name: 'public.notes', rows: 3000 }]);
    await second.remove();
    expect(await databases.removeScratch('pad', 'p7k')).toBe(1);
    expect(databases.scratches.map(({ beside }) => beside)).toEqual(['mariadb']);
  });

  it('start anew on a fresh volume, once', async () => {
    const { databases } = lab();
    databases.server('postgres').ruin();
    const volumes = { old: 'postgres_data', fresh: 'postgres_vigie_p7k' };
    expect(await databases.freshVolume('pad', 'p7k')).toEqual(volumes);
    await databases.create('pad', 'pad_vigie_new_p7k');
    expect(await databases.freshVolume('pad', 'p7k')).toEqual(volumes);
    expect(await ours(databases)).toEqual(['pad_vigie_new_p7k']);
  });
});

describe('the databases in memory, from another process', () => {
  async function afar(work: (far: Databases, near: MemoryDatabases) => Promise<void>): Promise<void> {
    const { databases } = lab();
    const served = await serveDatabases(databases);
    try {
      await work(await remoteDatabases(served.url), databases);
    } finally {
      await served.close();
    }
  }

  it('dump and load the same bytes', () =>
    afar(async (far, near) => {
      const dump = await whole(far.dump('pad'));
      expect(dump.equals(await whole(near.dump('pad')))).toBe(true);
      await far.create('pad', 'pad_vigie_new_p7k');
      await far.load('pad', 'pad_vigie_new_p7k', far.dump('pad'));
      const scratch = await far.scratch('pad', 'p7k');
      await scratch.load(given(dump));
      expect((await scratch.look()).tables).toEqual((await far.look('pad', 'pad_vigie_new_p7k')).tables);
      await scratch.remove();
      expect(near.scratches).toEqual([]);
    }));

  it("carry errors, and leave this side's own as they are", () =>
    afar(async (far, near) => {
      near.spoilDumps('pad', 'complains');
      await expect(whole(far.dump('pad'))).rejects.toMatchObject({ code: 'dump_failed' });
      await expect(far.look('pad', 'nothing')).rejects.toMatchObject({ code: 'database_missing', params: { database: 'nothing' } });
      const damaged = new VigieError('backup_damaged', { target: 'pad', backup: 'a1', path: 'x' });
      await far.create('pad', 'pad_vigie_new_p7k');
      const broken = async function* (): AsyncGenerator<Uint8Array> {
        yield Buffer.from('half');
        throw damaged;
      };
      await expect(far.load('pad', 'pad_vigie_new_p7k', broken())).rejects.toBe(damaged);
    }));
});
