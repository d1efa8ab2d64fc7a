import type { Client, ConnectConfig } from 'ssh2';
import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import { connectGathering } from './gathering-socket.ts';
import { fingerprintOf } from './host-key.ts';
import { prepareKeys } from './prepared-keys.ts';

export interface SshOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** In OpenSSH's or PEM form. */
  readonly privateKey: string;
  readonly passphrase?: string;
  /** The server's key: `SHA256:…`, as `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` prints it. */
  readonly hostKey: string;
  /** For connecting, authentication included; 10 s by default. (A channel has the deadline of its caller's signal.) */
  readonly timeoutMs?: number;
  /** Between two signs of life; after three without an answer the connection counts as broken. 15 s by default. */
  readonly keepAliveMs?: number;
  /** For waiting until what is sent fits into a channel's window. Without one it is sent in the pieces that fit. */
  readonly clock?: Pick<Clock, 'sleep'>;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_KEEP_ALIVE_MS = 15_000;

export function nameOf({ user, host, port }: SshOptions): string {
  return `${user}@${host}:${port}`;
}

/**
 * Connects and authenticates. ssh2 is imported on first use.
 * @param ended called once when the connection is over, or never came to be
 * @throws ssh_host_key when the server shows another key than the pinned one, before anything is sent that authenticates
 *   us; ssh_unreachable for all else
 */
export async function openSession(options: SshOptions, ended: () => void): Promise<Client> {
  const { default: ssh2 } = await import('ssh2');
  const client = new ssh2.Client();
  const shown = { key: '' };
  const { promise, resolve, reject } = Promise.withResolvers<Client>();
  // At the beginning, and each time that both sides agree on new ones.
  client.on('handshake', () => prepareKeys(client));
  client.on('ready', () => {
    // 44 ms a request otherwise: both ends wait for each other's small packets.
    client.setNoDelay(true);
    resolve(client);
  });
  client.on('error', (error) => reject(failureOf(options, shown.key, error)));
  client.on('close', () => {
    ended();
    reject(failureOf(options, shown.key, new Error('connection closed')));
  });
  connect(client, configOf(options, shown));
  return promise;

  /** ssh2 throws at once for a private key that it can't read. It only listens to the socket: connecting that is ours. */
  function connect(to: Client, config: ConnectConfig): void {
    const sock = connectGathering(options.port, options.host);
    try {
      to.connect({ ...config, sock });
    } catch (error) {
      sock.destroy();
      ended();
      reject(failureOf(options, '', error));
    }
  }
}

function configOf(options: SshOptions, shown: { key: string }): ConnectConfig {
  const { user, privateKey, passphrase, hostKey, timeoutMs, keepAliveMs } = options;
  return {
    username: user,
    privateKey,
    ...(passphrase === undefined ? {} : { passphrase }),
    readyTimeout: timeoutMs ?? DEFAULT_TIMEOUT_MS,
    keepaliveInterval: keepAliveMs ?? DEFAULT_KEEP_ALIVE_MS,
    keepaliveCountMax: 3,
    hostVerifier: (key: Buffer) => {
      shown.key = fingerprintOf(key);
      return shown.key === hostKey;
    },
  };
}

function failureOf(options: SshOptions, got: string, error: unknown): VigieError {
  const host = nameOf(options);
  const { hostKey: expected } = options;
  if (got !== '' && got !== expected) return new VigieError('ssh_host_key', { host, expected, got });
  return new VigieError('ssh_unreachable', { host, reason: reasonOf(error) }, error);
}
