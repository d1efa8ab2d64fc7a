import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHosts } from '#adapters/hosts/create-hosts.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import type { Hosts } from '#ports/hosts.ts';
import { Scene, textOf } from '#test/acceptance/scene.ts';
import { AT_FIRST, ELSEWHERE, FailoverLab, FLOATING } from './failover-lab.ts';
import { freePort } from './free-port.ts';
import { MachinesLab, type RealMachine } from './machines/machines-lab.ts';
import { until } from './swarm.ts';

const [ON, OFF] = [2, 8];

describe('a failover, on a machine in QEMU, BIND and Knot, and a network of its own', () => {
  let house: FailoverLab;
  let lab: MachinesLab;
  let machine: RealMachine;
  let scene: Scene;
  let reached: Hosts;
  let isCut = false;
  // Also what was opened before something else could not be: what is left holds up the end of all tests.
  const owned = new AsyncDisposableStack();
  beforeEach(() => house.prepare(), 60_000);
  beforeAll(async () => {
    house = await FailoverLab.open();
    owned.defer(() => house.close());
    lab = await MachinesLab.open('pica01', 'pica02');
    owned.defer(() => lab.close());
    // It serves meanwhile, and nobody may touch it.
    await lab.machine('pica02').machine('on');
    machine = lab.machine('pica01');
    const remote = await machine.remote();
    const nowhere = connectRemote({
      host: '127.0.0.1',
      port: await freePort(),
      user: 'root',
      privateKey: await machine.key(),
      hostKey: `SHA256:${'A'.repeat(43)}`,
      timeoutMs: 2_000,
    });
    const [near, far] = [remote, nowhere].map((way) => createHosts([{ name: 'pica01', aliases: [], partials: [], remote: way }]));
    if (near === undefined || far === undefined) throw new Error('no hosts');
    reached = { ...near, fileSystems: async (host, signal) => await (isCut ? far : near).fileSystems(host, signal) };
    const power = lab.power({ facts: { host: 'pica01' } });
    scene = await Scene.open({ speed: 1, systems: { power, hosts: reached, names: house.names, network: house.network } });
    owned.defer(() => scene.close());
  });
  afterAll(() => owned.disposeAsync());

  const asked = async (command: string, pattern: RegExp) => {
    await scene.say('alice', `@vigie ${command}`);
    return await scene.post(pattern);
  };
  const agreed = async (command: string): Promise<{ readonly text: string; readonly approvedAt: number }> => {
    const post = await asked(command, new RegExp(`\\*\\*${command}\\*\\*[^]*Waiting for`, 'u'));
    const approvedAt = Date.now();
    await scene.who('bob').react(post.id, 'white_check_mark');
    return { text: textOf(await scene.reads(post, /^(?:✅|❌)/u, 150_000)), approvedAt };
  };
  const booted = async (): Promise<void> => {
    await machine.machine('on');
    await machine.machine('wait', '120');
  };

  it('moves a name and an address away once its power was pulled, within a minute, and brings them back', async () => {
    await machine.machine('off');
    await house.net.plug('pica01', false);
    const over = agreed('failover pica01');
    await until('pica02 answers', async () => (await house.net.answering(FLOATING)) === 'pica02');
    const movedAt = Date.now();
    const { text, approvedAt } = await over;
    expect(text).toMatch(/^✅/u);
    // What an outside client loses after the approval; the name is to be elsewhere within a minute.
    expect(movedAt - approvedAt).toBeLessThan(30_000);
    expect(await house.where()).toEqual(ELSEWHERE);

    await booted();
    await house.net.plug('pica01', true);
    const back = await agreed('failback pica01');
    expect(back.text).toMatch(/^✅/u);
    expect(await house.where()).toEqual(AT_FIRST);
  });

  it('gives a guest of the cluster to another machine, once', async () => {
    // As Proxmox keeps them, on a machine whose files are its own.
    await machine.machine('ssh', 'mkdir -p /etc/pve/nodes/alice/qemu-server /etc/pve/nodes/bob/qemu-server');
    await machine.machine('ssh', 'echo onboot: 1 > /etc/pve/nodes/alice/qemu-server/101.conf');
    const place = { node: 'alice', kind: 'qemu', vmid: 101 } as const;
    expect(await reached.guestSettings('pica01', place)).toBe('onboot: 1\n');
    await reached.takeGuest('pica01', place, 'bob');
    await reached.takeGuest('pica01', place, 'bob');
    expect(await reached.guestSettings('pica01', place)).toBeNull();
    expect(await reached.guestSettings('pica01', { ...place, node: 'bob' })).toBe('onboot: 1\n');
  });

  it('moves nothing of a machine that is only cut off until its power is off for sure', async () => {
    await booted();
    await house.net.plug('pica01', false);
    isCut = true;
    try {
      await machine.tell({ drop: 1_000 });
      const refused = textOf(await asked('failover pica01', /Nobody can prove/u));
      expect(refused).toContain('failover pica01 --confirmed-off');
      expect(await house.where()).toEqual({ ...AT_FIRST, address: null });
      await machine.tell({ drop: 0 });
      const { text } = await agreed('failover pica01');
      expect(text).toMatch(/^✅/u);
      expect((await machine.tell()).power).toBe(OFF);
      expect((await lab.machine('pica02').tell()).power).toBe(ON);
      expect(await house.where()).toEqual(ELSEWHERE);
    } finally {
      isCut = false;
      await machine.tell({ drop: 0 });
    }
  });
});
