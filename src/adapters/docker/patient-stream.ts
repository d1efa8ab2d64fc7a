import type { Readable } from 'node:stream';

export interface Patience {
  /** Without a byte, in milliseconds: then it is taken for stalled, at the latest after twice as long. */
  readonly stallMs: number;
  /** For all of it. */
  readonly wholeMs: number;
}

/** A stream that is read for a while: what came is good, and whether it was all is known afterwards. */
export class PatientStream {
  readonly #source: Readable;
  readonly #patience: Patience;
  #whole = false;
  #chunks = 0;

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
    const source = this.#source;
    const done = new AbortController();
    const giveUp = (): void => void source.destroy(new Error('given up'));
    const limits = AbortSignal.any([AbortSignal.timeout(this.#patience.wholeMs), ...(signal === undefined ? [] : [signal])]);
    limits.addEventListener('abort', giveUp, { once: true, signal: done.signal });
    this.#watch(giveUp, done.signal);
    if (limits.aborted) giveUp();
    try {
      for await (const chunk of source) {
        this.#chunks += 1;
        yield chunk;
      }
      this.#whole = true;
    } catch {
      // It stalled or broke: `whole` says so, unless whoever reads was told to stop.
      signal?.throwIfAborted();
    } finally {
      done.abort();
      source.on('error', () => undefined);
      source.destroy();
    }
  }

  /** Looks now and then whether anything came, rather than at each chunk: there are thousands. */
  #watch(stalled: () => void, done: AbortSignal): void {
    const before = this.#chunks;
    const look = (): void => {
      if (this.#chunks === before) stalled();
      else this.#watch(stalled, done);
    };
    AbortSignal.timeout(this.#patience.stallMs).addEventListener('abort', look, { once: true, signal: done });
  }
}
