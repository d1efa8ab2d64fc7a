import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { textOf } from '#domain/console/text-mode.ts';
import { connectProxmox } from '#adapters/proxmox/connect-proxmox.ts';
import { readScreen } from '#adapters/rfb/read-screen.ts';
import { createHosts } from '#adapters/hosts/create-hosts.ts';
import type { Remote } from '#ports/remote.ts';
import { Scene, textOf as textOfPost } from '#test/acceptance/scene.ts';
import { consoleContract } from '#test/contract/console.contract.ts';
import { recordedScreen } from '#test/lab/machines/recorded-screen.ts';
import { RealCluster } from './proxmox/cluster.ts';
import { until } from './swarm.ts';
import { MADE_BY_AMT, powerContract } from '#test/contract/power.contract.ts';
import { MachinesLab, type RealMachine } from './machines/machines-lab.ts';

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
    ...MADE_BY_AMT,
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

describe('AMT’s stand-in, in its moods', () => {
  const alice = (): RealMachine => lab.machine('alice');

  it('wants another nonce for every request, which is no refusal', async () => {
    await alice().tell({ nonce_uses: 1 });
    const power = lab.power();
    for (let times = 0; times < 3; times += 1) expect((await power.state('alice')).state).toMatch(/^o(?:n|ff)$/u);
    expect(await power.refusals()).toEqual([]);
    await alice().tell({ nonce_uses: 20 });
  });

  it('takes its time, and is waited for', async () => {
    await alice().tell({ slow: 1.5 });
    expect((await lab.power().state('alice')).state).toMatch(/^o(?:n|ff)$/u);
    await alice().tell({ slow: 0 });
  });

  it('refuses the next change before the last one is over', async () => {
    const power = lab.power();
    if ((await power.state('alice')).state === 'off') await power.change('alice', 'on');
    await alice().tell({ settle: 5 });
    await sleep(SETTLE_MS);
    await power.change('alice', 'cycle');
    await expect(power.change('alice', 'off')).rejects.toMatchObject({ code: 'machine_refused', params: { value: 4099 } });
    await alice().tell({ settle: 1 });
    await sleep(5_000);
  });

  it('locks out even the right password after ten wrong ones; vigie stops at the first, and goes on when somebody says so', async () => {
    for (let times = 0; times < 10; times += 1)
      await lab
        .power({ password: 'P@ssw0rt' })
        .state('alice')
        .catch(() => undefined);
    const power = lab.power();
    await expect(power.state('alice')).rejects.toMatchObject({ code: 'machine_password' });
    const { failures } = await alice().tell();
    await expect(power.state('alice')).rejects.toMatchObject({ code: 'machine_password' });
    expect((await alice().tell()).failures).toBe(failures);
    await sleep(5_500);
    expect(await power.again('alice')).toBe(true);
    expect((await power.state('alice')).state).toMatch(/^o(?:n|ff)$/u);
  });
});

describe('vigie, of a machine in QEMU', () => {
  let scene: Scene;
  let remote: Remote;
  beforeAll(async () => {
    await lab.machine('alice').machine('off');
    await booted();
    remote = await lab.machine('alice').remote();
    const hosts = createHosts([{ name: 'alice', aliases: [], partials: [], remote }]);
    scene = await Scene.open({ speed: 1, systems: { power: lab.power({ facts: { host: 'alice' } }), hosts } });
  });
  afterAll(async () => {
    await scene.close();
    await remote.close();
  });

  const agreed = async (command: string): Promise<string> => {
    await scene.say('alice', `@vigie ${command}`);
    const post = await scene.post(new RegExp(`\\*\\*${command.split(' --')[0]}\\*\\*[^]*Waiting for`, 'u'));
    await scene.who('bob').react(post.id, 'white_check_mark');
    return textOfPost(await scene.reads(post, /Done in|Failed/u, 120_000));
  };

  it('sees it from all sides', async () => {
    await scene.say('zoe', '@vigie machines');
    expect(textOfPost(await scene.post(/1 machine/u))).toMatch(/🟢 `alice` \*\*on\*\*[^]*AMT 🟢 · SSH 🟢/u);
  });

  it('shuts it down over SSH, proves it off, and switches it on again', async () => {
    expect(await agreed('power-off alice')).toMatch(/`alice` is off, by AMT's own word/u);
    expect((await lab.machine('alice').tell()).power).toBe(8);
    expect(await agreed('power-on alice')).toMatch(/`alice` is on, by AMT's own word/u);
    await lab.machine('alice').machine('wait', '120');
  });

  it('resets it into a boot from the network, and shows that', async () => {
    expect(await agreed('reset alice --boot pxe')).toMatch(/`alice` began anew, its firmware noted the boot/u);
    await until('the network', async () => /iPXE/u.test(await wordsOf().catch(() => '')));
    await scene.say('alice', '@vigie console alice');
    expect(textOfPost(await scene.post(/🖥️/u))).toMatch(/iPXE/u);
  });

  it('cuts its power while its system hangs', async () => {
    expect(await agreed('power-off alice --hard')).toMatch(/Done in/u);
    expect((await lab.machine('alice').tell()).power).toBe(8);
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
