import type { NetworkReader } from '#ports/network.ts';
import { absent, bad, good, type Finding } from '../../finding.ts';
import type { Examination } from '../system.ts';

/** Whether each machine shows its addresses, and each hypervisor its forwards. */
export async function lookAtNetwork(network: NetworkReader | null, { config, words }: Examination): Promise<readonly Finding[]> {
  if (network === null || config.addresses.length === 0) return [absent('addresses', 'none configured: nobody can tell where one belongs')];
  const looks = [
    ...network.machines().map(async (name) => {
      const { held } = await network.addresses(name);
      return good(`addresses of ${name}`, `${held.length} held`);
    }),
    ...network.hypervisors().map(async (name) => {
      const { list, unread } = await network.forwards(name);
      const what = `forwards of ${name}`;
      return unread === 0
        ? good(what, `${list.length} read`)
        : bad(what, `${unread} of a form that vigie can not read: addresses leaves them out`);
    }),
  ];
  const names = [
    ...network.machines().map((name) => `addresses of ${name}`),
    ...network.hypervisors().map((name) => `forwards of ${name}`),
  ];
  return await Promise.all(looks.map((look, index) => look.catch((error: unknown) => bad(names[index] ?? '', words(error)))));
}
