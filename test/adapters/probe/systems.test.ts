import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { ManualClock } from '#test/lab/clock.ts';
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
  const look = (target: string, timeoutMs?: number) => looker('docker', { swarm })(target, {}, timeoutMs);
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

  it('asks about the node', async () => {
    const asked: string[] = [];
    const look = looker('proxmox', {
      proxmox: async (node) => {
        asked.push(node);
        if (node === 'bob') throw new Error('ECONNREFUSED');
      },
    });
    expect(await look('alice')).toMatchObject({ ok: true, walked: ['proxmox'] });
    expect(await look('bob')).toMatchObject({ ok: false, hop: 'proxmox', detail: 'ECONNREFUSED' });
    expect(asked).toEqual(['alice', 'bob']);
  });
});
