import type { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import type { CommandEnd, CommandStream } from '#ports/remote.ts';
import type { Exit } from './exit.ts';
import type { KeptOutput } from './kept-output.ts';

interface RunningCommand {
  readonly channel: ClientChannel;
  readonly exit: Exit;
  readonly socket: Duplex;
  readonly stderr: KeptOutput;
  /** The error of a connection that broke. */
  readonly broken: (error: unknown) => Error;
  readonly signal?: AbortSignal;
}

/** Feeds a command that was just started, and follows it to its end. */
export function streamCommand(command: RunningCommand, input: AsyncIterable<Uint8Array> | undefined): CommandStream {
  const { channel, socket, stderr, broken } = command;
  const { promise: ended, resolve, reject } = Promise.withResolvers<CommandEnd>();
  // Whoever reads `stdout` alone is told there.
  ended.catch(() => undefined);
  const fail = (error: unknown): void => {
    reject(error);
    terminate(command, error);
  };
  followExit(command, resolve, (error) => reject(broken(error)));
  endWith(command.signal, ended, fail);
  if (input === undefined) socket.end();
  else void feed(socket, input).catch(fail);
  return { stdout: output(), ended };

  async function* output(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of socket) yield asBytes(chunk);
    } catch (error) {
      const lost = broken(error);
      reject(lost);
      // Where the reason is known it was said before. A command that ended well was not heard to its end.
      await ended;
      throw lost;
    } finally {
      if (!socket.readableEnded) {
        resolve({ code: null, stderr: stderr.text });
        terminate(command, null);
      }
    }
    channel.resume();
    await ended;
  }
}

function followExit(
  { channel, exit, socket, stderr }: RunningCommand,
  resolve: (end: CommandEnd) => void,
  reject: (error: Error) => void,
): void {
  channel.on('close', () =>
    exit.code === undefined ? reject(new Error('connection closed')) : resolve({ code: exit.code, stderr: stderr.text }),
  );
  socket.on('error', reject);
}

/** SIGTERM comes first: a closed standard input alone would pass for the end of what is read there. (Root's sshd refuses it: "requires privilege separation".) */
function terminate({ channel, socket }: RunningCommand, error: unknown): void {
  channel.signal('TERM');
  socket.destroy(error instanceof Error ? error : undefined);
}

function endWith(signal: AbortSignal | undefined, ended: Promise<unknown>, fail: (reason: unknown) => void): void {
  if (signal === undefined) return;
  const abort = (): void => fail(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const over = (): void => signal.removeEventListener('abort', abort);
  ended.then(over, over);
}

/** A command may end before it has read everything: its code says whether that was well. */
async function feed(socket: Duplex, input: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of input) {
    if (socket.destroyed) return;
    if (!socket.write(chunk)) await writableAgain(socket);
    // Before anything more is asked for: nobody reads it.
    if (socket.destroyed) return;
  }
  socket.end();
}

function writableAgain(socket: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      socket.off('drain', go).off('close', go);
      resolve();
    };
    socket.on('drain', go).on('close', go);
  });
}

/** A Duplex without an encoding gives nothing else. */
function asBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError('bytes were expected');
}
