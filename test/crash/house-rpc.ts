import { createServer } from 'node:http';
import type { OwnAddress } from '#domain/names/name-view.ts';
import type { Hosts } from '#ports/hosts.ts';
import type { Names } from '#ports/names.ts';
import type { KnownAddress, Network } from '#ports/network.ts';
import { answerOf, type Answer, problemOfAnswer } from './rpc-answer.ts';

/** Names, addresses and machines of a house. */
export interface House {
  readonly names: Names;
  readonly network: Network;
  readonly hosts: Hosts;
}

/** A house that another process serves, and what its ports say without being asked over the wire. */
export interface HouseAt {
  readonly url: string;
  readonly zone: string;
  readonly names: readonly string[];
  readonly own: readonly OwnAddress[];
  readonly mostTtl: number;
  readonly known: readonly KnownAddress[];
  readonly machines: readonly string[];
  readonly hypervisors: readonly string[];
  readonly hosts: readonly string[];
}

/** Serves a house to another process, so that it outlives a vigie that is killed. Counts calls, by `names/change`. */
export async function serveHouse(house: House, zone: string) {
  const calls = new Map<string, number>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = (request.url ?? '').slice(1);
      calls.set(path, (calls.get(path) ?? 0) + 1);
      const args: unknown[] = JSON.parse(Buffer.concat(chunks).toString());
      void answerOf(() => call(house, path, args)).then((answer) => response.end(JSON.stringify(answer)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const { names, network, hosts } = house;
  const at: HouseAt = {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    zone,
    names: names.list(),
    own: names.addresses(),
    mostTtl: names.mostTtl(),
    known: network.known(),
    machines: network.machines(),
    hypervisors: network.hypervisors(),
    hosts: hosts.list(),
  };
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { at, calls, close };
}

async function call(house: House, path: string, args: unknown[]): Promise<unknown> {
  const [system = '', method = ''] = path.split('/');
  const on: object = system === 'names' ? house.names : system === 'network' ? house.network : house.hosts;
  const act: unknown = Reflect.get(on, method);
  if (typeof act !== 'function') throw new Error(`no method ${path}`);
  return await Reflect.apply(act, on, args);
}

/** The other end. */
export function remoteHouse({ url, zone, names, own, mostTtl, known, machines, hypervisors, hosts }: HouseAt): House {
  const ask = async (path: string, ...args: readonly unknown[]): Promise<never> => {
    const response = await fetch(`${url}/${path}`, { method: 'POST', body: JSON.stringify(args) });
    const answer: Answer<never> = JSON.parse(await response.text());
    if ('error' in answer) throw problemOfAnswer(answer.error);
    return answer.value;
  };
  const unused = async (): Promise<never> => await Promise.reject(new Error('not here'));
  return {
    names: {
      list: () => names,
      addresses: () => own,
      changeable: (name) => (name.endsWith(`.${zone}`) ? zone : null),
      mostTtl: () => mostTtl,
      look: (name) => ask('names/look', name),
      change: (name, change) => ask('names/change', name, change),
    },
    network: {
      known: () => known,
      machines: () => machines,
      hypervisors: () => hypervisors,
      addresses: (machine) => ask('network/addresses', machine),
      forwards: (machine) => ask('network/forwards', machine),
      landing: (machine, forward) => ask('network/landing', machine, forward),
      pings: (machine, address) => ask('network/pings', machine, address),
      movesByItself: (machine) => ask('network/movesByItself', machine),
      take: (machine, address, on) => ask('network/take', machine, address, on),
      drop: (machine, address) => ask('network/drop', machine, address),
    },
    hosts: {
      list: () => hosts,
      fileSystems: (host) => ask('hosts/fileSystems', host),
      guestSettings: (host, place) => ask('hosts/guestSettings', host, place),
      zfsSnapshots: (host, datasets) => ask('hosts/zfsSnapshots', host, datasets),
      takeGuest: (host, place, node) => ask('hosts/takeGuest', host, place, node),
      powerOff: (host) => ask('hosts/powerOff', host),
      journal: unused,
      space: unused,
      clean: unused,
    },
  };
}
