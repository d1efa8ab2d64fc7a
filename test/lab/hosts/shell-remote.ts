import { spawn, type ChildProcess } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CommandEnd, Remote } from '#ports/remote.ts';

const refuse = async (): Promise<never> => await Promise.reject(new Error('not here'));

/** This machine as another one: its commands are real, only SSH is missing. */
export function shellRemote(host: string): Remote {
  const start = ([program = '', ...words]: readonly string[], signal?: AbortSignal): ChildProcess => {
    signal?.throwIfAborted();
    const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'] });
    // A command that reads nothing closes its input: its code is what counts.
    child.stdin.on('error', () => undefined);
    return child;
  };
  return {
    host,
    openSocket: refuse,
    openPort: refuse,
    files: refuse,
    close: async () => undefined,
    async exec(command, { input = '' } = {}, signal) {
      const child = start(command, signal);
      child.stdin?.end(input);
      const [stdout, stderr, code] = await Promise.all([text(outOf(child)), text(errorsOf(child)), endOf(child)]);
      signal?.throwIfAborted();
      return { code, stdout, stderr };
    },
    async execStream(command, { input } = {}, signal) {
      const child = start(command, signal);
      const fed = feed(child, input, signal);
      const stderr = text(errorsOf(child));
      const closed = endOf(child);
      const finish = async (): Promise<CommandEnd> => {
        // What has ended takes nothing more: a source that has nothing to say yet isn't waited for.
        const [, words, code] = await Promise.all([Promise.race([fed, closed]), stderr, closed]);
        signal?.throwIfAborted();
        return { code, stderr: words };
      };
      const ended = finish();
      ended.catch(() => undefined);
      async function* stdout(): AsyncGenerator<Uint8Array> {
        yield* outOf(child);
        await ended;
      }
      return { stdout: stdout(), ended };
    },
  };
}

/** What breaks off ends the command, whose end then says nothing. */
async function feed(child: ChildProcess, input: AsyncIterable<Uint8Array> | undefined, signal: AbortSignal | undefined): Promise<void> {
  if (child.stdin === null) return;
  if (input === undefined) return void child.stdin.end();
  try {
    await pipeline(Readable.from(input), child.stdin, signal === undefined ? {} : { signal });
  } catch (error) {
    child.kill('SIGTERM');
    signal?.throwIfAborted();
    // A command that has ended takes nothing more; its code says why.
    if (error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE')) return;
    throw error;
  }
}

function outOf({ stdout }: ChildProcess): Readable {
  return stdout ?? Readable.from([]);
}

function errorsOf({ stderr }: ChildProcess): Readable {
  return stderr ?? Readable.from([]);
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', (code) => resolve(code)));
}
