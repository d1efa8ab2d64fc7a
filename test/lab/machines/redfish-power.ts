import type { Duplex } from 'node:stream';
import type { Clock } from '#kernel/clock.ts';
import type { MachineFacts, Power } from '#ports/power.ts';
import { RedfishClient } from '#adapters/power/redfish/client.ts';
import { createRedfishPower } from '#adapters/power/redfish/create-power.ts';
import { rememberRefusals, type Memory } from '#adapters/power/refusals.ts';
import { rememberStates } from '#adapters/power/states.ts';
import { createTurns } from '#adapters/power/turns.ts';
import { memoryFacts, openLoopback } from './lab-power.ts';

export interface RedfishReach {
  readonly machine: string;
  readonly port: number;
  readonly fingerprint: string;
  readonly user: string;
  readonly password: string;
  readonly system?: string;
  readonly timeoutMs?: number;
  /** Another way than loopback's own. */
  readonly open?: (signal: AbortSignal) => Promise<Duplex>;
  readonly facts?: Partial<MachineFacts>;
}

export interface RedfishLabPower {
  readonly power: Power;
  /** Ends the session. */
  close(): Promise<void>;
}

/** The port over one controller. */
export function redfishOver(reach: RedfishReach, clock: Pick<Clock, 'now'>, memory: Memory = memoryFacts()): RedfishLabPower {
  const { machine, port, fingerprint, user, password, system = null, timeoutMs = 15_000, open } = reach;
  const account = { user, password };
  const refusals = rememberRefusals(memory, machine, account);
  const client = new RedfishClient({
    machine,
    account,
    fingerprint,
    system,
    open: open ?? ((signal) => openLoopback(port, signal)),
    refusals,
    turns: createTurns(),
    now: () => clock.now(),
    timeoutMs,
  });
  const facts = {
    name: machine,
    host: null,
    node: null,
    address: null,
    seenFrom: [],
    controller: 'Redfish',
    console: false,
    ...reach.facts,
  } as const;
  const states = rememberStates(memory, machine, () => clock.now());
  return { power: createRedfishPower([{ facts, client, refusals, states }]), close: () => client.close() };
}
