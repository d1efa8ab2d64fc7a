import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { connectProxmox, type ConnectedHypervisor, type ProxmoxHost } from '#adapters/proxmox/connect-proxmox.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import type { TaskEnd } from '#ports/hypervisor.ts';
import { describeHypervisor, type HypervisorLab } from '#test/contract/hypervisor.contract.ts';
import { installPvesh, labOn, RealCluster } from './proxmox/cluster.ts';
import { privateKey, realSwarm } from './swarm.ts';

const timeoutMs = 10_000;

function apiHosts({ hosts, token }: RealCluster): readonly Extract<ProxmoxHost, { kind: 'api' }>[] {
  return hosts.map(({ url, fingerprint }) => ({ kind: 'api', url, fingerprint, token }));
}

describeHypervisor('Proxmox over HTTPS', async () => {
  const cluster = await RealCluster.start();
  const hypervisor = connectProxmox({ hosts: apiHosts(cluster), timeoutMs, clock: systemClock });
  return labOn(cluster, hypervisor, async () => {
    await hypervisor.close();
    await cluster.close();
  });
});

/** The whole suite would take minutes: `pvesh` is slow, here as there. */
describe('Proxmox with pvesh over SSH', () => {
  let cluster: RealCluster;
  let hypervisor: ConnectedHypervisor;
  let lab: HypervisorLab;

  beforeAll(async () => {
    cluster = await RealCluster.start();
    const [alice] = cluster.hosts;
    if (alice === undefined) throw new Error('the cluster has no host');
    await installPvesh(alice, cluster.token);
    const { ssh } = await realSwarm();
    const remote = connectRemote({ ...ssh, privateKey: await privateKey(ssh) });
    hypervisor = connectProxmox({ hosts: [{ kind: 'ssh', remote, sudo: false }], timeoutMs: 30_000, clock: systemClock });
    lab = labOn(cluster, hypervisor, () => Promise.resolve());
  });
  beforeEach(() => lab.reset());
  afterAll(async () => {
    await hypervisor?.close();
    await cluster?.close();
  });

  async function endOf(starting: Promise<string>): Promise<TaskEnd> {
    const id = await starting;
    return await lab.until(async () => {
      const { end } = await hypervisor.task(id);
      return end.state === 'running' ? null : end;
    });
  }

  it('reads the cluster and a guest', async () => {
    expect(await hypervisor.cluster()).toMatchObject({ name: 'lab', quorate: true, nodes: [{ name: 'alice' }, { name: 'bob' }] });
    expect(await hypervisor.guest('pica01')).toMatchObject({
      vmid: 101,
      state: 'running',
      agent: 'answers',
      disks: [{ storage: 'local-lvm' }],
    });
    expect(await hypervisor.examine()).toMatchObject([{ version: '9.0.10', problem: null }]);
  });

  it('takes a snapshot, knows its task and goes back to it', async () => {
    const since = Date.now();
    expect(await endOf(hypervisor.snapshot(101, 'before', "it's “quoted”"))).toEqual({ state: 'ok' });
    expect(await hypervisor.snapshots(101)).toMatchObject([{ name: 'before', description: "it's “quoted”" }]);
    expect((await hypervisor.tasks(101, since)).map(({ kind }) => kind)).toEqual(['qmsnapshot']);
    expect(await endOf(hypervisor.revert(101, 'before'))).toEqual({ state: 'ok' });
    expect((await hypervisor.guest('pica01')).state).toBe('stopped');
  });

  it('knows the task while it runs, though pvesh would wait for its end, and stops it', async () => {
    await lab.beSlow();
    const id = await hypervisor.backup(101, 'local', 'vigie p7k');
    expect((await hypervisor.task(id)).end).toEqual({ state: 'running' });
    await hypervisor.stopTask(id);
    expect(await endOf(Promise.resolve(id))).toMatchObject({ state: 'failed' });
  });

  it('knows a task that failed at once, or had warnings, by its end', async () => {
    await lab.endNext('qmsnapshot', 'no space left in thin pool');
    expect(await endOf(hypervisor.snapshot(101, 'one', ''))).toEqual({ state: 'failed', reason: 'no space left in thin pool' });
    await lab.endNext('qmsnapshot', 'WARNINGS: 1');
    expect(await endOf(hypervisor.snapshot(101, 'two', ''))).toEqual({ state: 'warnings', count: 1 });
  });

  it('restores a guest beside the one that was backed up, changes it and removes it', async () => {
    expect(await endOf(hypervisor.backup(101, 'local', 'vigie p7k'))).toEqual({ state: 'ok' });
    const [backup] = (await hypervisor.backups(101)).files;
    if (backup === undefined) throw new Error('there is no backup');
    const order = { backup, node: 'alice', vmid: await hypervisor.freeNumber(), name: 'beside', notes: 'vigie p7k', unique: true };
    const id = await hypervisor.restore(order);
    expect(await hypervisor.task(id)).toMatchObject({ kind: 'qmrestore', vmid: order.vmid });
    expect(await endOf(Promise.resolve(id))).toEqual({ state: 'ok' });
    expect(await endOf(hypervisor.reconfigure(order.vmid, { name: 'other' }))).toEqual({ state: 'ok' });
    expect(await hypervisor.setup(order.vmid)).toMatchObject({ name: 'other', notes: 'vigie p7k', cards: [{ linked: false }] });
    expect(await endOf(hypervisor.destroy(order.vmid))).toEqual({ state: 'ok' });
    expect(await hypervisor.guests()).toHaveLength(3);
  });

  it('says what Proxmox refuses', async () => {
    await expect(hypervisor.guest('pica1')).rejects.toMatchObject({ code: 'guest_unknown' });
    await lab.lock(101, 'backup');
    await expect(hypervisor.stop(101)).rejects.toMatchObject({ code: 'guest_busy' });
    await lab.setOnline('bob', false);
    await expect(hypervisor.guest('pica02')).rejects.toMatchObject({ code: 'node_offline', params: { node: 'bob' } });
    await lab.loseQuorum();
    await expect(hypervisor.start(103)).rejects.toMatchObject({ code: 'hypervisor_no_quorum' });
    await cluster.order({ do: 'reset' });
    await cluster.order({ do: 'rights', names: ['VM.Audit', 'Sys.Audit'] });
    await expect(hypervisor.start(103)).rejects.toMatchObject({ code: 'hypervisor_refused' });
  });
});

