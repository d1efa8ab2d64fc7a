import type { Gateway } from '#ports/gateway.ts';
import type { Phrases } from './words.ts';

/** Serves `vigie do` from the first second of a start, before there is a vigie to hand the command to. */
export interface Reception extends Pick<Gateway, 'local'> {
  /** vigie is there: what waits is handed on. */
  open(gateway: Pick<Gateway, 'local'>): void;
  /** vigie can't be there before Mattermost answers: whoever asks is told so instead of waiting. */
  hold(words: string): void;
}

/** @param phrases of the terminal; loaded when the first command comes too early */
export function createReception(phrases: () => Promise<Phrases>): Reception {
  const opened = Promise.withResolvers<Pick<Gateway, 'local'>>();
  let ready: Pick<Gateway, 'local'> | null = null;
  let held: string | null = null;
  let wakeHeld = Promise.withResolvers<void>();
  return {
    open(gateway) {
      ready = gateway;
      opened.resolve(gateway);
    },
    hold(words) {
      held = words;
      wakeHeld.resolve();
      wakeHeld = Promise.withResolvers();
    },
    async local(command, tell, signal) {
      if (ready !== null) return await ready.local(command, tell, signal);
      tell((await phrases())('starting', {}));
      const left = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null)));
      const gateway = held === null ? await Promise.race([opened.promise, wakeHeld.promise.then(() => null), left]) : null;
      if (gateway !== null) return await gateway.local(command, tell, signal);
      if (held !== null) tell(held);
      return { ok: false };
    },
  };
}
