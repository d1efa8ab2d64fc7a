import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LogFrame, logFrames } from '#adapters/docker/log-frames.ts';

function encoded({ stream, text }: LogFrame): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

describe('frames of a log', () => {
  it('come back as Docker has cut them, whatever is in them', () => {
    const frame = fc.record({ stream: fc.constantFrom(1, 2, 3), text: fc.string({ unit: 'grapheme' }) });
    fc.assert(
      fc.property(fc.array(frame), (frames) => {
        expect(logFrames(Buffer.concat(frames.map(encoded)))).toEqual(frames);
      }),
    );
  });

  it('end where the log was cut short', () => {
    const log = Buffer.concat([encoded({ stream: 1, text: 'whole' }), encoded({ stream: 2, text: 'broken off' })]);
    expect(logFrames(log.subarray(0, -4))).toEqual([
      { stream: 1, text: 'whole' },
      { stream: 2, text: 'broken' },
    ]);
    expect(logFrames(log.subarray(0, 16))).toEqual([{ stream: 1, text: 'whole' }]);
  });
});
