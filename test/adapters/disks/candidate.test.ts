import { describe, expect, it } from 'vitest';
import { createDisks } from '#adapters/disks/create-disks.ts';
import type { CommandResult } from '#ports/remote.ts';
import { diskLines } from './recorded.ts';
import { remoteThat } from './remote-that.ts';

const KERNEL = `tool\tmdadm\t-\t-\narray\tmd0\tlevel\traid1\n${diskLines('sda', 'ata1', 'WD-LAB0001')}${diskLines('sdb', 'ata2', 'WD-LAB0000')}`;
const FREE = 'size\t196608\t194560\n';

/** A machine on which the script says so, asked as an account that is not root. */
function machine(told: string, more: Partial<CommandResult> = {}) {
  const asked: string[][] = [];
  const remote = remoteThat((command) => {
    if (!command.includes('vigie')) return { code: 0, stdout: KERNEL, stderr: '' };
    asked.push([...command].slice(command.indexOf('vigie')));
    return { code: 0, stdout: told, stderr: '', ...more };
  });
  return { asked, disks: createDisks([{ name: 'alice', aliases: [], remote, sudo: true }]) };
}

describe('a disk for an array', () => {
  it('is asked for by the serial number that the kernel has, whatever its capitals', async () => {
    const { asked, disks } = machine(`${FREE}returns\t-\t-\n`);
    expect(await disks.candidate('alice', 'md0', 'wd-lab0000')).toMatchObject({
      serial: 'WD-LAB0000',
      port: 'ata2',
      sizeBytes: 196_608 * 512,
      neededBytes: 194_560 * 512,
      member: null,
      returns: true,
      uses: [],
      partition: null,
    });
    expect(asked).toEqual([['vigie', 'look', 'md0', 'WD-LAB0000', 'sudo']]);
  });

  it.each([
    ['in_sync', 'active'],
    ['in_sync,write_mostly', 'active'],
    ['faulty', 'faulty'],
    ['spare', 'spare'],
  ])('that the array has as %s is %s', async (said, member) => {
    expect(await machine(`${FREE}mine\t${said}\t-\n`).disks.candidate('alice', 'md0', 'WD-LAB0000')).toMatchObject({ member });
  });

  it('is told with all that it is in use for, and with the partition that is meant', async () => {
    const told = `partition\t2\tthere\nother\tWD-LAB0001\t-\n${FREE}use\tmounted\t/srv\nuse\tswap\t-\nuse\tnonsense\t-\n`;
    expect(await machine(told).disks.candidate('alice', 'md0', 'WD-LAB0000')).toMatchObject({
      uses: [
        { kind: 'mounted', name: '/srv' },
        { kind: 'swap', name: '-' },
      ],
      partition: { number: 2, there: true, other: 'WD-LAB0001' },
    });
  });

  it.each([
    ['refuse\ttwice\t-\n', { code: 'disk_twice', params: { serial: 'WD-LAB0000' } }],
    ['refuse\tdisk\t-\n', { code: 'disk_unknown', params: { known: ['WD-LAB0001', 'WD-LAB0000'] } }],
    ['refuse\tarray\t-\n', { code: 'array_unknown', params: { known: ['md0'] } }],
    [`${FREE}refuse\tdetail\t-\n`, { code: 'disks_refused' }],
    ['', { code: 'disks_refused' }],
  ])('is none where the machine says %j', async (told, error) => {
    await expect(machine(told).disks.candidate('alice', 'md0', 'WD-LAB0000')).rejects.toMatchObject(error);
  });

  it.each([
    [`${FREE}use\tcontent\text4\nrefuse\tused\t-\n`, { code: 'disk_in_use', params: { use: 'content', name: 'ext4', number: null } }],
    [
      `partition\t2\tthere\nother\tA\t-\n${FREE}use\tswap\t-\nrefuse\tused\t-\n`,
      { code: 'disk_in_use', params: { use: 'swap', number: 2 } },
    ],
    [`partition\t2\tabsent\nother\tA\t-\n${FREE}refuse\tpartition\t-\n`, { code: 'array_of_partitions', params: { other: 'A' } }],
    [`${FREE}refuse\tsmall\t-\n`, { code: 'disk_too_small' }],
    [`${FREE}refuse\tstate\tclean\n`, { code: 'array_takes_none', params: { state: 'clean' } }],
  ])('is not put in where the machine says %j', async (told, error) => {
    await expect(machine(told).disks.add('alice', 'md0', 'WD-LAB0000')).rejects.toMatchObject(error);
  });

  it('says what mdadm said when it took none', async () => {
    const stderr = 'mdadm: /dev/sdb not large enough to join array\n';
    await expect(machine(`${FREE}refuse\tmdadm\t-\n`, { stderr }).disks.add('alice', 'md0', 'WD-LAB0000')).rejects.toMatchObject({
      code: 'disks_refused',
      params: { command: 'mdadm', reason: 'mdadm: /dev/sdb not large enough to join array' },
    });
  });

  it('says which line of sudoers is missing, and nothing that follows from it', async () => {
    const stderr = 'sudo: a password is required\n';
    await expect(machine(`${FREE}use\tunread\tblkid\n`, { stderr }).disks.candidate('alice', 'md0', 'WD-LAB0000')).rejects.toMatchObject({
      code: 'disks_forbidden',
      params: { sudoers: expect.stringContaining('/usr/sbin/blkid ^-p -o export /dev/[0-9a-z]+$') },
    });
  });
});
