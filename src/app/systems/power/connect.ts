import { connect as connectTo } from 'node:net';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { MachineFacts, Power } from '#ports/power.ts';
import type { Remote } from '#ports/remote.ts';
import type { Config } from '#config/schema.ts';
import { connectConfiguredRemote } from '../remote.ts';
import type { Needs } from '../system.ts';

export interface ConnectedPower extends Power {
  close(): Promise<void>;
}

export type MachineConfig = Config['machines'][string];
type Access = NonNullable<MachineConfig['amt']>['ssh'];

/** What the machines of each kind of controller are connected with. */
export interface Reach extends Pick<Needs, 'clock' | 'facts'> {
  /** Machines behind the same account share its connection. */
  readonly bounce: (access: Access) => Promise<Remote>;
  readonly factsOf: (name: string, machine: MachineConfig) => Omit<MachineFacts, 'controller' | 'console'>;
}

/** The machines of the configuration behind their bounces, each connected to when it is first asked something; null where none is configured. */
export async function connectConfiguredPower(config: Config, needs: Pick<Needs, 'clock' | 'facts'>): Promise<ConnectedPower | null> {
  const entries = Object.entries(config.machines);
  if (entries.length === 0) return null;
  const [{ joinPowers }, { connectAmt }, { connectRedfish }] = await Promise.all([
    import('#adapters/power/join.ts'),
    import('./connect-amt.ts'),
    import('./connect-redfish.ts'),
  ]);
  const bounces = new Map<string, Remote>();
  const reach: Reach = {
    ...needs,
    bounce: (access) => bounceOf(bounces, access),
    factsOf: (name, machine) => factsOf(name, machine, config),
  };
  const redfish = await connectRedfish(entries, reach);
  const powers = [await connectAmt(entries, reach), redfish.power];
  return {
    ...joinPowers(
      powers,
      entries.map(([name]) => name),
    ),
    async close() {
      // Sessions end over the bounces.
      await redfish.close();
      await Promise.all([...bounces.values()].map((remote) => remote.close()));
    },
  };
}

async function bounceOf(bounces: Map<string, Remote>, access: Access): Promise<Remote> {
  const key = JSON.stringify(access);
  const known = bounces.get(key);
  if (known !== undefined) return known;
  const made = await connectConfiguredRemote(access);
  bounces.set(key, made);
  return made;
}

/** A way to `host:port` as the bounce reaches it; without one, as vigie does. */
export function opener(remote: Remote | null, place: string): (signal: AbortSignal) => Promise<Duplex> {
  const colon = place.lastIndexOf(':');
  const [host, port] = [place.slice(0, colon).replaceAll(/^\[|\]$/gu, ''), Number(place.slice(colon + 1))];
  return (signal) => (remote === null ? openHere(host, port, signal) : remote.openPort(host, port, signal));
}

async function openHere(host: string, port: number, signal: AbortSignal): Promise<Duplex> {
  const socket = connectTo({ host, port, noDelay: true });
  try {
    await once(socket, 'connect', { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

function factsOf(
  name: string,
  { host: named, node, address, seen_from: seenFrom }: MachineConfig,
  { hosts, proxmox }: Config,
): ReturnType<Reach['factsOf']> {
  const host = named ?? (hosts[name] === undefined ? null : name);
  const [, , where = null] = host === null ? [] : (/^([^@]+)@([^:]+)/u.exec(hosts[host]?.ssh.host ?? '') ?? []);
  return { name, host, node: node ?? (proxmox?.hosts[name] === undefined ? null : name), address: address ?? where, seenFrom };
}
