import { reasonOf } from '#kernel/json.ts';
import { fingerprintOf } from './host-key.ts';

const SHOWN_MS = 5_000;

/**
 * The host key that a server shows, `SHA256:…`, on a connection that ends before anybody says who they are.
 * @throws Error when nobody shows one there
 */
export async function shownHostKey(host: string, port: number): Promise<string> {
  const { default: ssh2 } = await import('ssh2');
  const client = new ssh2.Client();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const over = (error?: Error): void => reject(new Error(error === undefined ? 'the connection was closed' : reasonOf(error)));
  client.on('error', over);
  client.on('close', () => over());
  client.connect({
    host,
    port,
    username: 'nobody',
    readyTimeout: SHOWN_MS,
    hostVerifier: (key: Buffer) => {
      resolve(fingerprintOf(key));
      return false;
    },
  });
  return await promise.finally(() => client.destroy());
}

/** A fresh key of vigie's own: the private half in OpenSSH's form, the public one as a line of `authorized_keys`. */
export async function freshKey(): Promise<{ readonly privateKey: string; readonly publicLine: string }> {
  const { default: ssh2 } = await import('ssh2');
  // One of some hundred that ssh2 makes can't be read again, by itself neither.
  for (;;) {
    const made = ssh2.utils.generateKeyPairSync('ed25519', { comment: 'vigie' });
    if (!(ssh2.utils.parseKey(made.private) instanceof Error)) return { privateKey: made.private, publicLine: made.public };
  }
}

/** The line of `authorized_keys` that lets a private key in. @throws Error for what is no private key */
export async function publicLineOf(privateKey: string): Promise<string> {
  const { default: ssh2 } = await import('ssh2');
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  return `${key.type} ${key.getPublicSSH().toString('base64')} vigie`;
}
