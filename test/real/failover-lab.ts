import { isDeepStrictEqual } from 'node:util';
import type { Names } from '#ports/names.ts';
import type { Network } from '#ports/network.ts';
import { namesOver, networkOver, type Doors, type Zone } from '#test/crash/house-parts.ts';
import { ZonePair } from './names/zone-pair.ts';
import { RealNetwork } from './network/network-lab.ts';
import { until } from './swarm.ts';

export const NAME = 'team.knot.test';
export const [DEAD, ALIVE, FLOATING] = ['192.0.2.57', '192.0.2.60', '10.79.0.57'] as const;

/** pica01 and pica02 on a network of their own, a name that leads to both, at Knot and BIND, and an address of pica01 that pica02 may have. */
export class FailoverLab {
  readonly net: RealNetwork;
  readonly names: Names;
  readonly network: Network & { close(): Promise<void> };
  /** For another process. */
  readonly parts: { readonly doors: Doors; readonly zone: Zone };
  readonly #pair: ZonePair;

  private constructor(net: RealNetwork, pair: ZonePair) {
    const zone = {
      zone: 'knot.test',
      servers: [pair.server(1), pair.server(0)],
      secret: pair.secrets.vigie,
      names: [NAME],
      own: [
        { address: DEAD, machine: 'pica01', purpose: null, spare: false },
        { address: ALIVE, machine: 'pica02', purpose: null, spare: false },
      ],
    };
    const known = [{ address: FLOATING, machine: 'pica01', purpose: 'services', spare: false, movesTo: ['pica02'] }];
    this.net = net;
    this.parts = { doors: { ...net.doors, known }, zone };
    this.names = namesOver(zone);
    this.network = networkOver(this.parts.doors);
    this.#pair = pair;
  }

  static async open(): Promise<FailoverLab> {
    const [net, pair] = await Promise.all([RealNetwork.open(), ZonePair.open()]);
    return new FailoverLab(net, pair);
  }

  async close(): Promise<void> {
    await this.network.close();
    await this.net.close();
    await this.#pair.close();
  }

  /** Each on its own machine, and plugged in. */
  async prepare(): Promise<void> {
    await this.net.plug('pica01', true);
    await this.network.drop('pica02', FLOATING);
    await this.network.take('pica01', FLOATING, 'eth0');
    const { servers } = await this.names.look(NAME);
    const from = servers[0]?.answer?.records.map(({ address }) => address) ?? [];
    await this.names.change(NAME, { from, to: [DEAD, ALIVE], ttl: 60 });
    await until('all is where it was', async () => isDeepStrictEqual(await this.where(), AT_FIRST));
  }

  /** What each server of the zone says of the name, and who answers for the address. */
  async where() {
    const { servers } = await this.names.look(NAME);
    const [primary, secondary] = servers.map(({ answer }) => (answer?.records ?? []).map(({ address }) => address).toSorted());
    return { primary, secondary, address: await this.net.answering(FLOATING) };
  }
}

export const AT_FIRST = { primary: [DEAD, ALIVE], secondary: [DEAD, ALIVE], address: 'pica01' };
export const ELSEWHERE = { primary: [ALIVE], secondary: [ALIVE], address: 'pica02' };
