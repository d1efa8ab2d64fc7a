import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:tls';
import type { TlsFiles } from '#adapters/docker/connection.ts';
import { makeCertificates } from './certificates.ts';

/** The daemon's socket behind TLS on loopback, as dockerd's own `--tlsverify` port: it takes only clients of its authority. */
export interface TlsFront {
  readonly port: number;
  readonly client: TlsFiles;
  /** The certificate of an authority that has signed nothing here. */
  readonly otherAuthority: string;
  close(): Promise<void>;
}

export async function startTlsFront(socketPath: string): Promise<TlsFront> {
  const { ca, otherAuthority, server: own, client } = await makeCertificates();
  const server = createServer({ ca, ...own, requestCert: true, rejectUnauthorized: true });
  server.on('secureConnection', (arrived) => {
    const daemon = connect(socketPath);
    daemon.on('error', () => arrived.destroy());
    arrived.on('error', () => daemon.destroy());
    arrived.pipe(daemon).pipe(arrived);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    port: portOf(server.address()),
    client: { ca, ...client },
    otherAuthority,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}
