import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import type { Heartbeat } from '#ports/heartbeat.ts';

export interface HeartbeatOptions {
  /** Whoever knows it can pretend to be vigie: it stands in no error. */
  readonly url: string;
  readonly timeoutMs: number;
}

/** Calls an address with GET: any 2xx answer means that it was heard. */
export function createHeartbeat({ url, timeoutMs }: HeartbeatOptions): Heartbeat {
  return {
    async beat(signal) {
      signal?.throwIfAborted();
      const deadline = AbortSignal.timeout(timeoutMs);
      const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
      const status = await call(url, either).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw new VigieError('heartbeat_failed', { reason: deadline.aborted ? `no answer within ${timeoutMs} ms` : whyNot(error) });
      });
      if (status < 200 || status > 299) throw new VigieError('heartbeat_failed', { reason: `HTTP ${status}` });
    },
  };
}

async function call(url: string, signal: AbortSignal): Promise<number> {
  const answer = await fetch(url, { signal });
  await answer.body?.cancel();
  return answer.status;
}

/** fetch says only "fetch failed"; its cause names host and port, never the path. */
function whyNot(error: unknown): string {
  return reasonOf(error instanceof Error && error.cause !== undefined ? error.cause : 'the address can not be called');
}
