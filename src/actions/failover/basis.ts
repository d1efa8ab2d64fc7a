import type { JsonObject } from '#kernel/json.ts';
import type { MachineBasis } from '../machine/basis.ts';
import type { Answers } from '../machine/witnesses.ts';
import type { NameBasis } from '../network/set-name.ts';
import type { NodeBasis } from '../service/node.ts';

/** An address of the link that goes to another machine. */
export type AddressMove = { readonly address: string; readonly from: string; readonly to: string; readonly interface: string };

/**
 * An address that stays where it is. `stays`: nobody said that it may go; `kept`: keepalived moves it; `off-link`: no machine that may have it is on its
 * link; `nobody`: none of them answers.
 */
export type AddressLeft = {
  readonly address: string;
  readonly machine: string;
  readonly why: 'stays' | 'kept' | 'off-link' | 'nobody';
};

/** A name that still leads to what is gone, and why nothing is done about it. */
export type NameLeft = { readonly name: string; readonly problem: JsonObject };

/** A node of the Swarm that goes with the machine. */
export type NodeAway = NodeBasis & {
  readonly moves: readonly { readonly service: string }[];
  readonly held: readonly string[];
  readonly settle_ms: number;
  /** Services that no other node takes. */
  readonly stuck: readonly string[];
};

/** A node that is left as it is, since these services of it keep data that only one may write to, and nobody but a person says that it is off. */
export type NodeLeft = { readonly node: string; readonly databases: readonly string[] };

/** `off`: its controller says so. `cut`: it will, once vigie has cut the power. `word`: nobody can tell, but who asks says so. */
export type Proof = 'off' | 'cut' | 'word';

/** Where a guest goes whose disks both machines have: the same ones, or as they were replicated. */
export type GuestTaken = {
  readonly vmid: number;
  readonly kind: 'qemu' | 'lxc';
  readonly from: string;
  readonly to: string;
  readonly host: string;
  /** When its disks were last replicated there (ms): what was written since is lost. Null: they are the same ones. */
  readonly replicated_at: number | null;
  /** Its replicated disks over there. */
  readonly datasets: readonly string[];
};

/**
 * A guest that was there. `elsewhere`: it runs on another machine afterwards, with all that it has: Proxmox HA starts it, or vigie does (`taken`). Else `why` it can't:
 * `local`: its disks are on its machine alone; `torn`: what was replicated of them is of different moments; `bound`: it has something else of its machine; `memory`: no other one has enough; `unwanted`: nothing starts it by itself;
 * `unproven`: nobody but a person says that its machine is off; null: nobody can tell.
 */
export type GuestAway = {
  readonly name: string;
  readonly swarm_node: string | null;
  readonly databases: boolean;
  readonly elsewhere: boolean;
  readonly taken: GuestTaken | null;
  readonly why: 'local' | 'torn' | 'bound' | 'memory' | 'unwanted' | 'unproven' | null;
};

/** What the fall of a machine means: what goes elsewhere, what stays away with it, and what nobody knows. */
export type FailoverBasis = MachineBasis & {
  readonly proof: Proof;
  /** Why its controller doesn't say whether it is on; null where it does. */
  readonly power_problem: JsonObject | null;
  /** Whether other machines reach it; null: they couldn't be asked. */
  readonly seen_from: readonly { readonly host: string; readonly answers: Answers }[];
  readonly guests: readonly GuestAway[];
  readonly dns: readonly NameBasis[];
  /** Servers of those names that don't answer now. */
  readonly dns_silent: readonly string[];
  readonly dns_left: readonly NameLeft[];
  readonly dns_problem: JsonObject | null;
  readonly moves: readonly AddressMove[];
  readonly left: readonly AddressLeft[];
  readonly nodes: readonly NodeAway[];
  readonly nodes_left: readonly NodeLeft[];
  readonly swarm_problem: JsonObject | null;
};

/** Nobody else changes what is moved meanwhile. @param guests that are moved, by name */
export function movingLocks(
  { machine, dns, moves, nodes }: Pick<FailoverBasis, 'machine' | 'dns' | 'moves'> & { readonly nodes: readonly NodeBasis[] },
  guests: readonly string[],
): readonly string[] {
  return [
    `machine:${machine}`,
    ...new Set(dns.map(({ zone }) => `zone:${zone}`)),
    ...moves.map(({ address }) => `address:${address}`),
    ...guests.map((name) => `vm:${name}`),
    ...(nodes.length === 0 ? [] : ['swarm']),
  ];
}

export function failoverLocks(basis: FailoverBasis): readonly string[] {
  return movingLocks(
    basis,
    basis.guests.flatMap(({ name, taken }) => (taken === null ? [] : [name])),
  );
}
