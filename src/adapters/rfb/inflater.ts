import { constants, createInflate } from 'node:zlib';
import { ScreenError } from '#ports/console.ts';

/** One stream of zlib's runs through all rectangles of a session. */
export interface Inflater {
  /** @param most bytes that it may become @throws ScreenError for what is more, or is none of zlib's */
  inflate(compressed: Buffer, most: number): Promise<Buffer>;
  close(): void;
}

export function createInflater(): Inflater {
  const inflate = createInflate({ flush: constants.Z_SYNC_FLUSH });
  let parts: Buffer[] = [];
  let room = 0;
  let fail = (_error: Error): void => undefined;
  inflate.on('data', (part: Buffer) => {
    room -= part.length;
    // What is too much isn't kept, and said once all of it has come.
    if (room >= 0) parts.push(part);
  });
  inflate.on('error', (error) => fail(new ScreenError('protocol', error.message)));
  return {
    async inflate(compressed, most) {
      room = most;
      await new Promise<void>((resolve, reject) => {
        fail = reject;
        inflate.write(compressed, (error) => (error == null ? resolve() : reject(new ScreenError('protocol', error.message))));
      });
      if (room < 0) throw new ScreenError('protocol', 'more than the picture has');
      const whole = Buffer.concat(parts);
      parts = [];
      return whole;
    },
    close: () => void inflate.destroy(),
  };
}
