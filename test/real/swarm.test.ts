import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectSwarm } from '#adapters/docker/connect-swarm.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import type { SshOptions } from '#adapters/ssh/session.ts';
import { swarmContract } from '#test/contract/swarm.contract.ts';
import { privateKey, realSwarm } from './swarm.ts';
import { realLab, type Way } from './swarm-lab.ts';
import { startTlsFront, type TlsFront } from './tls-front.ts';

const NOWHERE = '/run/nobody/docker.sock';
/** Nobody listens there: it is tcpmux's, unused for decades. */
const SILENT_PORT = 1;

async function sshOptions(): Promise<SshOptions> {
  const { ssh } = await realSwarm();
  return { ...ssh, privateKey: await privateKey(ssh) };
}

swarmContract(
  'Docker over its Unix socket',
  () =>
    realLab((socketPath) =>
      Promise.resolve<Way>({
        address: { kind: 'socket', path: socketPath },
        nowhere: { kind: 'socket', path: NOWHERE },
        nowhereName: NOWHERE,
        close: () => Promise.resolve(),
      }),
    ),
  { concurrent: true },
);

swarmContract(
  'Docker over SSH',
  () =>
    realLab(async (socketPath): Promise<Way> => {
      const remote = connectRemote(await sshOptions());
      return {
        address: { kind: 'remote', remote, path: socketPath },
        nowhere: { kind: 'remote', remote, path: NOWHERE },
        nowhereName: remote.host,
        close: () => remote.close(),
      };
    }),
  { concurrent: true },
);

describe('Docker over a connection that breaks', () => {
  it('connects again for the next request', async () => {
    const remote = connectRemote(await sshOptions());
    const swarm = connectSwarm({ kind: 'remote', remote, path: (await realSwarm()).socketPath });
    await swarm.nodes();
    const { stdout: server } = await remote.exec(['sh', '-c', 'echo $PPID']);
    await expect(remote.exec(['kill', server.trim()])).rejects.toMatchObject({ code: 'ssh_unreachable' });
    expect(await swarm.nodes()).toHaveLength(2);
    await swarm.close();
    await remote.close();
  });
});

describe('Docker over TCP', () => {
  let front: TlsFront;
  beforeAll(async () => {
    front = await startTlsFront((await realSwarm()).socketPath);
  });
  afterAll(() => front.close());

  it("shows its certificate and checks the daemon's", async () => {
    const swarm = connectSwarm({ kind: 'tcp', host: 'localhost', port: front.port, tls: front.client });
    expect(await swarm.ping()).toMatchObject({ manager: true, hostname: 'pica01' });
    await swarm.close();
  });

  it('refuses a daemon whose certificate another authority has signed', async () => {
    const swarm = connectSwarm({
      kind: 'tcp',
      host: 'localhost',
      port: front.port,
      tls: { ...front.client, ca: front.otherAuthority },
    });
    await expect(swarm.services()).rejects.toMatchObject({
      code: 'swarm_unreachable',
      params: { host: `localhost:${front.port}`, reason: expect.stringContaining('certificate') },
    });
    await swarm.close();
  });

  it('names a port where nobody listens', async () => {
    const swarm = connectSwarm({ kind: 'tcp', host: '127.0.0.1', port: SILENT_PORT, tls: null });
    await expect(swarm.services()).rejects.toMatchObject({
      code: 'swarm_unreachable',
      params: { host: `127.0.0.1:${SILENT_PORT}` },
    });
  });
});

describe('a daemon', () => {
  it('says its version, and whether it is a manager', async () => {
    const { socketPath, docker } = await realSwarm();
    const swarm = connectSwarm({ kind: 'socket', path: socketPath });
    expect(await swarm.ping()).toMatchObject({
      version: await docker('version', '--format', '{{.Server.Version}}'),
      hostname: 'pica01',
      manager: true,
    });
    await swarm.close();
  });

  it('that is a worker refuses, and is named', async () => {
    const path = (await realSwarm()).socketPath.replace('pica01', 'pica02');
    const swarm = connectSwarm({ kind: 'socket', path });
    expect(await swarm.ping()).toMatchObject({ hostname: 'pica02', manager: false });
    await expect(swarm.services()).rejects.toMatchObject({ code: 'swarm_not_manager', params: { host: path } });
    await swarm.close();
  });
});
