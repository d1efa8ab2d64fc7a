import type { Server } from '../dialect.ts';
import { usualOf, whileRaised } from './raised.ts';

/** What a server takes at most, and what a client may send: the limit of the protocol. */
const MOST_BYTES = 1024 ** 3;

/**
 * Lets one session send statements as long as the protocol allows: a dump writes a value as twice as many digits, so that what a server once took in parts, or as bytes, would be refused. A session
 * takes the server's limit when it begins, so it is raised for as long as that takes. Nobody gains by it: it is how much of their own a client may send at once.
 * @param connected waits until the session has begun
 */
export async function withLongStatements<T>(
  server: Server,
  database: string,
  { act, connected }: { readonly act: () => Promise<T>; readonly connected: () => Promise<void> },
  signal?: AbortSignal,
): Promise<T> {
  const usual = await usualOf(server, database, 'max_allowed_packet', signal);
  if (usual >= MOST_BYTES) return await act();
  const begun = async (): Promise<{ readonly acting: Promise<T> }> => {
    const acting = act();
    const waiting = connected();
    // Whoever waits for them hears of it.
    for (const each of [acting, waiting]) each.catch(() => undefined);
    await Promise.race([waiting, acting.catch(() => undefined)]);
    return { acting };
  };
  const { acting } = await whileRaised(server, { database, setting: 'max_allowed_packet', usual, to: MOST_BYTES }, begun, signal);
  return await acting;
}
