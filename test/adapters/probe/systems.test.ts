import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { walkDocker } from '#adapters/probe/docker.ts';
import { walkProxmox } from '#adapters/probe/proxmox.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { MemoryHypervisor } from '#test/lab/hypervisor/memory-hypervisor.ts';
import { picasoftHypervisor } from '#test/lab/hypervisor/picasoft.ts';
import { MemorySwarm } from '#test/lab/swarm/memory-swarm.ts';
import { looker } from './prober.ts';

let swarm: MemorySwarm;
let names: readonly string[];
beforeEach(async () => {
  swarm = new MemorySwarm(new ManualClock());
  names = (await swarm.nodes()).map(({ hostname }) => hostname);
});
afterEach(() => swarm.close());

describe('probe docker', () => {
  const look = (target: string, timeoutMs?: number) =>
    looker('docker', { systems: { docker: (way, deadline) => walkDocker(way, swarm, deadline) } })(target, {}, timeoutMs);
  const first = (): string => names[0] ?? '';

  it('is well when the node, or every node, is ready and takes work', async () => {
    expect(await look(first())).toMatchObject({ ok: true, walked: ['docker', 'node'] });
    expect(await look('*')).toMatchObject({ ok: true });
  });

  it('names the node that is down or drained', async () => {
    swarm.setNode(first(), { state: 'down' });
    const down = {
      ok: false,
      hop: 'node',
      problem: { code: 'probe_node', params: { node: first(), state: 'down', availability: 'active' } },
    };
    expect(await look('*')).toMatchObject(down);
    expect(await look(first())).toMatchObject(down);
    expect(await look(names[1] ?? '')).toMatchObject({ ok: true });
    swarm.setNode(first(), { state: 'ready', availability: 'drain' });
    expect(await look(first())).toMatchObject({ ok: false, problem: { params: { availability: 'drain' } } });
  });

  it('names a node that the Swarm does not know', async () => {
    expect(await look('pica99')).toMatchObject({ ok: false, hop: 'node', problem: { code: 'probe_node_unknown' } });
  });

  it('tells Docker from the SSH that leads there', async () => {
    swarm.failNext('nodes', new VigieError('swarm_unreachable', { host: 'pica01', reason: 'ECONNREFUSED' }));
    expect(await look('*')).toMatchObject({ ok: false, hop: 'docker', detail: 'ECONNREFUSED', problem: { code: 'swarm_unreachable' } });
    swarm.failNext('nodes', new VigieError('ssh_unreachable', { host: 'vigie@pica01:22', reason: 'timed out' }));
    expect(await look('*')).toMatchObject({ ok: false, hop: 'ssh', problem: { code: 'ssh_unreachable' } });
  });

  it('gives up on a Swarm that does not answer', async () => {
    swarm.stallNext('nodes');
    expect(await look('*', 100)).toMatchObject({ ok: false, hop: 'docker', problem: { code: 'probe_late' } });
  });

  it('is impossible without a Swarm', async () => {
    await expect(looker('docker')('*')).rejects.toMatchObject({ code: 'probe_impossible', params: { kind: 'docker' } });
  });
});

describe('probe proxmox', () => {
  it('is impossible as long as none is configured', async () => {
    await expect(looker('proxmox')('alice')).rejects.toMatchObject({ code: 'probe_impossible', params: { kind: 'proxmox' } });
  });

  const lab = (): MemoryHypervisor => picasoftHypervisor(new ManualClock());
  const look = (lab: MemoryHypervisor, target: string, timeoutMs?: number) =>
    looker('proxmox', { systems: { proxmox: (way, deadline) => walkProxmox(way, lab, deadline) } })(target, {}, timeoutMs);

  it('is well when the node, or every node, is online and the cluster has quorum', async () => {
    for (const target of ['alice', 'node/bob', '*', 'node/*'])
      expect(await look(lab(), target)).toMatchObject({ ok: true, walked: ['proxmox', 'node'] });
  });

  it('is well when a guest runs, by its name or number, whatever the quorum', async () => {
    const proxmox = lab();
    proxmox.loseQuorum();
    for (const target of ['guest/pica01', 'guest/101'])
      expect(await look(proxmox, target)).toMatchObject({ ok: true, walked: ['proxmox', 'guest'] });
  });

  it('says that the quorum is lost', async () => {
    const proxmox = lab();
    proxmox.loseQuorum();
    expect(await look(proxmox, 'node/alice')).toMatchObject({ ok: false, hop: 'proxmox', problem: { code: 'hypervisor_no_quorum' } });
  });

  it('names the node that is away, and the guests that nobody can tell of', async () => {
    const proxmox = new MemoryHypervisor(new ManualClock(), ['alice', 'bob', 'carol']);
    proxmox.createGuest({ vmid: 101, name: 'pica01', node: 'bob' });
    proxmox.setOnline('bob', false);
    const away = { ok: false, hop: 'node', problem: { code: 'probe_node', params: { node: 'bob', state: 'offline' } } };
    expect(await look(proxmox, 'node/bob')).toMatchObject(away);
    expect(await look(proxmox, '*')).toMatchObject(away);
    expect(await look(proxmox, 'node/alice')).toMatchObject({ ok: true });
    expect(await look(proxmox, 'guest/pica01')).toMatchObject({
      ok: false,
      hop: 'guest',
      problem: { code: 'probe_guest', params: { guest: 'pica01', state: 'unknown', node: 'bob' } },
    });
  });

  it('names a guest that is off', async () => {
    const proxmox = lab();
    proxmox.known('pica01').startedAt = null;
    expect(await look(proxmox, 'guest/pica01')).toMatchObject({ ok: false, hop: 'guest', detail: 'pica01: stopped on alice' });
  });

  it('names what the cluster does not know', async () => {
    expect(await look(lab(), 'node/alica')).toMatchObject({ hop: 'node', problem: { code: 'node_unknown', params: { nearest: 'alice' } } });
    expect(await look(lab(), 'guest/pica1')).toMatchObject({
      hop: 'guest',
      problem: { code: 'guest_unknown', params: { nearest: 'pica01' } },
    });
  });

  it('tells Proxmox from the SSH that leads there, and does not take an empty list for an answer', async () => {
    const proxmox = lab();
    proxmox.beUnreachable('ECONNREFUSED');
    expect(await look(proxmox, '*')).toMatchObject({ ok: false, hop: 'proxmox', detail: 'ECONNREFUSED' });
    proxmox.beUnreachable(null);
    proxmox.failNext('cluster', new VigieError('ssh_unreachable', { host: 'root@alice:22', reason: 'timed out' }));
    expect(await look(proxmox, '*')).toMatchObject({ ok: false, hop: 'ssh', problem: { code: 'ssh_unreachable' } });
    proxmox.lackRights();
    expect(await look(proxmox, 'guest/pica01')).toMatchObject({ ok: false, hop: 'proxmox', problem: { code: 'hypervisor_forbidden' } });
  });

  it('gives up on one that does not answer', async () => {
    const proxmox = lab();
    proxmox.stallNext('guests');
    expect(await look(proxmox, 'guest/pica01', 100)).toMatchObject({ ok: false, hop: 'proxmox', problem: { code: 'probe_late' } });
  });
});
