import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { connectProxmox, type ConnectedHypervisor } from '#adapters/proxmox/connect-proxmox.ts';
import { Scene, textOf, until } from '#test/acceptance/scene.ts';
import type { SeenPost } from '#test/lab/mattermost/seen.ts';
import { RealCluster } from './proxmox/cluster.ts';

const YES = 'white_check_mark';
const SLOW_MS = 60_000;

let cluster: RealCluster;
let hypervisor: ConnectedHypervisor;
let scene: Scene;

beforeAll(async () => {
  cluster = await RealCluster.start();
  const hosts = cluster.hosts.map(({ url, fingerprint }) => ({ kind: 'api', url, fingerprint, token: cluster.token }) as const);
  hypervisor = connectProxmox({ hosts, timeoutMs: 10_000, clock: systemClock });
});
beforeEach(async () => {
  await cluster.order({ do: 'reset' });
  scene = await Scene.open({ speed: 1, systems: { hypervisor } });
});
afterEach(() => scene.close());
afterAll(async () => {
  await hypervisor?.close();
  await cluster?.close();
});

async function ask(command: string, pattern: RegExp): Promise<SeenPost> {
  await scene.say('alice', `@vigie ${command}`);
  return await until(
    async () => (await scene.vigiePosts()).findLast((post) => pattern.test(textOf(post))),
    `a post like ${pattern}`,
    () => scene.transcript(),
    SLOW_MS,
  );
}

async function ends(post: SeenPost, pattern = /Done in/u): Promise<string> {
  return await until(
    async () => {
      const text = textOf(await scene.admin.me.post(post.id));
      return pattern.test(text) ? text : undefined;
    },
    `the post to read ${pattern}`,
    () => scene.transcript(),
    SLOW_MS,
  );
}

async function agreed(command: string): Promise<string> {
  const post = await ask(command, /Waiting for/u);
  await scene.who('bob').react(post.id, YES);
  return await ends(post);
}

describe('vigie over Proxmox', () => {
  it('shows the guests', async () => {
    const text = textOf(await ask('vms', /3 VMs/u));
    expect(text).toMatch(/🟢 `pica01` on alice/u);
    expect(text).toMatch(/🔴 `scratch` on alice, off/u);
  });

  it('takes a snapshot, goes back to it while the first host is dead, and starts the guest again', async () => {
    await ends(await ask('snapshot pica01 before', /snapshot pica01/u));
    const [snapshot] = await hypervisor.snapshots(101);
    expect(snapshot?.name).toMatch(/^vigie-\d{8}-\d{4}-before$/u);
    await cluster.order({ do: 'down', ports: [cluster.hosts[0]?.port] });
    await agreed(`revert pica01 ${snapshot?.name}`);
    expect((await hypervisor.guest('pica01')).state).toBe('running');
    expect((await hypervisor.tasks(101, 0)).map(({ kind }) => kind)).toEqual(['qmstart', 'qmrollback', 'qmsnapshot']);
  });

  it('restores a guest beside the live one, in its place, and goes back', async () => {
    const task = await hypervisor.backup(101, 'local', 'nightly');
    await until(
      async () => ((await hypervisor.task(task)).end.state === 'ok' ? true : undefined),
      'a backup',
      () => scene.transcript(),
      SLOW_MS,
    );
    const beside = await ask('restore-vm pica01', /Waiting for/u);
    await scene.who('alice').react(beside.id, YES);
    expect(await ends(beside)).toMatch(/`pica01-restored` is there, under the number \d+/u);
    const made = await hypervisor.guest('pica01-restored');
    expect(made).toMatchObject({ node: 'alice', state: 'stopped' });
    expect((await hypervisor.setup(made.vmid)).cards).toEqual([{ key: 'net0', linked: false }]);
    const [, id = ''] = /`restore-vm-undo (\w+)`/u.exec(await ends(beside)) ?? [];
    await agreed(`restore-vm-undo ${id}`);
    expect((await hypervisor.guests()).map(({ name }) => name)).toEqual(['pica01', 'pica02', 'scratch']);

    await cluster.order({ do: 'off', vmid: 101, is: true });
    const place = await agreed('restore-vm pica01 --in-place');
    const restored = await hypervisor.guest('pica01');
    expect(restored.vmid).not.toBe(101);
    expect((await hypervisor.setup(restored.vmid)).cards).toEqual([{ key: 'net0', linked: true }]);
    expect((await hypervisor.guest('101')).name).toMatch(/^pica01-before-/u);
    const [, again = ''] = /`restore-vm-undo (\w+)`/u.exec(place) ?? [];
    await agreed(`restore-vm-undo ${again}`);
    expect((await hypervisor.guest('pica01')).vmid).toBe(101);
    expect((await hypervisor.setup(101)).cards).toEqual([{ key: 'net0', linked: true }]);
  });

  it('empties a hypervisor, and fills it again', async () => {
    const done = await agreed('evacuate alice');
    expect(done).toMatch(/`alice` is empty: `pica01` and `scratch` have moved/u);
    expect((await hypervisor.guests()).map(({ name, node }) => [name, node])).toEqual([
      ['pica01', 'bob'],
      ['pica02', 'bob'],
      ['scratch', 'bob'],
    ]);
    const [, id = ''] = /`evacuate-undo (\w+)`/u.exec(done) ?? [];
    await agreed(`evacuate-undo ${id}`);
    expect((await hypervisor.guest('pica01')).node).toBe('alice');
    expect((await hypervisor.guest('scratch')).node).toBe('alice');
  });

  it('shows why a task failed', async () => {
    await cluster.order({ do: 'end', kind: 'qmsnapshot', end: 'no space left in thin pool' });
    expect(await ends(await ask('snapshot pica01', /snapshot pica01/u), /Failed/u)).toContain('no space left in thin pool');
  });

  it('finds a snapshot again whose answer was lost, and takes no second one', async () => {
    await cluster.order({ do: 'spoil', method: 'POST', how: 'lose' });
    await ends(await ask('snapshot pica01', /snapshot pica01/u));
    expect((await hypervisor.tasks(101, 0)).map(({ kind }) => kind)).toEqual(['qmsnapshot']);
    expect(await hypervisor.snapshots(101)).toHaveLength(1);
  });

  it('changes nothing without quorum', async () => {
    await cluster.order({ do: 'quorum', has: false });
    await ask('snapshot pica01', /no quorum/u);
    expect(await hypervisor.tasks(101, 0)).toEqual([]);
  });
});
