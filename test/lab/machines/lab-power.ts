import { once } from 'node:events';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '#kernel/clock.ts';
import type { MachineFacts, Power } from '#ports/power.ts';
import type { AmtConsole } from '#adapters/power/amt/console.ts';
import { readScreen } from '#adapters/rfb/read-screen.ts';
import { AmtClient } from '#adapters/power/amt/client.ts';
import { createAmtPower } from '#adapters/power/amt/create-power.ts';
import { rememberRefusals, type Memory } from '#adapters/power/refusals.ts';
import { rememberStates } from '#adapters/power/states.ts';
import { createTurns } from '#adapters/power/turns.ts';
import { startAmtVnc, type AmtVnc } from './amt-vnc.ts';
import { startAmtWeb, type AmtWeb } from './amt-web.ts';
import { LabMachine } from './lab-machine.ts';

/** A way to a port of loopback, as a bounce opens it. */
export async function openLoopback(port: number, signal: AbortSignal): Promise<Duplex> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect', { signal });
  return socket;
}

/** What is kept of refused passwords, in memory. */
export function memoryFacts(): Memory {
  const kept = new Map<string, string>();
  return { fact: async (name) => kept.get(name) ?? null, remember: async (name, value) => void kept.set(name, value) };
}

export interface Reach {
  readonly machine: string;
  readonly web: number;
  /** The console's port; left out: there is none. */
  readonly vnc?: number;
  readonly password: string;
  readonly vncPassword?: string;
  readonly facts?: Partial<MachineFacts>;
}

/** The port over what listens on loopback. */
export function powerOver(reached: readonly Reach[], clock: Clock, memory: Memory = memoryFacts(), timeoutMs = 15_000): Power {
  return createAmtPower(
    reached.map(({ machine, web, vnc, password, vncPassword = 'Lab!1234', facts }) => {
      const account = { user: 'admin', password };
      const refusals = rememberRefusals(memory, machine, account);
      const open = (signal: AbortSignal): Promise<Duplex> => openLoopback(web, signal);
      const client = new AmtClient({ machine, account, open, refusals, turns: createTurns(), now: () => clock.now(), timeoutMs });
      const known: MachineFacts = {
        name: machine,
        host: null,
        node: machine,
        address: null,
        seenFrom: [],
        controller: 'AMT',
        console: vnc !== undefined,
        ...facts,
      };
      const console: AmtConsole | null =
        vnc === undefined
          ? null
          : {
              machine,
              client,
              open: (signal) => openLoopback(vnc, signal),
              read: readScreen,
              password: vncPassword,
              refusals: rememberRefusals(memory, `${machine}:console`, { user: 'console', password: vncPassword }),
              clock,
            };
      const states = rememberStates(memory, machine, () => clock.now());
      return { facts: known, client, refusals, states, console };
    }),
  );
}

/** Two machines with AMT, alice and bob, and the port over them. */
export class LabPower {
  readonly machines: readonly [LabMachine, LabMachine];
  readonly power: Power;
  /** What vigie keeps of them. */
  readonly memory = memoryFacts();
  readonly #webs: readonly AmtWeb[];
  readonly #consoles: readonly AmtVnc[];

  private constructor(machines: readonly [LabMachine, LabMachine], webs: readonly AmtWeb[], consoles: readonly AmtVnc[], clock: Clock) {
    this.machines = machines;
    this.#webs = webs;
    this.#consoles = consoles;
    this.power = powerOver(this.reached, clock, this.memory);
  }

  static async open(clock: Clock): Promise<LabPower> {
    const machines = [new LabMachine('alice', clock), new LabMachine('bob', clock)] as const;
    const webs = await Promise.all(machines.map((machine) => startAmtWeb(machine)));
    const consoles = await Promise.all(machines.map((machine) => startAmtVnc(machine)));
    return new LabPower(machines, webs, consoles, clock);
  }

  get alice(): LabMachine {
    return this.machines[0];
  }

  get bob(): LabMachine {
    return this.machines[1];
  }

  /** For another process. */
  get reached(): readonly Reach[] {
    return this.machines.map(({ name, password }, index) => ({
      machine: name,
      web: this.#webs[index]?.port ?? 0,
      vnc: this.#consoles[index]?.port ?? 0,
      password,
      facts: { host: name },
    }));
  }

  /** Failures of alice's password in a row. */
  failures(): number {
    return this.#webs[0]?.failures() ?? 0;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#webs, ...this.#consoles].map((server) => server.close()));
  }
}
