import { VigieError } from '#kernel/errors.ts';
import { parseHeldTarget } from '#domain/alert/probe-target.ts';
import { inOneForm } from '#domain/names/address.ts';
import { placeAddresses } from '#domain/network/placed.ts';
import { heldNow } from '#ports/held-now.ts';
import type { NetworkReader } from '#ports/network.ts';
import type { Way } from '#ports/prober.ts';
import { ProbeFailure } from './walk.ts';

/**
 * Whether an address, or any with `*`, is held by two.
 * @throws ProbeFailure; VigieError where a machine doesn't answer, which may hold it
 */
export async function walkAddresses(
  way: Way,
  network: Pick<NetworkReader, 'known' | 'machines' | 'addresses'>,
  deadline: AbortSignal,
): Promise<void> {
  const wanted = inOneForm(parseHeldTarget(way.target) ?? '*');
  way.enter('addresses');
  const seen = await heldNow(network, deadline);
  const placed = placeAddresses(network.known(), seen).filter(({ address }) => wanted === '*' || address === wanted);
  const twice = placed.filter(({ state }) => state === 'twice');
  const [first] = twice;
  if (first !== undefined) {
    const { address, at } = first;
    const params = { address, at: [...at], more: twice.length - 1 };
    throw new ProbeFailure({ code: 'probe_address', params }, `${address}: ${at.join(', ')}`);
  }
  const silent = [...seen].filter(([, machine]) => machine === null).map(([name]) => name);
  if (silent.length > 0) throw new VigieError('network_silent', { machines: silent });
}
