import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createNetwork } from '#adapters/network/create-network.ts';
import type { NetworkMachine } from '#adapters/network/machine.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import type { Network, NetworkReader } from '#ports/network.ts';
import type { Remote } from '#ports/remote.ts';
import type { NetworkLab } from '#test/contract/network.contract.ts';
import type { Doors } from '#test/crash/house-parts.ts';
import { KNOWN } from '#test/lab/network/memory-network.ts';
import { isInet } from '#test/lab/pager/http-sink.ts';
import { LAB as SWARM_LAB } from '../swarm.ts';

const run = promisify(execFile);
const LAB = join(SWARM_LAB, 'network');
const MACHINES = ['alice', 'pica01', 'pica02'] as const;

interface Opened {
  readonly doors: Omit<Doors, 'known'>;
  readonly servers: readonly Server[];
}

/** The namespaces of `lab.sh`, each behind an sshd that runs within it. */
export class RealNetwork implements NetworkLab {
  readonly network: Network;
  readonly half: NetworkReader;
  /** How another process reaches the machines. */
  readonly doors: Omit<Doors, 'known'>;
  readonly #remotes: readonly Remote[];
  readonly #servers: readonly Server[];

  private constructor(machines: readonly NetworkMachine[], nowhere: Remote, { doors, servers }: Opened) {
    this.doors = doors;
    this.network = createNetwork(machines, KNOWN);
    this.half = createNetwork(
      machines.map((machine) => (machine.name === 'pica02' ? { ...machine, remote: nowhere } : machine)),
      KNOWN,
    );
    this.#remotes = [...machines.map(({ remote }) => remote), nowhere];
    this.#servers = servers;
  }

  static async open(): Promise<RealNetwork> {
    await lab('up');
    const [net, privateKey, key] = await Promise.all([
      readFile(join(LAB, 'net'), 'utf8'),
      readFile(join(LAB, 'ssh/id'), 'utf8'),
      run('ssh-keygen', ['-lf', join(LAB, 'ssh/host.pub')]),
    ]);
    const access = { host: '127.0.0.1', user: 'root', privateKey, hostKey: key.stdout.split(' ')[1] ?? '' };
    const doors = await Promise.all(MACHINES.map((name) => openDoor(`${net.trim()}-${name}`)));
    const machines = MACHINES.map((name, index) => ({
      name,
      aliases: [],
      remote: connectRemote({ ...access, port: doors[index]?.port ?? 0 }),
      sudo: false,
      hypervisor: name === 'alice',
    }));
    const nowhere = connectRemote({ ...access, port: 1, timeoutMs: 2_000 });
    return new RealNetwork(machines, nowhere, {
      doors: { ...access, ports: Object.fromEntries(MACHINES.map((name, index) => [name, doors[index]?.port ?? 0])) },
      servers: doors.map(({ server }) => server),
    });
  }

  async close(): Promise<void> {
    for (const remote of this.#remotes) await remote.close();
    for (const server of this.#servers) server.close();
    await lab('down');
  }

  async hold(machine: string, address: string): Promise<void> {
    await lab('in', machine, 'ip', 'addr', 'add', `${address}/24`, 'dev', 'eth0');
  }

  async letGo(machine: string, address: string): Promise<void> {
    await lab('in', machine, 'ip', 'addr', 'del', `${address}/24`, 'dev', 'eth0');
  }

  /** Whether the machine's cable is plugged in. */
  async plug(machine: string, plugged: boolean): Promise<void> {
    await lab('in', 'hub', 'ip', 'link', 'set', machine, plugged ? 'up' : 'down');
  }

  /** Which machine answers for an address, as alice hears it; null: none does. */
  async answering(address: string): Promise<string | null> {
    const heard = await lab('in', 'alice', 'ping', '-c', '1', '-W', '1', address).catch(() => null);
    if (heard === null) return null;
    const mac = /lladdr (?<mac>\S+)/u.exec(await lab('in', 'alice', 'ip', 'neigh', 'show', address, 'dev', 'eth0'))?.groups?.['mac'];
    for (const machine of ['pica01', 'pica02'])
      if ((await lab('in', machine, 'cat', '/sys/class/net/eth0/address')).trim() === mac) return machine;
    return 'somebody';
  }

  async keeper(machine: string, runs: boolean): Promise<void> {
    await lab('keeper', machine, runs ? 'on' : 'off');
  }

  /** The one who announced it last is who is believed. */
  async strangerHolds(address: string): Promise<string> {
    await this.hold('stranger', address);
    const mac = (await lab('in', 'stranger', 'cat', '/sys/class/net/eth0/address')).trim();
    // pica01 falls silent for a moment, so that only the stranger answers.
    await lab('in', 'pica01', 'sysctl', '-qw', 'net.ipv4.conf.eth0.arp_ignore=8');
    await lab('in', 'alice', 'ip', 'neigh', 'flush', 'dev', 'eth0');
    await lab('in', 'alice', 'ping', '-c', '1', '-W', '2', address);
    await lab('in', 'pica01', 'sysctl', '-qw', 'net.ipv4.conf.eth0.arp_ignore=0');
    return mac;
  }

  async strangerLeaves(): Promise<void> {
    await this.letGo('stranger', '10.79.0.57');
    await lab('in', 'alice', 'ip', 'neigh', 'flush', 'dev', 'eth0');
  }
}

/** A port of loopback behind which each connection has an sshd of its own, in a namespace. */
async function openDoor(namespace: string): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer((socket) => {
    const command = [`--net=/run/netns/${namespace}`, '--', '/usr/sbin/sshd', '-i', '-f', join(LAB, 'ssh/sshd_config')];
    spawn('nsenter', command, { stdio: [socket, socket, 'ignore'] }).once('spawn', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { port: isInet(address) ? address.port : 0, server };
}

async function lab(...words: readonly string[]): Promise<string> {
  const { stdout } = await run(join(import.meta.dirname, 'lab.sh'), words, { env: { ...process.env, LAB } });
  return stdout;
}
