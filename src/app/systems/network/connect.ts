import type { Network } from '#ports/network.ts';
import type { Config } from '#config/schema.ts';
import { connectConfiguredRemote } from '../remote.ts';

export interface ConnectedNetwork extends Network {
  close(): Promise<void>;
}

/** The machines of the configuration, each connected to when it is first asked; null where there is none. */
export async function connectConfiguredNetwork({ hosts, addresses, proxmox }: Config): Promise<ConnectedNetwork | null> {
  const entries = Object.entries(hosts);
  if (entries.length === 0) return null;
  const { createNetwork } = await import('#adapters/network/create-network.ts');
  const machines = await Promise.all(
    entries.map(async ([name, { ssh, aliases, forwards }]) => ({
      name,
      aliases,
      remote: await connectConfiguredRemote(ssh),
      sudo: !ssh.host.startsWith('root@'),
      hypervisor: forwards ?? Object.hasOwn(proxmox?.hosts ?? {}, name),
    })),
  );
  const known = addresses.map(({ address, machine, purpose, spare, moves_to: movesTo }) => ({
    address,
    machine: nameOf(entries, machine),
    purpose: purpose ?? null,
    spare,
    movesTo: movesTo.flatMap((each) => nameOf(entries, each) ?? []),
  }));
  return {
    ...createNetwork(machines, known),
    async close() {
      await Promise.all(machines.map(({ remote }) => remote.close()));
    },
  };
}

/** The configuration's own name of a machine, whichever of its names is written. */
function nameOf(entries: readonly (readonly [string, Config['hosts'][string]])[], written: string | undefined): string | null {
  if (written === undefined) return null;
  return entries.find(([name, { aliases }]) => name === written || aliases.includes(written))?.[0] ?? written;
}
