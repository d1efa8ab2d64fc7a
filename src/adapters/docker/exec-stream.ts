import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import type { ContainerCommand } from '#ports/containers.ts';
import type { CommandEnd, CommandStream } from '#ports/remote.ts';
import type { Daemon } from './daemon.ts';
import { outputFrames } from './exec-frames.ts';
import { feed, gathered } from './exec-io.ts';
import { failureOf } from './failures.ts';

const STDOUT = 1;
/** Of what a command complains about; what it says last matters less than where it begins. */
const KEPT_BYTES = BOUNDS.sshOutput.most;
/** Docker says "running" for a moment after the last byte: asked so often, each time over a socket, it has had its time. */
const END_POLLS = 2000;

const created = z.looseObject({ id: z.string() });
const inspected = z.looseObject({ Running: z.boolean(), ExitCode: z.number().nullish() });

/** Runs a command in a container: its streams are one connection that Docker hands over, its exit code is asked for afterwards. */
export async function execStream(
  daemon: Daemon,
  container: string,
  { command, user, input }: ContainerCommand,
  signal?: AbortSignal,
): Promise<CommandStream> {
  const options = { Cmd: [...command], AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: false };
  const { id } = await daemon.ask(created, signal, ({ docker, signal: abortSignal }) =>
    docker.getContainer(container).exec({ ...options, ...(user === undefined ? {} : { User: user }), abortSignal }),
  );
  const socket = await daemon.send(signal, async ({ docker, signal: deadline }) => {
    // Not given to dockerode: it would end the connection at the deadline of its beginning.
    const opened: Duplex = await docker.getExec(id).start({ hijack: true, stdin: true });
    if (deadline.aborted) opened.destroy();
    return opened;
  });
  const code = (): Promise<number | null> => exitCode(daemon, id, signal);
  return streamOf(socket, input, { code, broken: (error) => failureOf(daemon.host, error) }, signal);
}

interface Ending {
  readonly code: () => Promise<number | null>;
  readonly broken: (error: unknown) => VigieError;
}

function streamOf(
  socket: Duplex,
  input: AsyncIterable<Uint8Array> | undefined,
  { code, broken }: Ending,
  signal: AbortSignal | undefined,
): CommandStream {
  const { promise: ended, resolve, reject } = Promise.withResolvers<CommandEnd>();
  // Whoever reads `stdout` alone is told there.
  ended.catch(() => undefined);
  const complaints: Uint8Array[] = [];
  const fail = (error: unknown): void => {
    reject(error);
    socket.destroy(error instanceof Error ? error : undefined);
  };
  const abort = (): void => fail(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  socket.on('error', () => undefined);
  if (input === undefined) socket.end();
  else void feed(socket, input).catch(fail);
  return { stdout: output(), ended };

  async function* output(): AsyncGenerator<Uint8Array> {
    let kept = 0;
    let whole = false;
    const stderr = (): string => Buffer.concat(complaints).toString('utf8');
    try {
      for await (const { stream, bytes } of outputFrames(gathered(socket))) {
        if (stream === STDOUT) yield bytes;
        else if (kept < KEPT_BYTES) {
          complaints.push(bytes);
          kept += bytes.length;
        }
      }
      whole = true;
    } catch (error) {
      // Where the reason is known it was said before.
      reject(broken(error));
    } finally {
      signal?.removeEventListener('abort', abort);
      if (!whole) resolve({ code: null, stderr: stderr() });
      socket.destroy();
    }
    if (whole) code().then((value) => resolve({ code: value, stderr: stderr() }), reject);
    await ended;
  }
}

async function exitCode(daemon: Daemon, id: string, signal: AbortSignal | undefined): Promise<number | null> {
  for (let poll = 0; poll < END_POLLS; poll += 1) {
    const { Running: running, ExitCode: code } = await daemon.ask(inspected, signal, ({ docker, signal: abortSignal }) =>
      docker.getExec(id).inspect({ abortSignal }),
    );
    if (!running) return code ?? null;
  }
  throw new VigieError('swarm_refused', { host: daemon.host, reason: 'the command closed its output and runs on' });
}
