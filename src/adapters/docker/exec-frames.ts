const HEADER_BYTES = 8;

export interface OutputFrame {
  /** 1 is stdout, 2 stderr. */
  readonly stream: number;
  /** A whole frame, or a part of one: each is given on as it comes. */
  readonly bytes: Uint8Array;
}

/**
 * Cuts what a command says into its streams, as it comes: a byte for the stream, three of zero, four for the length, then so many bytes. Nothing is held but a header that has come
 * half.
 * @throws an ordinary Error when the stream ends within a frame
 */
export async function* outputFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<OutputFrame> {
  let header = Buffer.alloc(0);
  let left = 0;
  for await (const chunk of source) {
    let at = 0;
    while (at < chunk.length) {
      if (left === 0) {
        const needed = Math.min(HEADER_BYTES - header.length, chunk.length - at);
        header = Buffer.concat([header, chunk.subarray(at, at + needed)]);
        at += needed;
        if (header.length < HEADER_BYTES) continue;
        left = header.readUInt32BE(4);
      }
      const bytes = chunk.subarray(at, at + left);
      at += bytes.length;
      left -= bytes.length;
      if (bytes.length > 0) yield { stream: header.readUInt8(0), bytes };
      if (left === 0) header = Buffer.alloc(0);
    }
  }
  if (left > 0 || header.length > 0) throw new Error('the connection to the container ended half-way');
}
