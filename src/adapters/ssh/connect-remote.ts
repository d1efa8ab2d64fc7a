import type { Duplex } from 'node:stream';
import type { Client, ClientChannel, SFTPWrapper } from 'ssh2';
import { beforeAbort } from '#kernel/abort.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import type { CommandOptions, CommandResult, CommandStream, Remote, RemoteFiles, StreamOptions } from '#ports/remote.ts';
import { asSocket } from './channel.ts';
import { streamCommand } from './command-stream.ts';
import { watchExit, type Exit } from './exit.ts';
import { pinOf } from './host-key.ts';
import { KeptOutput } from './kept-output.ts';
import { SftpFiles } from './sftp-files.ts';
import { nameOf, openSession, type SshOptions } from './session.ts';
import { shellCommand } from './shell-quote.ts';

type Opened<Channel> = (error: Error | undefined, channel: Channel) => void;
type ChannelRequest<Channel> = (client: Client, opened: Opened<Channel>) => void;

interface OpenChannel<Channel> {
  readonly client: Client;
  readonly channel: Channel;
  readonly exit: Exit;
}

const KEPT_BYTES = BOUNDS.sshOutput.most;
/** Waits for nothing. */
const AT_ONCE = { sleep: () => Promise.resolve() };

/**
 * A machine behind SSH: one connection for everything, made by the first call and again by the next one after a break.
 * @throws TypeError when `hostKey` is no fingerprint
 */
export function connectRemote(options: SshOptions): Remote {
  return new SshRemote({ ...options, hostKey: pinOf(options.hostKey) });
}

class SshRemote implements Remote {
  readonly host: string;
  readonly #options: SshOptions;
  #session: Promise<Client> | null = null;

  constructor(options: SshOptions) {
    this.#options = options;
    this.host = nameOf(options);
  }

  openSocket(path: string, signal?: AbortSignal): Promise<Duplex> {
    return this.#openSocket(signal, path, (client, opened) => client.openssh_forwardOutStreamLocal(path, opened));
  }

  openPort(host: string, port: number, signal?: AbortSignal): Promise<Duplex> {
    const target = `${host}:${port}`;
    return this.#openSocket(signal, target, (client, opened) => client.forwardOut('127.0.0.1', 0, host, port, opened));
  }

  async exec(
    command: readonly string[],
    { input = '', keepBytes = KEPT_BYTES }: CommandOptions = {},
    signal?: AbortSignal,
  ): Promise<CommandResult> {
    const { channel, exit } = await this.#open(signal, 'exec', (client, opened: Opened<ClientChannel>) =>
      client.exec(shellCommand(command), opened),
    );
    const [stdout, stderr] = [new KeptOutput(channel, keepBytes), new KeptOutput(channel.stderr, keepBytes)];
    channel.end(input);
    const code = await this.#ended(channel, exit, signal);
    return { code, stdout: stdout.text, stderr: stderr.text };
  }

  async execStream(
    command: readonly string[],
    { input, keepBytes = KEPT_BYTES }: StreamOptions = {},
    signal?: AbortSignal,
  ): Promise<CommandStream> {
    const { client, channel, exit } = await this.#open(signal, 'exec', (to, opened: Opened<ClientChannel>) =>
      to.exec(shellCommand(command), opened),
    );
    const stderr = new KeptOutput(channel.stderr, keepBytes);
    const broken = (error: unknown): VigieError => this.#unreachable(error);
    return streamCommand(
      { channel, exit, socket: this.#asSocket(client, channel), stderr, broken, ...(signal === undefined ? {} : { signal }) },
      input,
    );
  }

  async files(signal?: AbortSignal): Promise<RemoteFiles> {
    const { channel } = await this.#open(signal, 'sftp', (client, opened: Opened<SFTPWrapper>) => client.sftp(opened));
    return new SftpFiles(channel, (error) => this.#unreachable(error), signal);
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    // A connection that never came to be has nothing to end.
    const client = await session?.catch(() => null);
    client?.end();
  }

  async #openSocket(signal: AbortSignal | undefined, target: string, request: ChannelRequest<ClientChannel>): Promise<Duplex> {
    const { client, channel } = await this.#open(signal, target, request);
    return this.#asSocket(client, channel);
  }

  #asSocket(client: Client, channel: ClientChannel): Duplex {
    return asSocket(client, channel, this.#options.clock ?? AT_ONCE);
  }

  /** Opens a channel; one that comes after its signal has aborted is closed again. */
  async #open<Channel extends ClientChannel | SFTPWrapper>(
    signal: AbortSignal | undefined,
    target: string,
    request: ChannelRequest<Channel>,
  ): Promise<OpenChannel<Channel>> {
    signal?.throwIfAborted();
    const client = await beforeAbort(signal, this.#connected());
    const { promise, resolve, reject } = Promise.withResolvers<Omit<OpenChannel<Channel>, 'client'>>();
    const opened: Opened<Channel> = (error, channel) => {
      if (error !== undefined)
        reject(isRefusal(error) ? new Error(`${target}: ${error.message}`, { cause: error }) : this.#unreachable(error));
      else if (signal?.aborted === true) letGo(channel);
      else resolve({ channel, exit: watchExit(channel) });
    };
    try {
      request(client, opened);
    } catch (error) {
      // ssh2 throws "Not connected" when the connection has just gone.
      reject(this.#unreachable(error));
    }
    return { client, ...(await beforeAbort(signal, promise)) };
  }

  /** The command's exit code, once its channel has closed; without one, the connection broke. */
  #ended(channel: ClientChannel, exit: Exit, signal: AbortSignal | undefined): Promise<number | null> {
    const { promise, resolve, reject } = Promise.withResolvers<number | null>();
    channel.on('error', (error: Error) => reject(this.#unreachable(error)));
    channel.on('close', () => (exit.code === undefined ? reject(this.#unreachable(new Error('connection closed'))) : resolve(exit.code)));
    return beforeAbort(signal, promise).finally(() => channel.destroy());
  }

  #connected(): Promise<Client> {
    if (this.#session !== null) return this.#session;
    const opening = openSession(this.#options, () => {
      if (this.#session === opening) this.#session = null;
    });
    this.#session = opening;
    return opening;
  }

  #unreachable(error: unknown): VigieError {
    return new VigieError('ssh_unreachable', { host: this.host, reason: reasonOf(error) }, error);
  }
}

function letGo(channel: ClientChannel | SFTPWrapper): void {
  if ('stderr' in channel) channel.destroy();
  else channel.end();
}

/** The server's own no to a channel: RFC 4254 gives it a reason, which a broken connection lacks. */
function isRefusal(error: Error): boolean {
  return 'reason' in error;
}
