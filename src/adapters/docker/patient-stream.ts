import type { Readable } from 'node:stream';
import { beforeAbort } from '#kernel/abort.ts';

export interface Patience {
  /** Without a byte, in milliseconds: then it is taken for stalled. */
  readonly stallMs: number;
  /** For all of it. */
  readonly wholeMs: number;
}

/** A stream that is read for a while: what came is good, and whether it was all is known afterwards. */
export class PatientStream {
  readonly #source: Readable;
  readonly #patience: Patience;
  #whole = false;

  constructor(source: Readable, patience: Patience) {
    this.#source = source;
    this.#patience = patience;
  }

  /** Whether the stream came to its own end. */
  get whole(): boolean {
    return this.#whole;
  }

  /** Ends when the stream does, stalls or breaks, or has taken too long. @throws the signal's reason when it aborts */
  async *chunks(signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    const { stallMs, wholeMs } = this.#patience;
    const limits = [AbortSignal.timeout(wholeMs), ...(signal === undefined ? [] : [signal])];
    const chunks: AsyncIterator<Uint8Array> = this.#source[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await beforeAbort(AbortSignal.any([AbortSignal.timeout(stallMs), ...limits]), chunks.next());
        if (next.done === true) {
          this.#whole = true;
          return;
        }
        yield next.value;
      }
    } catch {
      // It stalled or broke: `whole` says so, unless whoever reads was told to stop.
      signal?.throwIfAborted();
    } finally {
      this.#source.on('error', () => undefined);
      this.#source.destroy();
    }
  }
}
