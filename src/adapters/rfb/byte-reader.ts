import type { Duplex } from 'node:stream';
import { ScreenError } from '#ports/console.ts';

/** Reads so many bytes off a stream, and waits for them. */
export interface ByteReader {
  /** @throws ScreenError when the stream ends before; the signal's reason */
  take(count: number): Promise<Buffer>;
}

export function readBytes(stream: Duplex, signal: AbortSignal): ByteReader {
  let waiting = Promise.withResolvers<void>();
  let over: Error | null = null;
  const stop = (error: Error): void => {
    over ??= error;
    waiting.resolve();
  };
  const closed = (): void => stop(new ScreenError('closed', 'the connection was closed'));
  stream.on('readable', () => waiting.resolve());
  stream.on('end', closed).on('close', closed);
  stream.on('error', () => closed());
  const abort = (): void => {
    stop(asError(signal.reason));
    stream.destroy();
  };
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  return {
    async take(count) {
      for (;;) {
        waiting = Promise.withResolvers<void>();
        if (signal.aborted) throw asError(signal.reason);
        const got: unknown = count === 0 ? Buffer.alloc(0) : stream.read(count);
        // What is left at the end of a stream may be less.
        if (got instanceof Buffer && got.length === count) return got;
        if (got !== null) closed();
        if (over !== null) throw over;
        await waiting.promise;
      }
    },
  };
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
