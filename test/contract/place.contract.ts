import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '#ports/places.ts';

/** A place, and what lies there, as the suite plays with it. */
export interface PlaceStage {
  readonly place: Place;
  /** Somebody else puts a file there. */
  put(path: string, content: string): Promise<void>;
  /** Every file that lies there, `.partial` ones included, in order of paths. */
  files(): Promise<readonly string[]>;
  /** Nobody gets there any more. */
  vanish(): Promise<void>;
  stop(): Promise<void>;
}

const DUMP = 'databases/pad/20261128T020000Z-p7k.dump';

export async function* bytes(total: number, chunk = 100_000, given: (so: number) => void = () => undefined): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < total; start += chunk) {
    given(start);
    await turn();
    yield Buffer.alloc(Math.min(chunk, total - start), start / chunk);
  }
}

async function* failing(error: Error): AsyncGenerator<Uint8Array> {
  yield* bytes(300_000);
  throw error;
}

async function* hanging(begun: () => void): AsyncGenerator<Uint8Array> {
  yield* bytes(300_000);
  begun();
  await new Promise(() => undefined);
}

/** What every place does, wherever it is. */
export function placeContract(open: () => Promise<PlaceStage>): void {
  let stage: PlaceStage;
  let place: Place;
  beforeEach(async () => {
    stage = await open();
    ({ place } = stage);
  });
  afterEach(async () => {
    await stage.place.close();
    await stage.stop();
  });

  it('gives back what it was given', async () => {
    const content = await buffer(bytes(1_234_567));
    const sha256 = createHash('sha256').update(content).digest('hex');
    let told = 0;
    expect(await place.write(DUMP, bytes(1_234_567), { progress: (so) => (told = so) })).toEqual({ bytes: 1_234_567, sha256 });
    expect(told).toBe(1_234_567);
    expect((await buffer(await place.read(DUMP))).equals(content)).toBe(true);
    expect(await place.digest(DUMP, { progress: (so) => (told = -so) })).toEqual({ bytes: 1_234_567, sha256 });
    expect(told).toBe(-1_234_567);
    expect(await stage.files()).toEqual([DUMP]);
  });

  it('gives back what came in pieces of all sizes', async () => {
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      yield* bytes(9_999, 7);
      yield* bytes(2_000_000, 800_000);
      yield* bytes(600_000, 262_144);
      yield* bytes(262_143, 262_143);
      yield* bytes(3, 1);
    };
    await place.write(DUMP, pieces());
    expect((await buffer(await place.read(DUMP))).equals(await buffer(pieces()))).toBe(true);
  });

  it('keeps a file without content', async () => {
    await place.write(DUMP, bytes(0));
    expect(await buffer(await place.read(DUMP))).toHaveLength(0);
    expect(await place.digest(DUMP)).toMatchObject({ bytes: 0 });
  });

  it('shows nobody half a file', async () => {
    const seen: unknown[] = [];
    const watching = async function* (): AsyncGenerator<Uint8Array> {
      yield* bytes(200_000);
      seen.push(await place.list('databases'), await place.partials('databases'));
      yield* bytes(200_000);
    };
    await place.write(DUMP, watching());
    expect(seen).toEqual([[], [expect.objectContaining({ path: `${DUMP}.partial` })]]);
    expect(await place.list('databases')).toMatchObject([{ path: DUMP, bytes: 400_000 }]);
    expect(await place.partials('databases')).toEqual([]);
  });

  it('keeps nothing of a source that breaks, and throws what that threw', async () => {
    const error = new Error('pg_dump: connection lost');
    await expect(place.write(DUMP, failing(error))).rejects.toBe(error);
    expect(await stage.files()).toEqual([]);
    await place.write(DUMP, bytes(10));
  });

  it("keeps nothing of what its signal ends, and throws the signal's reason", async () => {
    const [abort, reason] = [new AbortController(), new Error('enough')];
    const cut = bytes(10_000_000, 100_000, (so) => {
      if (so === 500_000) abort.abort(reason);
    });
    await expect(place.write(DUMP, cut, { signal: abort.signal })).rejects.toBe(reason);
    expect(await stage.files()).toEqual([]);
  });

  it('waits for no source that hangs, once its signal has aborted', async () => {
    const [abort, reason] = [new AbortController(), new Error('enough')];
    await expect(
      place.write(
        DUMP,
        hanging(() => abort.abort(reason)),
        { signal: abort.signal },
      ),
    ).rejects.toBe(reason);
    expect(await stage.files()).toEqual([]);
  });

  it('begins nothing with a signal that has aborted', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await stage.put(DUMP, 'whole');
    const all = [
      () => place.write('databases/pad/other.dump', bytes(1), { signal }),
      () => place.read(DUMP, signal),
      () => place.digest(DUMP, { signal }),
      () => place.list('databases', signal),
      () => place.partials('databases', signal),
      () => place.remove(DUMP, signal),
      () => place.space(signal),
    ];
    for (const ask of all) await expect(ask()).rejects.toBe(signal.reason);
    expect(await stage.files()).toEqual([DUMP]);
  });

  it('stops a reader with its signal', async () => {
    await place.write(DUMP, bytes(3_000_000));
    const [abort, reason] = [new AbortController(), new Error('enough')];
    const reading = async (): Promise<void> => {
      for await (const chunk of await place.read(DUMP, abort.signal)) if (chunk.length > 0) abort.abort(reason);
    };
    await expect(reading()).rejects.toBe(reason);
  });

  it('lets a reader go who has read enough', async () => {
    await place.write(DUMP, bytes(3_000_000));
    for await (const chunk of await place.read(DUMP)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(await place.remove(DUMP)).toBe(true);
  });

  it.each([
    ['the name', DUMP],
    ['its .partial', `${DUMP}.partial`],
  ])('writes over nothing: where %s is taken', async (_what, path) => {
    await stage.put(path, 'theirs');
    await expect(place.write(DUMP, bytes(10))).rejects.toMatchObject({ code: 'place_exists', params: { place: place.name } });
    expect(await stage.files()).toEqual([path]);
    expect(String(await buffer(await place.read(path)))).toBe('theirs');
  });

  it('says that a file is not there', async () => {
    for (const path of [DUMP, 'nothing/here', 'nothing'])
      for (const ask of [() => place.read(path), () => place.digest(path)])
        await expect(ask()).rejects.toMatchObject({ code: 'file_unknown', params: { place: place.name, path } });
    expect(await place.remove(DUMP)).toBe(false);
  });

  it('removes a file once, and what broke off as well', async () => {
    await stage.put(DUMP, 'x');
    await stage.put(`${DUMP}.partial`, 'x');
    expect([await place.remove(DUMP), await place.remove(DUMP), await place.remove(`${DUMP}.partial`)]).toEqual([true, false, true]);
    expect(await stage.files()).toEqual([]);
  });

  it('lists what is below a folder in order, and nothing where there is no folder', async () => {
    for (const path of ['databases/wiki/b', 'databases/pad/c', 'databases/pad/a', 'databases/pad/d.partial', 'other/e'])
      await stage.put(path, 'xyz');
    const files = await place.list('databases');
    expect(files.map(({ path, bytes: size }) => [path, size])).toEqual([
      ['databases/pad/a', 3],
      ['databases/pad/c', 3],
      ['databases/wiki/b', 3],
    ]);
    expect(files.every(({ writtenAt }) => writtenAt > 1_500_000_000_000)).toBe(true);
    expect((await place.partials('databases')).map(({ path }) => path)).toEqual(['databases/pad/d.partial']);
    expect(await place.list('databases/none')).toEqual([]);
  });

  it('says how much room there is', async () => {
    const { sizeBytes, freeBytes } = await place.space();
    expect(sizeBytes).toBeGreaterThan(0);
    expect(freeBytes).toBeGreaterThan(0);
    expect(freeBytes).toBeLessThanOrEqual(sizeBytes);
  });

  it.each([
    '',
    '/etc/passwd',
    '../outside',
    'databases/../../outside',
    'databases/./pad',
    'databases//pad',
    '.hidden',
    'databases/.ssh/key',
    'a b',
    'été',
    'a\\b',
    'a\0b',
    `a/${'x'.repeat(300)}`,
  ])('refuses the path %j everywhere', async (path) => {
    const all = [
      () => place.write(path, bytes(1)),
      () => place.read(path),
      () => place.digest(path),
      () => place.list(path),
      () => place.partials(path),
      () => place.remove(path),
    ];
    for (const ask of all) await expect(ask()).rejects.toMatchObject({ code: 'place_path', params: { place: place.name, path } });
    expect(await stage.files()).toEqual([]);
  });

  describe('that nobody gets to', () => {
    beforeEach(() => stage.vanish());

    it('says so, whatever it is asked', async () => {
      const all = [
        () => place.write(DUMP, bytes(1)),
        () => place.read(DUMP),
        () => place.digest(DUMP),
        () => place.list('databases'),
        () => place.partials('databases'),
        () => place.remove(DUMP),
        () => place.space(),
      ];
      for (const ask of all) await expect(ask()).rejects.toMatchObject({ code: 'place_unreachable', params: { place: place.name } });
    });
  });
}
