import type { Clock } from '#kernel/clock.ts';
import type { LabelSource } from '#adapters/routes/labelled.ts';
import type { OwnAddress } from '#domain/names/name-view.ts';
import { LabNetwork } from './lab-network.ts';
import { MemoryNames } from './memory-names.ts';

/** Picasoft's five addresses. */
export const ADDRESSES: OwnAddress[] = [
  { address: '91.224.148.57', machine: 'pica01', purpose: 'services', spare: false },
  { address: '91.224.148.58', machine: 'alice', purpose: null, spare: true },
  { address: '91.224.148.59', machine: 'alice', purpose: null, spare: true },
  { address: '91.224.148.60', machine: 'pica02', purpose: 'services', spare: false },
  { address: '91.224.148.61', machine: 'monitoring', purpose: 'monitoring', spare: false },
];
/** The round robin of pica01 and pica02. */
export const BOTH = ['91.224.148.57', '91.224.148.60'];

export interface LabHouse {
  readonly names: MemoryNames;
  readonly network: LabNetwork;
}

/** The names of a house on its addresses, each on both machines, and what its addresses answer. */
export function labHouse(swarm: LabelSource, clock: Pick<Clock, 'now'>, names: readonly string[], zone = 'picasoft.net'): LabHouse {
  const dns = new MemoryNames(zone);
  dns.own = ADDRESSES;
  for (const name of names) dns.set(name, BOTH);
  return { names: dns, network: new LabNetwork(swarm, dns, clock) };
}
