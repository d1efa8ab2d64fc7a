import { complainsOnlyOf, complaintOf } from '#ports/commands.ts';
import { refused, run, type Machine } from './machine.ts';

/** Whoever logs in without root's rights has no `/usr/sbin` on their path. */
const ZFS = '/usr/sbin/zfs';
const GONE = /dataset does not exist$/u;

/** Snapshots of datasets, as `DATASET@NAME`: nobody needs a right for that. @throws host_refused */
export async function zfsSnapshots(machine: Machine, datasets: readonly string[], signal?: AbortSignal): Promise<readonly string[]> {
  const command = [ZFS, 'list', '-H', '-t', 'snapshot', '-o', 'name', '-d', '1', ...datasets];
  const listed = await run(machine, command, signal);
  if (listed.code !== 0 && !complainsOnlyOf(listed, GONE)) throw refused(machine, command, complaintOf(listed));
  return listed.stdout.split('\n').filter((line) => line !== '');
}
