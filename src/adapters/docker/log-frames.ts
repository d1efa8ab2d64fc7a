/** One frame of Docker's multiplexed log: 1 is stdout, 2 stderr, 3 Docker's own word about the log. */
export interface LogFrame {
  readonly stream: number;
  /** Its beginning, as much as was asked for. */
  readonly text: string;
  /** Bytes of it that aren't in `text`. */
  readonly cutBytes: number;
}

const HEADER_BYTES = 8;
const STDOUT = 1;
const NEWLINE = 10;

/**
 * Cuts a log into its frames as it comes: a byte for the stream, three of zero, four for the length, then so many bytes. Nothing is held but
 * the frame that is coming, and of that no more than is wanted. A last frame that was cut short is given as far as it goes.
 * @param most bytes of a frame that are kept
 */
export async function* logFrames(source: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<LogFrame> {
  let header = Buffer.alloc(0);
  let line = new Beginning(most);
  let left = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      if (header.length < HEADER_BYTES) {
        const part = chunk.subarray(at, at + HEADER_BYTES - header.length);
        header = Buffer.concat([header, part]);
        at += part.length;
        if (header.length < HEADER_BYTES) continue;
        left = header.readUInt32BE(4);
      }
      const part = chunk.subarray(at, at + left);
      line.add(part);
      at += part.length;
      left -= part.length;
      if (left > 0) continue;
      yield line.frame(header.readUInt8(0));
      header = Buffer.alloc(0);
      line = new Beginning(most);
    }
  }
  if (header.length === HEADER_BYTES && !line.empty) yield line.frame(header.readUInt8(0));
}

/** The log of a container with a terminal has no frames: its lines are taken for them. */
export async function* terminalFrames(source: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<LogFrame> {
  let line = new Beginning(most);
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      const end = chunk.indexOf(NEWLINE, at);
      line.add(chunk.subarray(at, end === -1 ? chunk.length : end));
      at = end === -1 ? chunk.length : end + 1;
      if (end === -1) continue;
      if (!line.empty) yield line.frame(STDOUT);
      line = new Beginning(most);
    }
  }
  if (!line.empty) yield line.frame(STDOUT);
}

/** The first bytes of what comes in parts. */
class Beginning {
  readonly #most: number;
  readonly #parts: Uint8Array[] = [];
  #kept = 0;
  #all = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get empty(): boolean {
    return this.#all === 0;
  }

  add(part: Uint8Array): void {
    this.#all += part.length;
    const wanted = part.subarray(0, this.#most - this.#kept);
    if (wanted.length === 0) return;
    this.#parts.push(wanted);
    this.#kept += wanted.length;
  }

  frame(stream: number): LogFrame {
    const [only, ...more] = this.#parts;
    const bytes =
      more.length === 0 && only !== undefined ? Buffer.from(only.buffer, only.byteOffset, only.length) : Buffer.concat(this.#parts);
    return { stream, text: bytes.toString('utf8'), cutBytes: this.#all - this.#kept };
  }
}
