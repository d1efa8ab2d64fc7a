import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectSwarm, type SwarmConnection } from '#adapters/docker/connect-swarm.ts';
import { makeCertificates } from './certificates.ts';
import { realSwarm, type RealSwarm } from './swarm.ts';

const run = promisify(execFile);
const ODD = fileURLToPath(new URL('odd-registries.ts', import.meta.url));
const HOST = '10.77.0.254';
const RIGHT = { username: 'vigie', password: 'lookout' };

describe('a registry', () => {
  let real: RealSwarm;
  let swarm: SwarmConnection;
  let registries: ChildProcess;
  let folder: string;

  beforeAll(async () => {
    real = await realSwarm();
    const hub = real.namespace.replace(/pica01$/u, 'hub');
    const name = hub.slice(hub.lastIndexOf('/') + 1);
    await run('ip', ['-n', name, 'addr', 'replace', '10.78.0.254/24', 'dev', 'br0']);
    folder = await mkdtemp(join(tmpdir(), 'vigie-registries-'));
    const { server } = await makeCertificates();
    await writeFile(join(folder, 'cert.pem'), server.cert);
    await writeFile(join(folder, 'key.pem'), server.key, { mode: 0o600 });
    const files = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    registries = spawn('nsenter', [`--net=${hub}`, process.execPath, ODD, real.registry, ...files], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (registries.stdout !== null) await once(registries.stdout, 'data');
    swarm = connectSwarm({
      kind: 'socket',
      path: real.socketPath,
      nodes: [{ kind: 'socket', path: real.socketPath.replace('pica01', 'pica02') }],
      registries: { [`${HOST}:5404`]: RIGHT, [`${HOST}:5405`]: { ...RIGHT, password: 'changed' } },
    });
  });
  afterAll(async () => {
    await swarm?.close();
    registries?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  const problem = (reference: string): Promise<unknown> => swarm.resolveImage(reference).catch((error: unknown) => error);

  it('that gives tokens to those who name themselves is asked with one', async () => {
    expect(await swarm.resolveImage(`${HOST}:5404/x:v1`)).toMatchObject({ from: 'registry' });
  });

  it('that gives none for a wrong password is told as that', async () => {
    expect(await problem(`${HOST}:5405/x:v1`)).toMatchObject({ code: 'image_unauthorized' });
  });

  it('that has had too many requests is told as that', async () => {
    expect(await problem(`${HOST}:5401/x:v1`)).toMatchObject({
      code: 'registry_refused',
      params: { registry: `${HOST}:5401`, reason: expect.stringMatching(/too ?many ?requests|pull rate limit/iu) },
    });
  });

  it('that has trouble of its own is told with it', async () => {
    expect(await problem(`${HOST}:5403/x:v1`)).toMatchObject({
      code: 'registry_refused',
      params: { reason: expect.stringMatching(/503|maintenance/u) },
    });
  });

  it('whose certificate nobody has signed is told as that', async () => {
    expect(await problem('10.78.0.254:5443/x:v1')).toMatchObject({
      code: 'registry_refused',
      params: { registry: '10.78.0.254:5443', reason: expect.stringMatching(/x509|certificate/u) },
    });
  });

  it('that takes connections and answers nothing is told as its time-out, not Docker’s', async () => {
    const began = Date.now();
    expect(await problem(`${HOST}:5402/x:v1`)).toMatchObject({
      code: 'registry_unreachable',
      params: { registry: `${HOST}:5402`, reason: 'no answer within 10 s' },
    });
    expect(Date.now() - began).toBeLessThan(20_000);
  }, 30_000);

  it('that answers nothing any more is done without where another node holds the image', async () => {
    const image = `${HOST}:5406/x:v1`;
    await run('/usr/bin/docker', ['-H', `unix://${real.socketPath.replace('pica01', 'pica02')}`, 'pull', '-q', image], {
      env: { HOME: folder },
    });
    const before = await swarm.resolveImage(image);
    registries.kill('SIGUSR1');
    expect(await swarm.resolveImage(image)).toEqual({ digest: before.digest, from: 'node' });
    expect(await problem(`${HOST}:5406/x:v2`)).toMatchObject({ code: 'registry_unreachable', params: { registry: `${HOST}:5406` } });
  }, 60_000);
});
