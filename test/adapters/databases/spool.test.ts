import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { Spool } from '#adapters/databases/spool.ts';

describe('what was read of a stream and is wanted again', () => {
  it.each([0, 3, 200])('is given back as often as it is wanted: %i parts of 64 KiB', async (parts) => {
    const before = await readdir(tmpdir());
    const spool = new Spool();
    const chunks = Array.from({ length: parts }, (_, index) => Buffer.alloc(65_537, index));
    for (const chunk of chunks) await spool.add(chunk);
    expect(spool.bytes).toBe(parts * 65_537);
    for (let time = 0; time < 2; time += 1) expect((await buffer(spool.read())).equals(Buffer.concat(chunks))).toBe(true);
    // A file of it has no name that anybody could find.
    expect((await readdir(tmpdir())).filter((name) => /^vigie-[0-9a-f-]{36}$/u.test(name) && !before.includes(name))).toEqual([]);
    await spool.close();
  });
});
