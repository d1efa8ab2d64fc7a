import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { connectProxmox, type ConnectedHypervisor } from '#adapters/proxmox/connect-proxmox.ts';
import { type Reaction, type StandIn, startStandIn, STATUS, TOKEN, upid } from './stand-in.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

async function server(): Promise<StandIn> {
  const started = await startStandIn();
  opened.push({ close: () => started.stop() });
  return started;
}

function connect(servers: readonly Pick<StandIn, 'url' | 'fingerprint'>[], timeoutMs = 2_000): ConnectedHypervisor {
  const hosts = servers.map(({ url, fingerprint }) => ({ kind: 'api', url, fingerprint, token: TOKEN }) as const);
  const hypervisor = connectProxmox({ hosts, timeoutMs, clock: systemClock });
  opened.unshift(hypervisor);
  return hypervisor;
}

/** Nobody listens there: it is tcpmux's, unused for decades. */
const nobody = { url: 'https://127.0.0.1:1', fingerprint: '' };
const SNAPSHOT = 'POST /nodes/alice/qemu/101/snapshot';
const written = ({ calls }: StandIn): readonly string[] => calls.filter((call) => !call.startsWith('GET '));
const silence: Reaction = () => undefined;
const page: Reaction = (response) => void response.end('<html>welcome</html>');
const bare: Reaction = (response) => void response.end('{"ok":1}');
const blank: Reaction = (response) => void response.end();
const breakOff: Reaction = (response) => void response.destroy();

describe('several hosts of a cluster', () => {
  it('are asked in turn, and the one that answered is asked first from then on', async () => {
    const [one, two] = [await server(), await server()];
    one.reactions.set('GET /cluster/status', silence);
    const hypervisor = connect([nobody, one, two]);
    expect((await hypervisor.cluster()).quorate).toBe(true);
    const before = one.asked.length;
    await hypervisor.cluster();
    expect(one.asked).toHaveLength(before);
  });

  it('are all silent: the last one is named', async () => {
    await expect(connect([nobody, nobody]).guests()).rejects.toMatchObject({
      code: 'hypervisor_unreachable',
      params: { host: '127.0.0.1:1', reason: expect.stringContaining('ECONNREFUSED') },
    });
  });

  it('may reach each other differently: the other one is asked when a node is out of reach', async () => {
    const [one, two] = [await server(), await server()];
    one.reactions.set('GET /nodes/alice/qemu/101/snapshot', { status: 595, words: 'No route to host' });
    const hypervisor = connect([one, two]);
    expect(await hypervisor.snapshots(101)).toHaveLength(2);
    two.reactions.set('GET /nodes/alice/qemu/101/snapshot', { status: 595, words: 'No route to host' });
    await expect(hypervisor.snapshots(101)).rejects.toMatchObject({ code: 'node_offline', params: { node: 'alice' } });
  });

  it('do not take a refusal to another host', async () => {
    const [one, two] = [await server(), await server()];
    one.reactions.set('GET /cluster/status', { status: 401, words: 'authentication failure' });
    await expect(connect([one, two]).cluster()).rejects.toMatchObject({ code: 'hypervisor_refused', params: { status: 401 } });
    expect(two.asked).toEqual([]);
  });
});