describe('Proxmox with faults', () => {
  let cluster: RealCluster;
  const opened: ConnectedHypervisor[] = [];

  beforeAll(async () => {
    cluster = await RealCluster.start();
  });
  beforeEach(async () => {
    await cluster.order({ do: 'reset' });
  });
  afterAll(async () => {
    await Promise.all(opened.map((each) => each.close()));
    await cluster?.close();
  });

  function connect(hosts: readonly ProxmoxHost[] = apiHosts(cluster), limitMs = timeoutMs): ConnectedHypervisor {
    const hypervisor = connectProxmox({ hosts, timeoutMs: limitMs, clock: systemClock });
    opened.push(hypervisor);
    return hypervisor;
  }

  it('refuses a host of another certificate', async () => {
    const [alice, bob] = apiHosts(cluster);
    const crossed = alice === undefined || bob === undefined ? [] : [{ ...alice, fingerprint: bob.fingerprint }];
    await expect(connect(crossed).guests()).rejects.toMatchObject({
      code: 'hypervisor_fingerprint',
      params: { expected: bob?.fingerprint, got: alice?.fingerprint },
    });
  });

  it('is refused with another token', async () => {
    const hosts = apiHosts(cluster).map((host) => ({ ...host, token: 'vigie@pve!ops=00000000-0000-0000-0000-000000000000' }));
    await expect(connect(hosts).guests()).rejects.toMatchObject({ code: 'hypervisor_refused', params: { status: 401 } });
  });

  it('names the right that lacks', async () => {
    await cluster.order({ do: 'rights', names: ['VM.Audit', 'Sys.Audit', 'Datastore.Audit', 'Datastore.AllocateSpace'] });
    const hypervisor = connect();
    await expect(hypervisor.snapshot(101, 'one', '')).rejects.toMatchObject({
      code: 'hypervisor_forbidden',
      params: { missing: 'VM.Snapshot (/vms/101)' },
    });
    await expect(hypervisor.stop(101)).rejects.toMatchObject({ params: { missing: 'VM.PowerMgmt (/vms/101)' } });
    await expect(hypervisor.backups(null)).rejects.toMatchObject({ params: { missing: 'VM.Backup' } });
    expect(await hypervisor.privileges()).toEqual({
      missing: ['VM.Snapshot', 'VM.Snapshot.Rollback', 'VM.Backup', 'VM.PowerMgmt', 'VM.Migrate'],
      narrow: [],
      agents: false,
      screens: false,
      restoring: ['VM.Allocate', 'VM.Config.Options', 'VM.Config.Network', 'SDN.Use'],
    });
    await cluster.order({ do: 'rights', names: ['VM.Audit'] });
    await expect(hypervisor.storages()).rejects.toMatchObject({ code: 'hypervisor_forbidden' });
  });

  it('goes on with the second host when the first one dies, and back', async () => {
    const hypervisor = connect();
    const [first, second] = cluster.hosts.map(({ port }) => port);
    expect((await hypervisor.examine()).map(({ problem }) => problem)).toEqual([null, null]);
    for (const dead of [first, second]) {
      await cluster.order({ do: 'down', ports: [dead] });
      expect(await hypervisor.guests()).toHaveLength(3);
      const id = await hypervisor.snapshot(101, `with-${dead === first ? 'second' : 'first'}`, '');
      expect((await hypervisor.task(id)).kind).toBe('qmsnapshot');
    }
    await cluster.order({ do: 'down', ports: [first, second] });
    await expect(hypervisor.guests()).rejects.toMatchObject({ code: 'hypervisor_unreachable' });
  });

  it.each(['lose', 'garble', 'stall'])('does not write again after an answer that they %s', async (how) => {
    const hypervisor = connect(apiHosts(cluster), 1_000);
    await hypervisor.guests();
    const before = Number(await cluster.order({ do: 'count' }));
    await cluster.order({ do: 'spoil', method: 'POST', how });
    await expect(hypervisor.snapshot(101, 'one', '')).rejects.toMatchObject({ code: 'hypervisor_unreachable' });
    // What garbles and stalls stands before the API; only the lost answer was one.
    expect(Number(await cluster.order({ do: 'count' })) - before).toBe(how === 'lose' ? 1 : 0);
  });

  it('reads from the other host what one garbles or does not answer', async () => {
    for (const how of ['garble', 'stall', 'lose']) {
      await cluster.order({ do: 'spoil', method: 'GET', how });
      expect(await connect(apiHosts(cluster), 1_000).guests()).toHaveLength(3);
    }
  });
});
