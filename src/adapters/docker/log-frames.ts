/** One frame of Docker's multiplexed log: 1 is stdout, 2 stderr, 3 Docker's own word about the log. */
export interface LogFrame {
  readonly stream: number;
  readonly text: string;
}

const HEADER_BYTES = 8;

/**
 * Cuts a log into its frames: a byte for the stream, three of zero, four for the length, then so many bytes. A last frame
 * that was cut short is given as far as it goes.
 */
export function logFrames(bytes: Buffer): readonly LogFrame[] {
  const frames: LogFrame[] = [];
  for (let at = 0; at + HEADER_BYTES <= bytes.length;) {
    const end = at + HEADER_BYTES + bytes.readUInt32BE(at + 4);
    frames.push({
      stream: bytes.readUInt8(at),
      text: bytes.toString('utf8', at + HEADER_BYTES, Math.min(end, bytes.length)),
    });
    at = end;
  }
  return frames;
}
