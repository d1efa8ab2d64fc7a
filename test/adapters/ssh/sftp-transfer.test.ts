import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAhead, writeBehind } from '#adapters/ssh/sftp-transfer.ts';

async function collect(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const part of parts) chunks.push(part);
  return Buffer.concat(chunks);
}

/** 251 is prime: no two parts of a request's size look alike. */
const PATTERN = Buffer.from(Array.from({ length: 251 }, (_, index) => index));

function content(bytes: number): Buffer {
  return Buffer.alloc(bytes, PATTERN);
}

describe('reading ahead', () => {
  it('gives a file whole and in order, also where the server gives less than it was asked for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(300_000),
        fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 6 }),
        async (bytes, most) => {
          const file = content(bytes);
          let turn = 0;
          const ask = async (buffer: Buffer, position: number): Promise<number> => {
            turn += 1;
            const limit = turn % 3 === 0 ? (most[turn % most.length] ?? 1) : buffer.length;
            await Promise.resolve();
            return file.copy(buffer, 0, position, Math.min(file.length, position + Math.min(limit, buffer.length)));
          };
          expect((await collect(readAhead(ask))).equals(file)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('throws what the server says, in its turn', async () => {
    const ask = async (buffer: Buffer, position: number): Promise<number> =>
      position < 100_000 ? buffer.length : await Promise.reject(new Error('broken disk'));
    await expect(collect(readAhead(ask))).rejects.toThrow('broken disk');
  });

  it('asks no further than its window while nobody reads', async () => {
    let asked = 0;
    const parts = readAhead(async (buffer) => {
      asked += 1;
      return await Promise.resolve(buffer.length);
    });
    await parts.next();
    expect(asked).toBe(32);
    await parts.return(undefined);
  });
});

describe('writing behind', () => {
  it('writes every byte at its place, whatever the parts are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 8 }), async (sizes) => {
        const parts = sizes.map(content);
        const file = Buffer.alloc(sizes.reduce((sum, size) => sum + size, 0));
        const bytes = await writeBehind(
          (async function* () {
            yield* parts;
          })(),
          async (chunk, position) => {
            await Promise.resolve();
            file.set(chunk, position);
          },
        );
        expect(bytes).toBe(file.length);
        expect(file.equals(Buffer.concat(parts))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('never has more than its window under way', async () => {
    let [underWay, most] = [0, 0];
    await writeBehind(
      (async function* () {
        for (let part = 0; part < 40; part += 1) yield content(100_000);
      })(),
      async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise(setImmediate);
        underWay -= 1;
      },
    );
    expect(most).toBeLessThanOrEqual(32);
  });

  it('stops its source at the first no', async () => {
    let given = 0;
    const writing = writeBehind(
      (async function* () {
        for (; given < 10_000; given += 1) yield content(32 * 1024);
      })(),
      async () => await Promise.reject(new Error('Failure')),
    );
    await expect(writing).rejects.toThrow('Failure');
    expect(given).toBeLessThan(64);
  });
});
