import { beforeAbort, deadline } from '#kernel/abort.ts';
import { VigieError, type Problem } from '#kernel/errors.ts';

/** What was asked: the answer, or why there is none. */
export type Known<T> = { readonly known: T; readonly problem: null } | { readonly known: null; readonly problem: Problem };

/** What can't be asked now is said to be unknown: it is neither well nor ill. @throws what isn't a VigieError */
export async function orUnknown<T>(asked: Promise<T>): Promise<Known<T>> {
  try {
    return { known: await asked, problem: null };
  } catch (error) {
    if (!(error instanceof VigieError)) throw error;
    return { known: null, problem: error.problem() };
  }
}

/** The same with a time of its own: whoever answers later is unknown, and holds up nobody. */
export async function knownWithin<T>(ms: number, signal: AbortSignal, ask: (signal: AbortSignal) => Promise<T>): Promise<Known<T>> {
  const ends = AbortSignal.any([signal, deadline(ms, () => new VigieError('no_answer', { limit: ms }))]);
  const answer = await orUnknown(beforeAbort(ends, ask(ends)));
  signal.throwIfAborted();
  return answer;
}
