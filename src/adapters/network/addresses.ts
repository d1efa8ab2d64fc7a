import { z } from 'zod';
import { inOneForm } from '#domain/names/address.ts';
import type { MachineAddresses } from '#ports/network.ts';
import { read, run, type NetworkMachine } from './machine.ts';

const interfaces = z.array(
  z.object({
    ifname: z.string().optional(),
    flags: z.array(z.string()).default([]),
    address: z.string().optional(),
    addr_info: z
      .array(
        z.object({
          local: z.string().optional(),
          prefixlen: z.number().int().default(32),
          dadfailed: z.boolean().default(false),
          tentative: z.boolean().default(false),
        }),
      )
      .default([]),
  }),
);
const neighbours = z.array(z.object({ dst: z.string().optional(), lladdr: z.string().optional(), state: z.array(z.string()).default([]) }));

const ADDR = ['ip', '-j', 'addr', 'show'];
const NEIGH = ['ip', '-j', 'neigh', 'show'];
/** What is merely remembered may be of yesterday, when the address was elsewhere. */
const FRESH = ['REACHABLE', 'DELAY', 'PROBE', 'PERMANENT'];
const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/u;

/** What a machine holds, and whom it heard of. @throws network_refused */
export async function addressesOf(machine: NetworkMachine, signal?: AbortSignal): Promise<MachineAddresses> {
  const [own, heard] = await Promise.all([run(machine, ADDR, false, signal), run(machine, NEIGH, false, signal)]);
  const all = read(machine, ADDR, own, interfaces);
  return {
    held: all
      .filter(({ flags }) => flags.includes('UP'))
      .flatMap(({ ifname = '', address, addr_info: infos }) =>
        infos.flatMap(({ local, prefixlen, dadfailed }) =>
          local === undefined
            ? []
            : [{ address: inOneForm(local), prefix: prefixlen, interface: ifname, mac: macOf(address), duplicate: dadfailed }],
        ),
      ),
    neighbours: read(machine, NEIGH, heard, neighbours).flatMap(({ dst, lladdr, state }) => {
      const mac = macOf(lladdr);
      return dst === undefined || mac === null || !state.some((each) => FRESH.includes(each)) ? [] : [{ address: inOneForm(dst), mac }];
    }),
    macs: all.flatMap(({ address }) => macOf(address) ?? []),
  };
}

function macOf(text: string | undefined): string | null {
  const mac = text?.toLowerCase() ?? '';
  return MAC.test(mac) ? mac : null;
}
