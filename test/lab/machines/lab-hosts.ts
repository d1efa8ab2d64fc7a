import { VigieError } from '#kernel/errors.ts';
import type { FileSystem, GuestPlace, Hosts } from '#ports/hosts.ts';
import { ON, type LabMachine } from './lab-machine.ts';

const ROOT: FileSystem = { mount: '/', sizeBytes: 100_000_000_000, usedBytes: 40_000_000_000, usedShare: 0.4 };
/** What a machine needs to shut down. */
const SHUTDOWN_MS = 8_000;

/** The operating systems of machines: each is reached over SSH while its machine is on. */
export class LabHosts implements Hosts {
  readonly #machines: ReadonlyMap<string, LabMachine>;
  /** Machines that hang: nobody is answered. */
  readonly hung = new Set<string>();
  /** Machines that take the order and go on. */
  readonly deaf = new Set<string>();
  /** Orders to shut down, in their order. */
  readonly orders: string[] = [];

  constructor(machines: readonly LabMachine[]) {
    this.#machines = new Map(machines.map((machine) => [machine.name, machine]));
  }

  list(): readonly string[] {
    return [...this.#machines.keys()];
  }

  async fileSystems(host: string): Promise<readonly FileSystem[]> {
    this.#reached(host);
    return [ROOT];
  }

  space(): Promise<never> {
    return Promise.reject(new Error('not here'));
  }

  journal(): Promise<never> {
    return Promise.reject(new Error('not here'));
  }

  clean(): Promise<never> {
    return Promise.reject(new Error('not here'));
  }

  async powerOff(host: string): Promise<void> {
    const machine = this.#reached(host);
    this.orders.push(host);
    if (!this.deaf.has(host)) machine.goOff(SHUTDOWN_MS);
  }

  /** What guests are made of, by `NODE/VMID`: the cluster's own files. */
  readonly settings = new Map<string, string>();
  /** Told of each guest that a machine takes. */
  taken: (vmid: number, node: string) => void = () => undefined;

  async guestSettings(host: string, { node, vmid }: GuestPlace): Promise<string | null> {
    this.#reached(host);
    return this.settings.get(`${node}/${vmid}`) ?? null;
  }

  /** ZFS of each machine: all its snapshots, as `DATASET@NAME`. */
  readonly snapshots = new Map<string, readonly string[]>();

  async zfsSnapshots(host: string, datasets: readonly string[]): Promise<readonly string[]> {
    this.#reached(host);
    return (this.snapshots.get(host) ?? []).filter((each) => datasets.includes(each.split('@')[0] ?? ''));
  }

  async takeGuest(host: string, { node, vmid }: GuestPlace, to: string): Promise<void> {
    this.#reached(host);
    const settings = this.settings.get(`${node}/${vmid}`);
    if (settings === undefined) return;
    this.settings.delete(`${node}/${vmid}`);
    this.settings.set(`${to}/${vmid}`, settings);
    this.taken(vmid, to);
  }

  #reached(host: string): LabMachine {
    const machine = this.#machines.get(host);
    if (machine === undefined) throw new VigieError('host_unknown', { host, nearest: null, known: this.list() });
    if (machine.state !== ON || this.hung.has(host))
      throw new VigieError('ssh_unreachable', { host: `root@${host}:22`, reason: 'connection refused' });
    return machine;
  }
}
