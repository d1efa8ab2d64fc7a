import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { systemClock } from '#kernel/clock.ts';

const ENOUGH_BYTES = 32 * 1024;
const GATHER_MS = 1;

/**
 * Gives on what comes, and lets more come together before it reads again where it was little: a client writes its dump in pieces of four kilobytes, and waking up for each takes from the processors
 * that the server needs. For a connection that holds nothing itself (`readableHighWaterMark`): what waits, waits in the kernel.
 * By the system's clock, since it is the kernel that fills meanwhile.
 */
export async function* gathered(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    yield chunk;
    if (chunk.length < ENOUGH_BYTES) await systemClock.sleep(GATHER_MS);
  }
}

/** What stands ready for a command that takes its input in gulps: a statement of a dump is up to a megabyte, and the server does nothing until it has come whole. */
const AHEAD_BYTES = 1024 * 1024;

/** One that goes over SSH holds as much by itself. */
function aheadOf(socket: Duplex): number {
  return socket instanceof Socket ? AHEAD_BYTES : socket.writableHighWaterMark;
}

/** Gives a command its input, and its end. A command may end before it has read everything: its code says whether that was well. */
export async function feed(socket: Duplex, input: AsyncIterable<Uint8Array>): Promise<void> {
  const most = aheadOf(socket);
  let ahead = 0;
  let goOn = (): void => undefined;
  socket.once('close', () => goOn());
  for await (const chunk of input) {
    if (socket.destroyed) return;
    ahead += chunk.length;
    socket.write(chunk, () => {
      ahead -= chunk.length;
      goOn();
    });
    while (ahead > most && !socket.destroyed) {
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
    }
    // Before anything more is asked for: nobody reads it.
    if (socket.destroyed) return;
  }
  socket.end();
}