describe('a write', () => {
  it.each<[string, Reaction]>([
    ['is cut off', breakOff],
    ['stays out', silence],
    ['comes from a proxy', { status: 504, words: 'Gateway Time-out' }],
    ['is a web page', page],
    ['is something else', { data: { success: 1 } }],
    ['names no task', { data: null }],
  ])('is not sent again when its answer %s: nobody knows whether it was heard', async (_, reaction) => {
    const [one, two] = [await server(), await server()];
    one.reactions.set(SNAPSHOT, reaction);
    await expect(connect([one, two]).snapshot(101, 'one', '')).rejects.toMatchObject({ code: 'hypervisor_unreachable' });
    expect(written(one)).toEqual([SNAPSHOT]);
    expect(written(two)).toEqual([]);
  });

  it('goes to the host that has just told of the quorum', async () => {
    const [one, two] = [await server(), await server()];
    const hypervisor = connect([one, two]);
    await hypervisor.guests();
    await one.stop();
    opened.splice(opened.length - 2, 1);
    expect(await hypervisor.snapshot(101, 'one', '')).toBe(upid('qmsnapshot'));
    expect(two.calls.slice(-2)).toEqual(['GET /cluster/status', SNAPSHOT]);
  });

  it.each<[string, Reaction, string]>([
    ['is lost', { data: STATUS.map((each) => ({ ...each, quorate: 0 })) }, 'hypervisor_no_quorum'],
    ['is not told', { data: [] }, 'hypervisor_no_quorum'],
    ['is told in words that nobody can read', { data: { quorate: 'yes' } }, 'hypervisor_refused'],
    ['may not be seen', { status: 403, words: 'Permission check failed (/, Sys.Audit)' }, 'hypervisor_forbidden'],
  ])('is not sent when the quorum %s', async (_, reaction, code) => {
    const one = await server();
    one.reactions.set('GET /cluster/status', reaction);
    const hypervisor = connect([one]);
    for (const write of [
      () => hypervisor.snapshot(101, 'one', ''),
      () => hypervisor.revert(101, 'before'),
      () => hypervisor.deleteSnapshot(101, 'before'),
      () => hypervisor.start(101),
      () => hypervisor.shutdown(101, 60_000),
      () => hypervisor.stop(101),
      () => hypervisor.backup(101, 'local', ''),
      () => hypervisor.stopTask(upid('vzdump')),
    ])
      await expect(write()).rejects.toMatchObject({ code });
    expect(written(one)).toEqual([]);
  });

  it('needs no quorum on a machine that is in no cluster', async () => {
    const one = await server();
    one.reactions.set('GET /cluster/status', { data: STATUS.slice(1, 2) });
    const hypervisor = connect([one]);
    expect(await hypervisor.cluster()).toMatchObject({ name: null, quorate: true, nodes: [{ name: 'alice', online: true }] });
    expect(await hypervisor.snapshot(101, 'one', '')).toBe(upid('qmsnapshot'));
  });
});

describe('a request', () => {
  it('has a limit in time', async () => {
    const one = await server();
    one.reactions.set('GET /cluster/resources', silence);
    await expect(connect([one]).guests()).rejects.toMatchObject({
      code: 'hypervisor_unreachable',
      params: { reason: 'no answer within 2000 ms' },
    });
  });

  it('has one for an answer that stalls half-way, too', async () => {
    const one = await server();
    one.reactions.set('GET /cluster/resources', (response) => void response.write('{"data":['));
    await expect(connect([one]).guests()).rejects.toMatchObject({ code: 'hypervisor_unreachable' });
  });

  it('ends with the reason of its signal', async () => {
    const one = await server();
    const reason = new Error('cancelled');
    for (const call of ['GET /cluster/resources', SNAPSHOT]) {
      const stopping = new AbortController();
      one.reactions.set(call, () => stopping.abort(reason));
      await expect(connect([one, one], 5_000).snapshot(101, 'one', '', stopping.signal)).rejects.toBe(reason);
      one.reactions.delete(call);
    }
    await expect(connect([one]).guests(AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('is made again when a connection that was kept has been closed', async () => {
    const one = await server();
    const hypervisor = connect([one], 5_000);
    await hypervisor.guests();
    let closed = 0;
    one.reactions.set('GET /cluster/resources', (response) => {
      closed += 1;
      one.reactions.delete('GET /cluster/resources');
      response.destroy();
    });
    expect(await hypervisor.guests()).toHaveLength(2);
    expect(closed).toBe(1);
  });

  it.each<[string, Reaction, string]>([
    ['no JSON', page, 'hypervisor_unreachable'],
    ['no data', bare, 'hypervisor_unreachable'],
    ['nothing', blank, 'hypervisor_unreachable'],
    ['another shape', { data: [{ vmid: 'many' }] }, 'hypervisor_refused'],
    ['null', { data: null }, 'hypervisor_refused'],
  ])('is not taken for answered by %s', async (_, reaction, code) => {
    const one = await server();
    one.reactions.set('GET /cluster/resources', reaction);
    await expect(connect([one]).guests()).rejects.toMatchObject({ code });
  });
});
