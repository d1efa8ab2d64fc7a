import type { DisksReader } from '#ports/disks.ts';
import { absent, bad, good, type Finding, type Words } from '../../finding.ts';
import type { Examination } from '../system.ts';

/** Whether each machine shows its arrays and its disks; a machine that has none, or nothing to ask them with, is well. */
export async function lookAtDisks(disks: DisksReader | null, { words }: Examination): Promise<readonly Finding[]> {
  if (disks === null) return [absent('disks', 'no hosts configured: no RAID, no SMART')];
  const found = await Promise.all(
    disks.machines().map((name) => Promise.all([lookAtArrays(disks, name, words), lookAtSmart(disks, name, words)])),
  );
  return found.flat();
}

async function lookAtArrays(disks: DisksReader, name: string, words: Words): Promise<Finding> {
  const what = `RAID of ${name}`;
  try {
    const arrays = await disks.arrays(name);
    const broken = arrays.filter(({ state }) => state !== 'whole').map((array) => `${array.name} is ${array.state}`);
    if (broken.length > 0) return bad(what, `${broken.join(', ')}: disks ${name}`);
    return good(what, arrays.length === 0 ? 'none there' : `${arrays.map((array) => array.name).join(', ')} whole`);
  } catch (error) {
    return bad(what, words(error));
  }
}

async function lookAtSmart(disks: DisksReader, name: string, words: Words): Promise<Finding> {
  const what = `SMART of ${name}`;
  try {
    const all = await disks.disks(name);
    if (all === null) return good(what, 'no smartctl there: nobody sees a disk fail before it does (smartmontools)');
    const asked = all.filter(({ smart }) => smart);
    return good(what, asked.length === 0 ? 'no disk there has it' : `${asked.length} of ${all.length} disks have it`);
  } catch (error) {
    return bad(what, words(error));
  }
}
