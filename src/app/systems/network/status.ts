import { placeAddresses } from '#domain/network/placed.ts';
import { heldNow } from '#ports/held-now.ts';
import type { NetworkReader } from '#ports/network.ts';
import type { StatusAbout, StatusLine } from '#ports/status.ts';

/** Less than a system may take: one machine that doesn't answer leaves the others known. */
const ASK_MS = 2_000;

/** Addresses that two hold, or that aren't where they belong; of one machine, those that it holds. Nobody is asked where none is configured. */
export async function networkStatus(network: NetworkReader, { names }: StatusAbout, signal: AbortSignal): Promise<readonly StatusLine[]> {
  if (network.known().length === 0) return [];
  const seen = await heldNow(network, AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]));
  signal.throwIfAborted();
  const placed = placeAddresses(network.known(), seen).filter(
    ({ machine, at }) => names === null || names.includes(machine ?? '') || at.some((name) => names.includes(name)),
  );
  const lines = placed.flatMap(({ address, machine, at, state }): readonly StatusLine[] =>
    state === 'right' || state === 'unknown'
      ? []
      : [{ level: 'trouble', says: 'address', about: { address, machine, at: [...at], state } }],
  );
  const silent = [...seen].filter(([name, held]) => held === null && (names === null || names.includes(name))).map(([name]) => name);
  const blind: readonly StatusLine[] =
    silent.length === 0 ? [] : [{ level: 'trouble', says: 'addresses-silent', about: { machines: silent } }];
  const held = placed.filter(({ state }) => state === 'right').map(({ address }) => address);
  if (names !== null)
    return [...lines, ...blind, ...(held.length === 0 ? [] : [{ level: 'fact', says: 'addresses-held', about: { held } } as const])];
  return [...lines, ...blind, { level: 'well', says: 'addresses', about: { addresses: held.length } }];
}
