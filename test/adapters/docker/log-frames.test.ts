import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LogFrame, logFrames, terminalFrames } from '#adapters/docker/log-frames.ts';

type Frame = Pick<LogFrame, 'stream' | 'text'>;

function encoded({ stream, text }: Frame): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

/** In chunks of this size, as a connection may give it. */
function inChunks(log: Buffer, size: number): Readable {
  return Readable.from(Array.from({ length: Math.ceil(log.length / size) }, (_, index) => log.subarray(index * size, (index + 1) * size)));
}

async function read(log: Buffer, { size = 7, most = 10_000, of = logFrames } = {}): Promise<readonly LogFrame[]> {
  const frames: LogFrame[] = [];
  for await (const frame of of(inChunks(log, size), most)) frames.push(frame);
  return frames;
}

describe('frames of a log', () => {
  it('come back as Docker has cut them, whatever is in them and however they come', async () => {
    const frame = fc.record({ stream: fc.constantFrom(1, 2, 3), text: fc.string({ unit: 'grapheme', minLength: 1 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(frame), fc.integer({ min: 1, max: 40 }), async (frames, size) => {
        expect(await read(Buffer.concat(frames.map(encoded)), { size })).toEqual(frames.map((each) => ({ ...each, cutBytes: 0 })));
      }),
    );
  });

  it('end where the log was cut short', async () => {
    const log = Buffer.concat([encoded({ stream: 1, text: 'whole' }), encoded({ stream: 2, text: 'broken off' })]);
    expect((await read(log.subarray(0, -4))).map(({ text }) => text)).toEqual(['whole', 'broken']);
    expect((await read(log.subarray(0, 16))).map(({ text }) => text)).toEqual(['whole']);
  });

  it('keep the beginning of a long one, and say how much is missing', async () => {
    const log = Buffer.concat([encoded({ stream: 1, text: 'x'.repeat(100) }), encoded({ stream: 2, text: 'next' })]);
    expect(await read(log, { most: 30 })).toEqual([
      { stream: 1, text: 'x'.repeat(30), cutBytes: 70 },
      { stream: 2, text: 'next', cutBytes: 0 },
    ]);
  });

  it('of a terminal are its lines', async () => {
    expect((await read(Buffer.from('one\n\ntwo and more\nthree'), { of: terminalFrames, most: 7 })).map(({ text }) => text)).toEqual([
      'one',
      'two and',
      'three',
    ]);
  });
});
