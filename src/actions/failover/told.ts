import type { JsonObject } from '#kernel/json.ts';
import { handshakes, type ShownCertificate } from '../network/certificates.ts';
import { orUnknown } from '../unknown.ts';
import type { Moving } from './context.ts';

/** What works again as seen from where vigie runs, and what doesn't: a handshake with every public name at each of its addresses. */
export async function tell({ clients, signal, progress }: Pick<Moving, 'clients' | 'signal' | 'progress'>): Promise<JsonObject> {
  await progress({ doing: 'failover-tell' });
  const { known } = await orUnknown(handshakes(clients, null, signal));
  const shown = known?.shown ?? [];
  const names = [...new Set(shown.map(({ name }) => name))];
  const broken = shown.filter((each) => !isWell(each));
  return {
    works: names.filter((name) => !broken.some((each) => each.name === name)),
    broken: broken.map(({ name, address, problem }) => ({
      name,
      address,
      problem: problem === null ? null : { code: problem.code, params: problem.params },
    })),
    unknown: (known?.unknown ?? []).map(({ name }) => name),
  };
}

function isWell({ state }: ShownCertificate): boolean {
  return state === 'well' || state === 'soon';
}
