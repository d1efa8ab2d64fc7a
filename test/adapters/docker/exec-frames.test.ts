import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outputFrames } from '#adapters/docker/exec-frames.ts';
import { cut } from '../cut.ts';

interface Frame {
  readonly stream: number;
  readonly body: Uint8Array;
}

function encoded({ stream, body }: Frame): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

type Pieces = readonly (readonly [stream: number, byte: number])[];

/** Every byte with the stream that it is of. */
async function read(source: AsyncIterable<Uint8Array>): Promise<Pieces> {
  const found: [number, number][] = [];
  for await (const { stream, bytes } of outputFrames(source)) {
    expect(bytes.length).toBeGreaterThan(0);
    for (const byte of bytes) found.push([stream, byte]);
  }
  return found;
}

const frames = fc.array(fc.record({ stream: fc.constantFrom(1, 2), body: fc.uint8Array({ maxLength: 40 }) }), { maxLength: 8 });
const cuts = fc.array(fc.nat(), { maxLength: 12 });

describe('frames of what a command says', () => {
  it('give every byte to its stream, in order, wherever the connection cuts them', async () => {
    await fc.assert(
      fc.asyncProperty(frames, cuts, async (all, places) => {
        const expected = all.flatMap(({ stream, body }) => [...body].map((byte): [number, number] => [stream, byte]));
        expect(await read(cut(Buffer.concat(all.map(encoded)), places))).toEqual(expected);
      }),
    );
  });

  it('that break off are an error, wherever they do', async () => {
    const last = fc.record({ stream: fc.constantFrom(1, 2), body: fc.uint8Array({ minLength: 1, maxLength: 40 }) });
    await fc.assert(
      fc.asyncProperty(frames, last, fc.nat(), cuts, async (all, broken, at, places) => {
        const end = encoded(broken);
        const half = end.subarray(0, 1 + (at % (end.length - 1)));
        await expect(read(cut(Buffer.concat([...all.map(encoded), half]), places))).rejects.toThrow(/half-way/u);
      }),
    );
  });

  it('are given on as they come: a long one is not waited for', async () => {
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield encoded({ stream: 1, body: Buffer.from('the first half, and more') }).subarray(0, 8 + 'the first half'.length);
      await new Promise(() => undefined);
    };
    const { value } = await outputFrames(source()).next();
    expect(value).toEqual({ stream: 1, bytes: Buffer.from('the first half') });
  });

  it('may be longer than a number with a sign holds', async () => {
    const header = Buffer.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
    const { value } = await outputFrames(cut(Buffer.concat([header, Buffer.from('x')]), [])).next();
    expect(value).toEqual({ stream: 1, bytes: Buffer.from('x') });
  });
});
