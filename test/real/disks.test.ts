import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDisks } from '#adapters/disks/create-disks.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import type { Remote } from '#ports/remote.ts';
import { Scene, textOf } from '#test/acceptance/scene.ts';
import { disksContract } from '#test/contract/disks.contract.ts';
import { freePort } from './free-port.ts';
import { until } from './swarm.ts';
import { MachinesLab, type RealMachine } from './machines/machines-lab.ts';

/** What the kernel takes while somebody looks, in KiB a second: a rebuild or a comparison of 95 MiB lasts then. */
const SLOW = 1_500;
const FAST = 1_000_000;
/** The machine's own names of its disks, by their serial numbers. */
const PARTS: Readonly<Record<string, string>> = {
  'WD-LAB0000': 'disk0',
  'WD-LAB0001': 'disk1',
  'SSD-LAB0000': 'ssd0',
  'SSD-LAB0001': 'ssd1',
};

let lab: MachinesLab;
let alice: RealMachine;
let remote: Remote;
// Also what was opened before something else could not be: what is left holds up the end of all tests.
const owned = new AsyncDisposableStack();
beforeAll(async () => {
  lab = await MachinesLab.open('alice');
  owned.defer(() => lab.close());
  alice = lab.machine('alice');
  await alice.machine('on');
  await alice.machine('wait', '120');
  remote = await alice.remote();
  owned.defer(() => remote.close());
});
afterAll(() => owned.disposeAsync());

const pace = (kib: number): string => `echo ${kib} > /proc/sys/dev/raid/speed_limit_min; echo ${kib} > /proc/sys/dev/raid/speed_limit_max`;
/** What its system calls a disk until the next boot, as `$disk`. */
const found = (serial: string): string =>
  `disk=$(for one in /sys/block/sd*; do grep -qa ${serial} $one/device/vpd_pg80 && echo /dev/\${one##*/}; done)`;
const part = (serial: string): string => PARTS[serial] ?? serial;
/** The disk takes nothing any more, and something is written: the array puts it out. */
async function broken(serial: string): Promise<void> {
  await alice.machine('hurt', 'dead', part(serial));
  await alice.machine('ssh', 'dd if=/dev/zero of=/dev/md0 bs=4096 count=1 conv=fsync 2>&1');
}

disksContract('a machine in QEMU with two mirrors', async () => {
  const nobody = connectRemote({
    host: '127.0.0.1',
    port: await freePort(),
    user: 'root',
    privateKey: await alice.key(),
    hostKey: `SHA256:${'A'.repeat(43)}`,
    timeoutMs: 2_000,
  });
  return {
    disks: createDisks([{ name: 'alice', aliases: [], remote, sudo: false }]),
    away: createDisks([{ name: 'alice', aliases: [], remote: nobody, sudo: false }]),
    fail: broken,
    mend: async (serial) => void (await alice.machine('heal', part(serial))),
    async empty(serial) {
      const out = 'mdadm /dev/md0 --remove $disk; dd if=/dev/zero of=$disk bs=1M count=1 conv=fsync';
      await alice.machine('ssh', `${found(serial)}; (${out}) 2>&1`);
    },
    fill: async (serial) => void (await alice.machine('ssh', `${found(serial)}; mkswap $disk 2>&1`)),
    hold: async () => void (await alice.machine('ssh', pace(SLOW))),
    finish: async () => void (await alice.machine('ssh', pace(FAST))),
    pull: async (serial) => void (await alice.machine('unplug', part(serial))),
    plug: async (serial) => void (await alice.machine('plug', part(serial))),
    warn: async (serial, warns) => void (await alice.machine('smart', part(serial), warns ? '4' : '0')),
    close: () => nobody.close(),
  };
});

