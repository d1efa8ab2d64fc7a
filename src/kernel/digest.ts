import { createHash } from 'node:crypto';

/** A file's content in short. */
export interface Digest {
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Looks at a stream that passes, and knows its digest once it has passed whole. */
export class DigestingStream implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #passed: (bytes: number) => void;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  /** @param passed called with the bytes that have passed so far */
  constructor(source: AsyncIterable<Uint8Array>, passed: (bytes: number) => void = () => undefined) {
    this.#source = source;
    this.#passed = passed;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#source) {
      this.#hash.update(chunk);
      this.#bytes += chunk.length;
      this.#passed(this.#bytes);
      yield chunk;
    }
  }

  /** Of what has passed. */
  digest(): Digest {
    return { bytes: this.#bytes, sha256: this.#hash.copy().digest('hex') };
  }
}

/** Reads a stream to its end. */
export async function digestOf(source: AsyncIterable<Uint8Array>, passed?: (bytes: number) => void): Promise<Digest> {
  const stream = new DigestingStream(source, passed);
  for await (const chunk of stream) void chunk;
  return stream.digest();
}

export function sameContent(one: Digest, other: Digest): boolean {
  return one.bytes === other.bytes && one.sha256 === other.sha256;
}
