import type { MachineFacts, PowerReader } from '#ports/power.ts';
import { absent, bad, good, type Finding, type Words } from '../../finding.ts';
import type { Examination } from '../system.ts';

/** Whether each machine's controller answers, with which firmware, and whether that is one that lets anybody in. */
export async function lookAtMachines(power: PowerReader | null, { words }: Examination): Promise<readonly Finding[]> {
  if (power === null) return [absent('machines', 'none configured: no power, no console')];
  return (await Promise.all(power.machines().map((facts) => lookAtMachine(power, facts, words)))).flat();
}

async function lookAtMachine(power: PowerReader, { name, controller }: MachineFacts, words: Words): Promise<readonly Finding[]> {
  const what = `machine ${name}`;
  try {
    const { state } = await power.state(name);
    const { version, build, open } = await power.firmware(name);
    const firmware = `${controller} ${version || 'of unknown version'}${build === '' ? '' : `, build ${build}`}`;
    if (open)
      return [
        bad(
          what,
          `${firmware} lets anybody in without a password (CVE-2017-5689): update the firmware of its board, or take AMT off the network`,
        ),
      ];
    return [good(what, `${state}, ${firmware}`)];
  } catch (error) {
    return [bad(what, words(error))];
  }
}
