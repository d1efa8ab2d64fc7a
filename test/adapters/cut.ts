/** A stream of these bytes that comes in pieces. @param cuts where it is cut: any numbers, also twice the same, which gives an empty piece */
export async function* cut(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = cuts.map((each) => each % (bytes.length + 1)).toSorted((a, b) => a - b);
  let from = 0;
  for (const to of [...places, bytes.length]) {
    yield bytes.subarray(from, to);
    from = to;
  }
}

/** @returns all that comes of a stream, as text of one byte a character */
export async function latin1(stream: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += Buffer.from(chunk).toString('latin1');
  return text;
}
