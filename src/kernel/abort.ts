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
