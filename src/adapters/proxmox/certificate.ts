import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';

export interface ShownCertificate {
  /** SHA-256 of its DER, as Proxmox shows it: `AB:CD:…`. */
  readonly fingerprint: string;
  readonly pem: string;
}

/**
 * The certificate that a server shows. It is looked at on a connection of its own on which nothing is ever sent: whoever answers there
 * learns nothing but that somebody called.
 * @throws the system's own error; the signal's reason
 */
export function shownCertificate(url: URL, signal: AbortSignal): Promise<ShownCertificate> {
  const host = url.hostname.replace(/^\[|\]$/gu, '');
  // It is judged by its fingerprint afterwards; no authority knows it.
  const socket = connect({ host, port: Number(url.port), rejectUnauthorized: false, ...(isIP(host) === 0 ? { servername: host } : {}) });
  const { promise, resolve, reject } = Promise.withResolvers<ShownCertificate>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  socket.once('error', reject);
  socket.once('close', () => reject(new Error('the connection was closed before it was secure')));
  socket.once('secureConnect', () => resolve(shownBy(socket)));
  return promise.finally(() => {
    signal.removeEventListener('abort', abort);
    socket.on('error', () => undefined).destroy();
  });
}

function shownBy(socket: TLSSocket): ShownCertificate {
  const { raw, fingerprint256 } = socket.getPeerCertificate();
  return { fingerprint: fingerprint256, pem: new X509Certificate(raw).toString() };
}

/**
 * How every connection that carries something is made: the pinned certificate is the only anchor there is, so that TLS itself refuses any
 * other during the handshake. Its names don't matter: a host of a cluster is often called by its address.
 */
export function pinned({ pem, fingerprint }: ShownCertificate) {
  return {
    ca: pem,
    allowPartialTrustChain: true,
    maxCachedSessions: 0,
    checkServerIdentity: (_host: string, { fingerprint256 }: PeerCertificate): Error | undefined =>
      fingerprint256 === fingerprint ? undefined : new Error('another certificate than the pinned one'),
  };
}
