import { VigieError } from '#kernel/errors.ts';
import type { GlusterMachine } from './machine.ts';

/** A machine that hasn't answered by then may be dead: another one is asked beside it. */
const PATIENCE_MS = 1_500;
/** GlusterFS's client without its daemon, or without itself. */
const NO_DAEMON = /daemon is operational|Connection failed|gluster\W{0,3}: No such file/iu;

/**
 * The answer of whichever machine gives one first, and that machine. The next one is asked as soon as one fails to answer, or takes its time;
 * those that are too slow are left.
 * @throws what a machine that answers says no to; where none does, what the first one failed with
 */
export async function firstAnswer<T>(
  machines: readonly GlusterMachine[],
  ask: (machine: GlusterMachine, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<{ readonly machine: GlusterMachine; readonly answer: T }> {
  signal?.throwIfAborted();
  const over = new AbortController();
  const ends = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
  const queue = [...machines];
  const failures: unknown[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<{ machine: GlusterMachine; answer: T }>();
  const next = (): void => {
    const machine = over.signal.aborted ? undefined : queue.shift();
    if (machine === undefined) return;
    AbortSignal.timeout(PATIENCE_MS).addEventListener('abort', next, { once: true });
    ask(machine, ends).then(
      (answer) => resolve({ machine, answer }),
      (error: unknown) => {
        failures.push(error);
        if (!isAway(error) || failures.length === machines.length) reject(isAway(error) ? failures[0] : error);
        else next();
      },
    );
  };
  next();
  try {
    return await promise;
  } finally {
    over.abort();
  }
}

function isAway(error: unknown): boolean {
  if (!(error instanceof VigieError)) return false;
  return error.code.startsWith('ssh_') || (error.code === 'gluster_refused' && NO_DAEMON.test(String(error.params['reason'])));
}
