import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHosts } from '#adapters/hosts/create-hosts.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import type { Hosts } from '#ports/hosts.ts';
import type { Remote } from '#ports/remote.ts';
import { privateKey, realSwarm, type RealSwarm } from './swarm.ts';

const LOG_BYTES = 1_500_000_000;
const OWN_BYTES = 3_000_000;

/** Over a real sshd, with real coreutils, against a real dockerd. */
describe('the disks of a machine behind SSH', () => {
  let swarm: RealSwarm;
  let remote: Remote;
  let hosts: Hosts;
  let folder = '';
  let log = '';

  beforeAll(async () => {
    swarm = await realSwarm();
    remote = connectRemote({ ...swarm.ssh, privateKey: await privateKey(swarm.ssh) });
    folder = await mkdtemp(join(tmpdir(), 'vigie-partials-'));
    // The lab's sshd sees the daemons' sockets elsewhere than where Docker's client looks.
    const exec: Remote['exec'] = (command, ...rest) => remote.exec(['env', `DOCKER_HOST=unix://${swarm.socketPath}`, ...command], ...rest);
    const partials = [folder, '/nowhere/at/all'];
    hosts = createHosts([{ name: 'pica01', aliases: [], partials, remote: { ...remote, host: remote.host, exec } }]);
    await swarm.docker('run', '--detach', '--name', 'talks', '--network', 'none', `${swarm.registry}/x:v1`);
    log = await swarm.docker('container', 'inspect', '--format', '{{.LogPath}}', 'talks');
    await truncate(log, LOG_BYTES);
    // The registry's images share their layers: one with something of its own is made here.
    await writeFile(join(folder, 'own'), 'x'.repeat(OWN_BYTES));
    await swarm.docker('cp', join(folder, 'own'), 'talks:/own');
    await swarm.docker('commit', 'talks', 'made:here');
    await swarm.docker('pull', '--quiet', `${swarm.registry}/x:v2`);
    await swarm.docker('tag', `${swarm.registry}/x:v2`, 'elsewhere.example.org/x:old');
  });
  afterAll(async () => {
    await swarm.docker('rm', '--force', 'talks');
    await swarm.docker('image', 'rm', 'made:here');
    await remote.close();
    await rm(folder, { recursive: true, force: true });
  });

  const idOf = (tag: string): Promise<string> => swarm.docker('image', 'inspect', '--format', '{{.Id}}', `${swarm.registry}/x:${tag}`);

  it('are told with what nobody uses', async () => {
    const { docker, fileSystems } = await hosts.space('pica01');
    expect(fileSystems.map(({ mount }) => mount)).toContain('/');
    if (!docker.answers) throw new Error(`Docker doesn't answer: ${docker.reason}`);
    const [used, unused] = [await idOf('v1'), await idOf('v2')];
    expect(docker.images.map(({ id }) => id)).toContain(unused);
    expect(docker.images.map(({ id }) => id)).not.toContain(used);
    expect(docker.images.find(({ id }) => id === unused)?.bytes).toBe(0);
    const made = docker.images.find(({ name }) => name === 'made:here');
    expect(made?.bytes).toBeGreaterThanOrEqual(OWN_BYTES);
    expect(made?.bytes).toBeLessThan(OWN_BYTES * 1.1);
    expect(docker.logs).toEqual([{ container: 'talks', path: log, bytes: expect.any(Number) }]);
  });

  it('lose an unused image by its id, whatever names it has, and keep one in use', async () => {
    const [used, unused] = [await idOf('v1'), await idOf('v2')];
    expect(await hosts.clean('pica01', { kind: 'image', id: used })).toEqual({ outcome: 'kept', bytes: null });
    expect(await hosts.clean('pica01', { kind: 'image', id: unused })).toEqual({ outcome: 'removed', bytes: null });
    expect(await hosts.clean('pica01', { kind: 'image', id: unused })).toEqual({ outcome: 'gone', bytes: null });
    expect(await idOf('v1')).toBe(used);
  });

  it('lose what an oversized log held, while its container goes on', async () => {
    expect(await hosts.clean('pica01', { kind: 'log', path: log })).toMatchObject({ outcome: 'removed' });
    expect(statSync(log).size).toBeLessThan(1_000_000);
    expect(await swarm.docker('container', 'inspect', '--format', '{{.State.Running}}', 'talks')).toBe('true');
  });

  it('lose an old .partial file, and a missing folder is no error', async () => {
    const path = join(folder, "l'été.partial");
    await writeFile(path, 'half a copy');
    expect((await hosts.space('pica01')).partials).toEqual([]);
    await utimes(path, new Date(0), new Date(0));
    expect((await hosts.space('pica01')).partials).toEqual([{ path, bytes: 11, writtenAt: 0 }]);
    expect(await hosts.clean('pica01', { kind: 'partial', path })).toEqual({ outcome: 'removed', bytes: 11 });
    expect(existsSync(path)).toBe(false);
  });
});
