/**
 * How many requests are under way at the same time, and how large each is: 1 MiB, which fills a line of 100 Mbit/s over 80 ms. The protocol promises
 * 32 KiB a request (draft-ietf-secsh-filexfer-02, 6.4).
 */
const [REQUESTS, REQUEST_BYTES] = [32, 32 * 1024];

/**
 * Reads a file from its beginning with many requests under way, and gives its parts in order.
 * @param ask fills the buffer from a position; resolves with the bytes that came, 0 at the end of the file
 */
export async function* readAhead(ask: (buffer: Buffer, position: number) => Promise<number>): AsyncGenerator<Uint8Array> {
  const underWay: { readonly buffer: Buffer; readonly position: number; readonly bytes: Promise<number> }[] = [];
  let next = 0;
  const request = (): void => {
    const buffer = Buffer.allocUnsafe(REQUEST_BYTES);
    const bytes = ask(buffer, next);
    // Told when it is its turn.
    bytes.catch(() => undefined);
    underWay.push({ buffer, position: next, bytes });
    next += REQUEST_BYTES;
  };
  while (underWay.length < REQUESTS) request();
  for (let first = underWay.shift(); first !== undefined; first = underWay.shift()) {
    const bytes = await first.bytes;
    if (bytes === 0) return;
    yield first.buffer.subarray(0, bytes);
    if (bytes < REQUEST_BYTES) {
      // Short in the middle of a file: those that follow would leave a hole.
      underWay.length = 0;
      next = first.position + bytes;
    }
    request();
  }
}

/**
 * Writes a stream from a file's beginning on, with many requests under way.
 * @returns bytes written, all of them acknowledged
 */
export async function writeBehind(
  source: AsyncIterable<Uint8Array>,
  tell: (chunk: Uint8Array, position: number) => Promise<void>,
  written?: (bytes: number) => void,
): Promise<number> {
  const underWay: Promise<void>[] = [];
  let position = 0;
  for await (const whole of source)
    for (const chunk of slices(whole)) {
      const told = tell(chunk, position);
      told.catch(() => undefined);
      underWay.push(told);
      position += chunk.length;
      if (underWay.length >= REQUESTS) await underWay.shift();
      written?.(position);
    }
  await Promise.all(underWay);
  return position;
}

function* slices(whole: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < whole.length; start += REQUEST_BYTES) yield whole.subarray(start, start + REQUEST_BYTES);
}
