export interface FaultOptions {
  /** The effect takes place, only its answer is lost. */
  readonly afterEffect?: boolean;
  readonly times?: number;
}

interface Fault<Method> {
  readonly method: Method;
  readonly error: Error | 'stall';
  readonly afterEffect: boolean;
  left: number;
}

/** Faults that a test has asked for, each for the next calls of one method of a stand-in. */
export class Faults<Method extends string> {
  #faults: Fault<Method>[] = [];

  failNext(method: Method, error: Error, { afterEffect = false, times = 1 }: FaultOptions = {}): void {
    this.#faults.push({ method, error, afterEffect, left: times });
  }

  /** The next call of this method answers nothing until its signal aborts. */
  stallNext(method: Method): void {
    this.#faults.push({ method, error: 'stall', afterEffect: false, left: 1 });
  }

  /** Runs a method's work with the fault that is due for it. */
  async around<T>(method: Method, signal: AbortSignal | undefined, work: () => T | Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const fault = this.#take(method);
    if (fault === undefined) return await work();
    if (fault.error === 'stall') return stalled(signal);
    if (fault.afterEffect) await work();
    throw fault.error;
  }

  #take(method: Method): Fault<Method> | undefined {
    const fault = this.#faults.find((one) => one.method === method);
    if (fault === undefined) return undefined;
    fault.left -= 1;
    if (fault.left === 0) this.#faults = this.#faults.filter((other) => other !== fault);
    return fault;
  }
}

function stalled(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
