import { createDisks } from '#adapters/disks/create-disks.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import { disksContract } from '#test/contract/disks.contract.ts';
import { freePort } from './free-port.ts';
import { MachinesLab } from './machines/machines-lab.ts';

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

disksContract('a machine in QEMU with two mirrors', async () => {
  const lab = await MachinesLab.open('alice');
  const alice = lab.machine('alice');
  await alice.machine('on');
  await alice.machine('wait', '120');
  const remote = await alice.remote();
  const nobody = connectRemote({
    host: '127.0.0.1',
    port: await freePort(),
    user: 'root',
    privateKey: await alice.key(),
    hostKey: `SHA256:${'A'.repeat(43)}`,
    timeoutMs: 2_000,
  });
  const part = (serial: string): string => PARTS[serial] ?? serial;
  const pace = (kib: number): string =>
    `echo ${kib} > /proc/sys/dev/raid/speed_limit_min; echo ${kib} > /proc/sys/dev/raid/speed_limit_max`;
  /** What its system calls a disk until the next boot, as `$disk`. */
  const found = (serial: string): string =>
    `disk=$(for one in /sys/block/sd*; do grep -qa ${serial} $one/device/vpd_pg80 && echo /dev/\${one##*/}; done)`;
  return {
    disks: createDisks([{ name: 'alice', aliases: [], remote, sudo: false }]),
    away: createDisks([{ name: 'alice', aliases: [], remote: nobody, sudo: false }]),
    async fail(serial) {
      await alice.machine('hurt', 'dead', part(serial));
      await alice.machine('ssh', 'dd if=/dev/zero of=/dev/md0 bs=4096 count=1 conv=fsync 2>&1');
    },
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
    async close() {
      await remote.close();
      await nobody.close();
      await lab.close();
    },
  };
});
