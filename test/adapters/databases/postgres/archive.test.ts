import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { Server } from '#adapters/databases/dialect.ts';
import { openArchive } from '#adapters/databases/postgres/archive.ts';
import type { CommandEnd } from '#ports/remote.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';

const facts = { name: 'pad', engine: 'postgres', database: 'pad', server: { kind: 'host', name: 'bob' }, usedBy: [] } as const;
const access = { user: 'postgres', password: null, address: null, port: null };
const PART = 100_000;
const MOVED = "SELECT pg_catalog.set_config('search_path', '', false);";

/** A pg_restore that lists one table once it has read so many parts, and ends. */
function listing(parts: number, code = 0): Server {
  const stream: Server['place']['stream'] = (_words, { input }) => {
    const read = (async (): Promise<CommandEnd> => {
      // The first is the launcher's.
      let left = parts + 1;
      for await (const _ of input ?? []) if ((left -= 1) === 0) break;
      return { code, stderr: code === 0 ? '' : 'pg_restore: error: input file does not appear to be a valid archive\n' };
    })();
    read.catch(() => undefined);
    const stdout = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('4711\n');
      await read;
      if (code === 0) yield Buffer.from('; list\n215; 1259 16386 TABLE public notes pad\n');
    };
    return Promise.resolve({ stdout: stdout(), ended: read });
  };
  return { facts, access, reports: new MemoryReports(), place: { node: 'bob', container: null, stream } };
}

/** @param read is told each part that is asked for */
async function* archive(parts: number, read: (part: number) => void = () => undefined): AsyncGenerator<Uint8Array> {
  for (let part = 0; part < parts; part += 1) {
    read(part);
    const bytes = Buffer.alloc(PART, part + 1);
    if (part === 0) bytes.write(MOVED, 500);
    yield bytes;
  }
}

async function expected(parts: number): Promise<Buffer> {
  const whole = await buffer(archive(parts));
  whole.write('RESET search_path;'.padEnd(MOVED.length), 500);
  return whole;
}

describe('an archive', () => {
  it.each([[1, 1], [1, 6], [3, 6], [6, 6], [60, 80]])('is whole once its list was read from the first %i of %i parts, and its beginning is there as often as it is wanted', async (taken, parts) => {
    const opened = await openArchive(listing(taken), archive(parts));
    expect(opened.toc).toMatchObject([{ kind: 'TABLE', rest: 'public notes pad' }]);
    const whole = await expected(parts);
    for (let time = 0; time < 2; time += 1) {
      const beginning = await buffer(opened.beginning());
      expect(beginning.length).toBeGreaterThanOrEqual(taken * PART);
      expect(whole.subarray(0, beginning.length).equals(beginning)).toBe(true);
    }
    expect((await buffer(opened.whole)).equals(whole)).toBe(true);
    await opened.end();
  }); // prettier-ignore

  it('is read no further than its list needs', async () => {
    const read: number[] = [];
    const opened = await openArchive(
      listing(2),
      archive(9, (part) => read.push(part)),
    );
    await opened.end();
    expect(read).toEqual([0, 1]);
  });

  it('that hangs is given up with the signal’s own reason', async () => {
    const abort = new AbortController();
    const hanging = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(PART);
      setImmediate(() => abort.abort(new Error('enough')));
      await new Promise(() => undefined);
    };
    await expect(openArchive(listing(3), hanging(), abort.signal)).rejects.toThrow('enough');
  });

  it('that breaks off says why', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield* archive(1);
      throw new Error('damaged');
    };
    await expect(openArchive(listing(3), broken())).rejects.toThrow('damaged');
  });

  it('that is none is refused, and let go of', async () => {
    let letGo = false;
    const source = async function* (): AsyncGenerator<Uint8Array> {
      try {
        yield* archive(9);
      } finally {
        letGo = true;
      }
    };
    await expect(openArchive(listing(1, 1), source())).rejects.toMatchObject({ code: 'import_failed' });
    expect(letGo).toBe(true);
  });
});
