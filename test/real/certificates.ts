import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** Certificates for `localhost`, all PEM, good for two days. */
export interface Certificates {
  readonly ca: string;
  /** The certificate of an authority that has signed nothing here. */
  readonly otherAuthority: string;
  readonly server: Pair;
  readonly client: Pair;
}

export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-tls-'));
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const pair = async (name: string): Promise<Pair> => ({ cert: await read(`${name}.pem`), key: await read(`${name}.key`) });
  try {
    await make(folder);
    return {
      ca: await read('ca.pem'),
      otherAuthority: await read('other.pem'),
      server: await pair('server'),
      client: await pair('client'),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function make(folder: string): Promise<void> {
  const openssl = (...args: readonly string[]): Promise<unknown> => run('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  for (const name of ['ca', 'other'])
    await openssl('req', '-x509', ...key, '-days', '2', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`);
  await writeFile(join(folder, 'names'), 'subjectAltName=DNS:localhost');
  for (const name of ['server', 'client']) {
    await openssl('req', ...key, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
    await openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-out', `${name}.pem`);
  }
}
