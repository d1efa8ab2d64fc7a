/**
 * What a promise comes to, unless the signal aborts first: then it rejects with the signal's own reason. For work that
 * doesn't heed a signal by itself; it goes on unheard.
 */
export function beforeAbort<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (signal === undefined) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', abort));
}

/** Aborts after so long, with an error that people can be told: the one of `AbortSignal.timeout` says nothing to them. */
export function deadline(ms: number, error: () => Error): AbortSignal {
  const abort = new AbortController();
  setTimeout(() => abort.abort(error()), ms).unref();
  return abort.signal;
}

/** Passes a stream on until the signal aborts: then it throws the signal's reason, even while the source hangs, and lets the source go. */
export async function* untilAbort<T>(signal: AbortSignal | undefined, source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const next = await beforeAbort(signal, iterator.next());
      if (next.done === true) {
        ended = true;
        return;
      }
      yield next.value;
    }
  } finally {
    // Not waited for: a source that hangs answers to this only once it goes on.
    if (!ended) void iterator.return?.().catch(() => undefined);
  }
}
