import { expect, it } from 'vitest';
import { createHosts } from '#adapters/hosts/create-hosts.ts';
import type { CommandResult, Remote } from '#ports/remote.ts';

const refuse = (): Promise<never> => Promise.reject(new Error('not here'));
const DATASETS = ['tank/data/vm-104-disk-0', 'tank/data/vm-104-disk-1'];

/** A machine whose ZFS answers this. */
function bob(answer: Partial<CommandResult>) {
  const ran: string[] = [];
  const remote: Remote = {
    host: 'vigie@bob:22',
    openSocket: refuse,
    openPort: refuse,
    exec: async (command) => {
      ran.push(command.join(' '));
      return { code: 0, stdout: '', stderr: '', ...answer };
    },
    execStream: refuse,
    files: refuse,
    close: async () => undefined,
  };
  return { hosts: createHosts([{ name: 'bob', aliases: [], partials: [], remote }]), ran };
}

it('lists the snapshots of datasets, without asking for rights', async () => {
  const { hosts, ran } = bob({ stdout: `${DATASETS[0]}@before\n${DATASETS[1]}@__replicate_104-0_1764552000__\n` });
  expect(await hosts.zfsSnapshots('bob', DATASETS)).toEqual([`${DATASETS[0]}@before`, `${DATASETS[1]}@__replicate_104-0_1764552000__`]);
  expect(ran).toEqual([`env LC_ALL=C /usr/sbin/zfs list -H -t snapshot -o name -d 1 ${DATASETS.join(' ')}`]);
});

it('finds none of a dataset that is not there, and the others’ all the same', async () => {
  const { hosts } = bob({ code: 1, stdout: `${DATASETS[0]}@before\n`, stderr: `cannot open '${DATASETS[1]}': dataset does not exist\n` });
  expect(await hosts.zfsSnapshots('bob', DATASETS)).toEqual([`${DATASETS[0]}@before`]);
});

it.each([
  ['without ZFS', { code: 127, stderr: 'env: ‘/usr/sbin/zfs’: No such file or directory' }, /No such file/u],
  ['whose ZFS is not loaded', { code: 1, stderr: 'The ZFS modules are not loaded.' }, /not loaded/u],
  ['that breaks off', { code: null, stderr: '' }, /exit code none/u],
] as const)('says what is wrong with a machine %s', async (_what, answer, reason) => {
  await expect(bob(answer).hosts.zfsSnapshots('bob', DATASETS)).rejects.toMatchObject({
    code: 'host_refused',
    params: { reason: expect.stringMatching(reason) },
  });
});
