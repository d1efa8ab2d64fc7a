import type { Readable } from 'node:stream';

/** Collects the beginning of a stream; the rest is read and dropped, so that its writer never waits. */
export class KeptOutput {
  readonly #chunks: Buffer[] = [];
  readonly #limitBytes: number;
  #bytes = 0;

  constructor(stream: Readable, limitBytes: number) {
    this.#limitBytes = limitBytes;
    stream.on('data', (chunk: Buffer) => this.#keep(chunk));
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  #keep(chunk: Buffer): void {
    const kept = chunk.subarray(0, this.#limitBytes - this.#bytes);
    this.#bytes += kept.length;
    if (kept.length > 0) this.#chunks.push(kept);
  }
}
