import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import type { Forward, Forwards, HeldAddress, KnownAddress, Landing, MachineAddresses, Network } from '#ports/network.ts';

/** Those of the contract. */
export const KNOWN: readonly KnownAddress[] = [
  { address: '10.79.0.57', machine: 'pica01', purpose: 'services', spare: false, movesTo: [] },
  { address: '10.79.0.58', machine: null, purpose: null, spare: true, movesTo: [] },
  { address: '10.79.0.60', machine: 'pica02', purpose: 'services', spare: false, movesTo: ['pica01'] },
];

const MACHINES = ['alice', 'pica01', 'pica02'] as const;
const HELD = { alice: ['10.79.0.1'], pica01: ['10.79.0.11', '10.79.0.57'], pica02: ['10.79.0.12'] } as const;
const to = (forward: Partial<Forward> & Pick<Forward, 'to'>): Forward => ({
  protocol: 'tcp',
  address: null,
  port: null,
  toPort: null,
  ...forward,
});

/** Machines on one network, in memory: see the contract. */
export class MemoryNetwork implements Network {
  addressesKnown: readonly KnownAddress[];
  readonly #held: Map<string, string[]>;

  /** @param held by machine, what each of them has */
  constructor(known: readonly KnownAddress[] = KNOWN, held: Readonly<Record<(typeof MACHINES)[number], readonly string[]>> = HELD) {
    this.addressesKnown = known;
    this.#held = new Map(Object.entries(held).map(([machine, addresses]) => [machine, ['127.0.0.1', ...addresses]]));
  }

  /** Machines that don't answer over SSH. */
  readonly away = new Set<string>();
  /** Whether a machine is off: nobody on its link hears of it. */
  isOff: (machine: string) => boolean = () => false;
  stranger: { readonly address: string; readonly mac: string } | null = null;
  forwarded: Forwards = {
    list: [
      to({ port: '8081', to: '10.79.0.11', toPort: '80' }),
      to({ port: '8082', to: '10.79.0.77', toPort: '80' }),
      to({ port: '80', address: '10.79.0.1', to: '10.79.0.11' }),
      to({ port: '443', address: '10.79.0.1', to: '10.79.0.11' }),
      to({ port: '5000-5010', to: '10.79.0.12' }),
      to({ port: '2222', address: '10.79.0.1', to: '10.79.0.12', toPort: '22' }),
      to({ protocol: 'udp', port: '53', to: '10.79.0.12', toPort: '5353' }),
    ],
    unread: 1,
  };
  /** `address:port` where somebody listens. */
  readonly listening = new Set(['10.79.0.11:80']);

  known(): readonly KnownAddress[] {
    return this.addressesKnown;
  }

  machines(): readonly string[] {
    return MACHINES;
  }

  hypervisors(): readonly string[] {
    return ['alice'];
  }

  async addresses(machine: string, signal?: AbortSignal): Promise<MachineAddresses> {
    signal?.throwIfAborted();
    const held = this.#called(machine).map((address): HeldAddress => ({
      address,
      prefix: address.startsWith('127.') ? 8 : 24,
      interface: address.startsWith('127.') ? 'lo' : 'eth0',
      mac: macOf(machine),
      duplicate: false,
    }));
    return { held, macs: [macOf(machine)], neighbours: machine === 'alice' && this.stranger !== null ? [this.stranger] : [] };
  }

  async forwards(machine: string, signal?: AbortSignal): Promise<Forwards> {
    signal?.throwIfAborted();
    this.#called(machine);
    return this.forwarded;
  }

  async landing(machine: string, { protocol, to: address, port, toPort }: Forward, signal?: AbortSignal): Promise<Landing> {
    signal?.throwIfAborted();
    this.#called(machine);
    const wanted = toPort ?? port ?? '';
    if (protocol !== 'tcp' || !/^\d+$/u.test(wanted)) return 'untried';
    if (this.listening.has(`${address}:${wanted}`)) return 'answers';
    return [...this.#held.values()].some((all) => all.includes(address)) ? 'refused' : 'silent';
  }

  async pings(machine: string, address: string, signal?: AbortSignal): Promise<boolean> {
    signal?.throwIfAborted();
    this.#called(machine);
    return MACHINES.some((each) => !this.isOff(each) && this.#held.get(each)?.includes(address));
  }

  /** Where keepalived runs. */
  readonly keepers = new Set<string>();

  async movesByItself(machine: string, signal?: AbortSignal): Promise<boolean> {
    signal?.throwIfAborted();
    this.#called(machine);
    return this.keepers.has(machine);
  }

  async take(machine: string, address: string, _interface: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#called(machine).includes(address)) return;
    const holder = MACHINES.find((each) => !this.isOff(each) && this.#held.get(each)?.includes(address));
    const mac = this.stranger?.address === address ? this.stranger.mac : holder === undefined ? null : macOf(holder);
    if (mac !== null) throw new VigieError('network_taken', { address, mac });
    this.hold(machine, address);
  }

  async drop(machine: string, address: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#called(machine);
    this.letGo(machine, address);
  }

  hold(machine: string, address: string): void {
    this.#held.get(machine)?.push(address);
  }

  letGo(machine: string, address: string): void {
    this.#held.set(
      machine,
      (this.#held.get(machine) ?? []).filter((each) => each !== address),
    );
  }

  #called(machine: string): readonly string[] {
    const held = this.#held.get(machine);
    if (held === undefined)
      throw new VigieError('host_unknown', { host: machine, nearest: nearest(machine, MACHINES), known: [...MACHINES] });
    if (this.away.has(machine)) throw new VigieError('ssh_unreachable', { host: `root@${machine}:22`, reason: 'timed out' });
    return held;
  }
}

function macOf(machine: string): string {
  return `02:00:00:00:00:0${MACHINES.findIndex((each) => each === machine) + 1}`;
}
