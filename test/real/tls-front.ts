import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { promisify } from 'node:util';
import type { TlsFiles } from '#adapters/docker/connection.ts';
import { LAB } from './swarm.ts';

const run = promisify(execFile);

/** The daemon's socket behind TLS on loopback, as dockerd's own `--tlsverify` port: it takes only clients of its authority. */
export interface TlsFront {
  readonly port: number;
  readonly client: TlsFiles;
  /** The certificate of an authority that has signed nothing here. */
  readonly otherAuthority: string;
  close(): Promise<void>;
}

export async function startTlsFront(socketPath: string): Promise<TlsFront> {
  const folder = await mkdtemp(join(LAB, 'tls.'));
  await makeCertificates(folder);
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const [ca, otherAuthority] = await Promise.all([read('ca.pem'), read('other.pem')]);
  const server = createServer({
    ca,
    cert: await read('server.pem'),
    key: await read('server.key'),
    requestCert: true,
    rejectUnauthorized: true,
  });
  server.on('secureConnection', (client) => {
    const daemon = connect(socketPath);
    daemon.on('error', () => client.destroy());
    client.on('error', () => daemon.destroy());
    client.pipe(daemon).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const client = { ca, cert: await read('client.pem'), key: await read('client.key') };
  await rm(folder, { recursive: true });
  return {
    port: portOf(server.address()),
    client,
    otherAuthority,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function makeCertificates(folder: string): Promise<void> {
  const openssl = (...args: readonly string[]): Promise<unknown> => run('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  for (const authority of ['ca', 'other'])
    await openssl(
      'req',
      '-x509',
      ...key,
      '-days',
      '2',
      '-subj',
      `/CN=${authority}`,
      '-keyout',
      `${authority}.key`,
      '-out',
      `${authority}.pem`,
    );
  await writeFile(join(folder, 'names'), 'subjectAltName=DNS:localhost');
  for (const name of ['server', 'client']) {
    await openssl('req', ...key, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
    await openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-out', `${name}.pem`);
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}