describe('vigie, of a machine in QEMU with two mirrors', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open({ speed: 1, systems: { disks: createDisks([{ name: 'alice', aliases: [], remote, sudo: false }]) } });
  });
  afterAll(() => scene.close());

  const agreed = async (command: string, planned: RegExp): Promise<string> => {
    await scene.say('alice', `@vigie ${command}`);
    const post = await scene.post(planned);
    await scene.who('bob').react(post.id, 'white_check_mark');
    return textOf(await scene.reads(post, /Done in|Failed/u, 120_000));
  };
  const refused = async (command: string, words: RegExp): Promise<void> => {
    const earlier = new Set((await scene.vigiePosts()).map(({ id }) => id));
    await scene.say('alice', `@vigie ${command}`);
    await until(String(words), async () => (await scene.vigiePosts()).some((post) => !earlier.has(post.id) && words.test(textOf(post))));
  };

  it('lets an array compare its disks', async () => {
    expect(await agreed('raid-check alice md0', /\*\*Compares\*\*/u)).toContain('The disks of `md0` on `alice` hold the same.');
  });

  it('puts no disk in that is in use, that nobody knows, or that the array does not lack', async () => {
    await refused('raid-add alice md0 WD-LAB0010', /has no disk `WD-LAB0010`/u);
    await refused('raid-add alice md0 WD-LAB0001', /has `WD-LAB0001` already/u);
    await refused('raid-add alice md0 SSD-LAB0001', /lacks no disk, and none is added as a spare/u);
    await broken('WD-LAB0001');
    await refused('raid-add alice md0 SSD-LAB0001', /isn't free for `md0`: it is in the array `md1`/u);
  });

  it('puts one back in that the array had put out, until it is whole', async () => {
    await alice.machine('heal', part('WD-LAB0001'));
    await alice.machine('ssh', `${found('WD-LAB0001')}; (mdadm /dev/md0 --remove $disk; dd if=/dev/zero of=$disk bs=1M count=1) 2>&1`);
    const end = await agreed('raid-add alice md0 WD-LAB0001', /\*\*Adds\*\* `WD-LAB0001` \(ata\d+\) [^]*all of it is written over/u);
    expect(end).toContain('`md0` on `alice` is whole, with `WD-LAB0001` in it.');
    expect(await alice.machine('ssh', 'mdadm --detail --test /dev/md0')).toMatch(/State : (?:clean|active) *\n[^]*Active Devices : 2/u);
  });

  it('waits for no array that is at something else', async () => {
    await alice.machine('ssh', pace(SLOW));
    await broken('WD-LAB0001');
    await alice.machine('heal', part('WD-LAB0001'));
    await alice.machine(
      'ssh',
      `${found('WD-LAB0001')}; (mdadm /dev/md0 --remove $disk; dd if=/dev/zero of=$disk bs=1M count=1; mdadm /dev/md0 --add $disk) 2>&1`,
    );
    await refused('raid-add alice md0 SSD-LAB0001', /is at something else \(rebuilding a disk\)/u);
    await alice.machine('ssh', pace(FAST));
  });

  it('puts the same partition in where the array is made of them, once somebody made it', async () => {
    const [old, fresh] = ['SSD-LAB0000', 'SSD-LAB0001'];
    const nvme = (serial: string): string =>
      `for one in /sys/block/nvme*; do grep -q ${serial} $one/device/serial && disk=/dev/\${one##*/}; done`;
    const emptied = 'mdadm --zero-superblock $disk; dd if=/dev/zero of=$disk bs=1M count=1 conv=fsync';
    await alice.machine('ssh', `mdadm --stop /dev/md1 2>&1; for each in ${old} ${fresh}; do ${nvme('$each')}; ${emptied}; done 2>&1`);
    // One partition over all of it, in an array that lacks the other one.
    const table = String.raw`printf 'o\nn\np\n1\n\n\nw\n' | fdisk $disk`;
    const create = 'mdadm --create /dev/md1 --run --name=1 --level=1 --raid-devices=2 --metadata=1.2 --bitmap=internal ${disk}p1 missing';
    await alice.machine('ssh', `(${nvme(old)}; ${table}; ${create}) 2>&1`);
    await refused(`raid-add alice md1 ${fresh}`, /is made of partitions: `SSD-LAB0001` needs those of `SSD-LAB0000` first/u);
    await refused('raid-add alice md1 WD-LAB0000', /`WD-LAB0000` on `alice` isn't free for `md1`: it is in the array `md0`/u);
    await alice.machine('ssh', `(${nvme(fresh)}; ${table}) 2>&1`);
    const end = await agreed(`raid-add alice md1 ${fresh}`, /\*\*Adds\*\* partition 1 of `SSD-LAB0001` /u);
    expect(end).toContain('`md1` on `alice` is whole, with `SSD-LAB0001` in it.');
    expect(await alice.machine('ssh', 'mdadm --detail --test /dev/md1')).toMatch(/Active Devices : 2[^]*nvme\dn\dp1[^]*nvme\dn\dp1/u);
    await refused(`raid-add alice md1 ${fresh}`, /has `SSD-LAB0001` already/u);
  });
});
