import { describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { disks } from '#app/app/systems/disks.ts';
import { lookAtDisks } from '#app/app/systems/disks/doctor.ts';
import { PRIVATE_KEY, secretFile } from '#test/config/sample.ts';
import { MemoryDisks } from '#test/lab/disks/memory-disks.ts';
import { examination, examine } from './examine.ts';

const KEY = `\${file:${secretFile('ssh-key', PRIVATE_KEY)}}`;
const HOSTS = `hosts:\n  alice: { ssh: { host: root@127.0.0.1:1, key: "${KEY}", host_key: "SHA256:${'A'.repeat(43)}" } }\n`;

describe('doctor, of disks', () => {
  const about = examination(HOSTS);

  it('says so when no machine is configured', async () => {
    expect(await examine(disks, examination())).toEqual([
      { what: 'disks', ok: true, absent: true, detail: 'no hosts configured: no RAID, no SMART' },
    ]);
  });

  it('sees arrays and disks; a machine without smartctl is well', async () => {
    const lab = new MemoryDisks(['alice', 'bob']);
    lab.unasked.add('bob');
    expect(await lookAtDisks(lab, about)).toEqual([
      { what: 'RAID of alice', ok: true, detail: 'md0, md1 whole' },
      { what: 'SMART of alice', ok: true, detail: '4 of 4 disks have it' },
      { what: 'RAID of bob', ok: true, detail: 'md0, md1 whole' },
      { what: 'SMART of bob', ok: true, detail: 'no smartctl there: nobody sees a disk fail before it does (smartmontools)' },
    ]);
  });

  it('names an array that lacks a disk, and what the account may not ask', async () => {
    const lab = new MemoryDisks(['alice', 'bob']);
    lab.fail('alice', 'md0', 'WD-LAB0001');
    lab.trouble.set('bob', new VigieError('disks_forbidden', { host: 'bob', command: 'mdadm', sudoers: 'vigie ALL=…' }));
    expect((await lookAtDisks(lab, about)).filter(({ ok }) => !ok)).toEqual([
      { what: 'RAID of alice', ok: false, detail: 'md0 is degraded: disks alice' },
      { what: 'RAID of bob', ok: false, detail: 'disks_forbidden' },
      { what: 'SMART of bob', ok: false, detail: 'disks_forbidden' },
    ]);
  });

  it('is connected from the configuration, and asks nobody before it is used', async () => {
    expect(await examine(disks, about)).toEqual([
      { what: 'RAID of alice', ok: false, detail: 'ssh_unreachable' },
      { what: 'SMART of alice', ok: false, detail: 'ssh_unreachable' },
    ]);
  });
});
