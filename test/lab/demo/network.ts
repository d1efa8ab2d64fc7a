import type { Clock } from '#kernel/clock.ts';
import type { LabelSource } from '#adapters/routes/labelled.ts';
import { ADDRESSES, labHouse, type LabHouse } from '#test/lab/network/house.ts';
import { MemoryNetwork } from '#test/lab/network/memory-network.ts';
import { DEMO_NAMES } from './services.ts';

/** Picasoft's addresses where they belong, and what alice's NAT leads on: one port of it to a machine that is gone. */
export function demoAddresses(): MemoryNetwork {
  const held = { alice: ['91.224.148.55', '10.10.0.1'], pica01: ['91.224.148.57', '10.10.0.11'], pica02: ['91.224.148.60', '10.10.0.12'] };
  const network = new MemoryNetwork(
    ADDRESSES.filter(({ machine }) => machine !== 'monitoring').map((own) => ({ ...own, movesTo: [] })),
    held,
  );
  const forward = (port: string, to: string, toPort: string) => ({ protocol: 'tcp', address: null, port, to, toPort }) as const;
  network.forwarded = { list: [forward('8081', '10.10.0.11', '443'), forward('8082', '10.10.0.77', '443')], unread: 0 };
  network.listening.add('10.10.0.11:443');
  return network;
}

/** The demo's public names, on both machines. One leads to an address that is nobody's: a slip of somebody's pen, as it happens. */
export function demoNetwork(swarm: LabelSource, clock: Pick<Clock, 'now'>): LabHouse {
  const house = labHouse(swarm, clock, DEMO_NAMES);
  house.names.set('board.picasoft.net', ['91.224.148.57', '91.224.57.60']);
  house.network.closed.add('91.224.57.60');
  return house;
}
