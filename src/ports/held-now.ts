import { beforeAbort } from '#kernel/abort.ts';
import { VigieError } from '#kernel/errors.ts';
import type { MachineAddresses, NetworkReader } from './network.ts';

/** What every machine holds now; null for one that doesn't answer before the signal aborts: what others hold is known all the same. */
export async function heldNow(
  network: Pick<NetworkReader, 'machines' | 'addresses'>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, MachineAddresses | null>> {
  const orNull = async (name: string): Promise<MachineAddresses | null> => {
    try {
      return await beforeAbort(signal, network.addresses(name, signal));
    } catch (error) {
      if (error instanceof VigieError || signal.aborted) return null;
      throw error;
    }
  };
  return new Map(await Promise.all(network.machines().map(async (name) => [name, await orNull(name)] as const)));
}
