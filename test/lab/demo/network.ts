import type { Clock } from '#kernel/clock.ts';
import type { LabelSource } from '#adapters/routes/labelled.ts';
import { labHouse, type LabHouse } from '#test/lab/network/house.ts';
import { DEMO_NAMES } from './services.ts';

/** The demo's public names, on both machines. One leads to an address that is nobody's: a slip of somebody's pen, as it happens. */
export function demoNetwork(swarm: LabelSource, clock: Pick<Clock, 'now'>): LabHouse {
  const house = labHouse(swarm, clock, DEMO_NAMES);
  house.names.set('board.picasoft.net', ['91.224.148.57', '91.224.57.60']);
  house.network.closed.add('91.224.57.60');
  return house;
}
