import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { textOf } from '#domain/console/text-mode.ts';
import { connectProxmox } from '#adapters/proxmox/connect-proxmox.ts';
import { readScreen } from '#adapters/rfb/read-screen.ts';
import { consoleContract } from '#test/contract/console.contract.ts';
import { recordedScreen } from '#test/lab/machines/recorded-screen.ts';
import { RealCluster } from './proxmox/cluster.ts';
import { until } from './swarm.ts';
import { powerContract } from '#test/contract/power.contract.ts';
import { MachinesLab } from './machines/machines-lab.ts';

/** What a token needs to look at guests. */
const RIGHTS = ['VM.Audit', 'Sys.Audit', 'Datastore.Audit'];
/** A second is what the stand-in takes for a change by itself. */
const SETTLE_MS = 1_200;

let lab: MachinesLab;
beforeAll(async () => {
  lab = await MachinesLab.open('alice');
});
afterAll(() => lab.close());

powerContract('AMT in front of a machine in QEMU, through a bounce', async () => {
  const alice = lab.machine('alice');
  return {
    power: lab.power(),
    stranger: lab.power({ password: 'P@ssw0rt' }),
    away: lab.power({ web: 1 }),
    boots: async () => (await alice.tell()).boots.map((boot) => (boot === 'network' ? 'pxe' : boot)),
    settled: () => sleep(SETTLE_MS),
    failures: async () => (await alice.tell()).failures,
    drop: async (requests) => void (await alice.tell({ drop: requests })),
    close: () => Promise.resolve(),
  };
});

consoleContract('AMT in front of a machine in QEMU, through a bounce', true, async () => {
  await booted();
  return {
    console: lab.power(),
    name: 'alice',
    stranger: lab.power({ vncPassword: 'Lab!4321' }),
    beOff: async () => void (await lab.machine('alice').machine('off')),
    beOn: booted,
    close: () => Promise.resolve(),
  };
});

/** Switched on, and at its login. */
async function booted(): Promise<void> {
  const alice = lab.machine('alice');
  await alice.machine('on');
  await alice.machine('wait', '120');
  await until('the login', async () => (await wordsOf()).includes('login:'));
}

async function wordsOf(): Promise<string> {
  return textOf(await lab.power().screen('alice'))?.join('\n') ?? '';
}

describe('a machine in QEMU', () => {
  it('lets its console be seen by one at a time, and its power not be cut meanwhile', async () => {
    await booted();
    const power = lab.power();
    const alice = lab.machine('alice');
    const stream = await lab.remote.openPort('127.0.0.1', alice.vnc);
    stream.once('data', () => stream.write('RFB 003.008\n'));
    await until('the session', async () => (await alice.tell()).session);
    await expect(power.screen('alice')).rejects.toMatchObject({ code: 'console_busy' });
    await expect(power.change('alice', 'off')).rejects.toMatchObject({ code: 'machine_refused', params: { value: 4097 } });
    stream.destroy();
    await until('its end', async () => !(await alice.tell()).session);
    expect(await wordsOf()).toContain('login:');
  });

  it('shows nothing without a screen that is plugged in, or a person who consents', async () => {
    const alice = lab.machine('alice');
    await alice.tell({ display: false });
    await expect(lab.power().screen('alice')).rejects.toMatchObject({ code: 'console_dark' });
    await alice.tell({ display: true, optin: true });
    await expect(lab.power().screen('alice')).rejects.toMatchObject({ code: 'console_consent' });
    await alice.tell({ optin: false });
  });

  it('shows a panic of its kernel in words', async () => {
    const alice = lab.machine('alice');
    await alice.machine('ssh', 'echo 60 > /proc/sys/kernel/panic; (sleep 1; echo c > /proc/sysrq-trigger) >/dev/null 2>&1 &');
    await until('the panic', async () => /Rebooting in 60 seconds/u.test(await wordsOf()));
  });

  it('shows that it boots from the network, once it was told to', async () => {
    const power = lab.power();
    await power.bootOnce('alice', 'pxe');
    await power.change('alice', 'reset');
    await until('the network', async () => /iPXE|No bootable device/u.test(await wordsOf().catch(() => '')));
  });
});

describe('Proxmox', () => {
  it('tells what its HA looks after', async () => {
    const cluster = await RealCluster.start();
    const [{ url, fingerprint } = { url: '', fingerprint: '' }] = cluster.hosts;
    const hypervisor = connectProxmox({
      hosts: [{ kind: 'api', url, fingerprint, token: cluster.token }],
      timeoutMs: 10_000,
      clock: systemClock,
    });
    try {
      expect(await hypervisor.ha()).toEqual([]);
      await cluster.order({ do: 'manage', vmid: 101 });
      expect(await hypervisor.ha()).toEqual([{ vmid: 101, node: 'alice', state: 'started' }]);
    } finally {
      await hypervisor.close();
      await cluster.close();
    }
  });
});

consoleContract('a guest of Proxmox, by a ticket and a WebSocket', false, async () => {
  const cluster = await RealCluster.start();
  const hosts = cluster.hosts.map(({ url, fingerprint }) => ({ kind: 'api' as const, url, fingerprint, token: cluster.token }));
  const hypervisor = connectProxmox({ hosts, timeoutMs: 10_000, clock: systemClock, readScreen });
  const { width, height, rgb } = recordedScreen('login');
  await cluster.order({ do: 'rights', names: [...RIGHTS, 'VM.Console'] });
  const folder = await mkdtemp(join(tmpdir(), 'screen-'));
  const file = join(folder, 'rgb');
  await writeFile(file, rgb);
  await cluster.order({ do: 'screen', vmid: 101, width, height, file });
  return {
    console: hypervisor,
    name: 'pica01',
    beOff: async () => void (await cluster.order({ do: 'off', vmid: 101, is: true })),
    beOn: async () => void (await cluster.order({ do: 'off', vmid: 101, is: false })),
    async close() {
      await hypervisor.close();
      await cluster.close();
      await rm(folder, { recursive: true });
    },
  };
});

describe('the bounce', () => {
  it('opens the ports of the machines and runs nothing', async () => {
    await expect(lab.remote.openPort('127.0.0.1', 22)).rejects.toThrow();
    expect((await lab.remote.exec(['id'])).code).not.toBe(0);
  });
});
