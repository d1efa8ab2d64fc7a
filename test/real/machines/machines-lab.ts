import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { systemClock } from '#kernel/clock.ts';
import type { MachineFacts, Power } from '#ports/power.ts';
import type { Remote } from '#ports/remote.ts';
import { AmtClient } from '#adapters/power/amt/client.ts';
import { createAmtPower } from '#adapters/power/amt/create-power.ts';
import { rememberRefusals, type Memory } from '#adapters/power/refusals.ts';
import { rememberStates } from '#adapters/power/states.ts';
import { createTurns, type Turns } from '#adapters/power/turns.ts';
import type { AmtConsole } from '#adapters/power/amt/console.ts';
import { readScreen } from '#adapters/rfb/read-screen.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import { memoryFacts } from '#test/lab/machines/lab-power.ts';
import { freePort } from '../free-port.ts';
import { startBounce, type Bounce } from './bounce.ts';
import { LAB as SWARM_LAB } from '../swarm.ts';

const run = promisify(execFile);
export const IMAGE = join(SWARM_LAB, 'machines/image');
export const AMT_PASSWORD = 'P@ssw0rd';
export const VNC_PASSWORD = 'Lab!1234';
/** QEMU's own VNC port lies so far above the machine's SSH port. */
const VNC_ABOVE = 3_700;

/** What the stand-in's own port tells. */
export interface Seen {
  readonly power: number;
  readonly failures: number;
  readonly boots: readonly string[];
  readonly seen: readonly string[];
  readonly session: boolean;
}

/** A machine in QEMU behind the stand-in of its AMT. */
export class RealMachine {
  readonly name: string;
  readonly web: number;
  readonly vnc: number;
  readonly ssh: number;
  readonly #lab: number;
  readonly #state: string;
  readonly #amt: ChildProcess;

  private constructor(name: string, ports: Readonly<Record<'web' | 'vnc' | 'lab' | 'ssh', number>>, state: string, amt: ChildProcess) {
    this.name = name;
    this.web = ports.web;
    this.vnc = ports.vnc;
    this.ssh = ports.ssh;
    this.#lab = ports.lab;
    this.#state = state;
    this.#amt = amt;
  }

  static async start(name: string, folder: string): Promise<RealMachine> {
    const [web, vnc, lab, ssh] = [await freePort(), await freePort(), await freePort(), await sshPort()];
    const state = join(folder, name);
    const words = { web, vnc, lab, port: ssh, name, password: AMT_PASSWORD, 'vnc-password': VNC_PASSWORD };
    const options = Object.entries(words).flatMap(([key, value]) => [`--${key}`, String(value)]);
    const amt = spawn('python3', [join(import.meta.dirname, 'amt_stand_in.py'), '--machine', IMAGE, state, ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(createInterface({ input: amt.stdout }), 'line');
    return new RealMachine(name, { web, vnc, lab, ssh }, state, amt);
  }

  /** What opens its operating system. */
  async key(): Promise<string> {
    return await readFile(join(IMAGE, 'id'), 'utf8');
  }

  /** Its operating system, over SSH. */
  async remote(): Promise<Remote> {
    const { stdout } = await run('ssh-keygen', ['-lf', join(IMAGE, 'host.pub')]);
    return connectRemote({
      host: '127.0.0.1',
      port: this.ssh,
      user: 'root',
      privateKey: await this.key(),
      hostKey: stdout.split(' ')[1] ?? '',
      timeoutMs: 5_000,
    });
  }

  /** Sets what a test needs. */
  async tell(values: object = {}): Promise<Seen> {
    const response = await fetch(`http://127.0.0.1:${this.#lab}/`, { method: 'POST', body: JSON.stringify(values) });
    const seen: Seen = JSON.parse(await response.text());
    return seen;
  }

  /** `wait`, `on`, `off`, `ssh COMMAND…`: see machine.py. */
  async machine(...words: readonly string[]): Promise<string> {
    const env = { ...process.env, NAME: this.name, PORT: String(this.ssh), VNC_PASSWORD };
    const { stdout } = await run('python3', [join(import.meta.dirname, 'machine.py'), IMAGE, this.#state, ...words], { env });
    return stdout.trim();
  }

  async stop(): Promise<void> {
    this.#amt.kill('SIGTERM');
    if (this.#amt.exitCode === null && this.#amt.signalCode === null) await once(this.#amt, 'exit');
    await this.machine('off');
  }
}

/** A port for a machine's SSH. */
export async function sshPort(): Promise<number> {
  const port = await freePort();
  // Both it and QEMU's port above it.
  return port + VNC_ABOVE < 65_000 ? port : port - 30_000;
}

/** Machines behind one bounce, which opens their ports and nothing else. */
export class MachinesLab {
  readonly machines: readonly RealMachine[];
  readonly remote: Remote;
  /** One a machine, as vigie has them. */
  readonly turns: ReadonlyMap<string, Turns>;
  readonly #bounce: Bounce;
  readonly #folder: string;

  private constructor(machines: readonly RealMachine[], bounce: Bounce, folder: string) {
    this.machines = machines;
    this.remote = bounce.remote;
    this.#bounce = bounce;
    this.turns = new Map(machines.map(({ name }) => [name, createTurns()]));
    this.#folder = folder;
  }

  static async open(...names: readonly string[]): Promise<MachinesLab> {
    const folder = await mkdtemp(join(SWARM_LAB, 'machines/run-'));
    const machines = await Promise.all(names.map((name) => RealMachine.start(name, folder)));
    const bounce = await startBounce(
      folder,
      machines.flatMap(({ web, vnc }) => [web, vnc]),
    );
    return new MachinesLab(machines, bounce, folder);
  }

  machine(name: string): RealMachine {
    const found = this.machines.find((each) => each.name === name);
    if (found === undefined) throw new Error(`no machine ${name}`);
    return found;
  }

  /** The port over them. @param web another port than AMT's */
  power({ password = AMT_PASSWORD, vncPassword = VNC_PASSWORD, web, memory = memoryFacts(), facts }: PowerChoice = {}): Power {
    return createAmtPower(
      this.machines.map((machine) => {
        const account = { user: 'admin', password };
        const refusals = rememberRefusals(memory, machine.name, account);
        const client = new AmtClient({
          machine: machine.name,
          account,
          open: (signal) => this.remote.openPort('127.0.0.1', web ?? machine.web, signal),
          refusals,
          turns: this.turns.get(machine.name) ?? createTurns(),
          now: () => systemClock.now(),
          timeoutMs: 15_000,
        });
        const known = {
          name: machine.name,
          host: null,
          node: null,
          address: null,
          seenFrom: [],
          controller: 'AMT',
          console: true,
          ...facts,
        } as const;
        const console: AmtConsole = {
          machine: machine.name,
          client,
          open: (signal) => this.remote.openPort('127.0.0.1', machine.vnc, signal),
          read: readScreen,
          password: vncPassword,
          refusals: rememberRefusals(memory, `${machine.name}:console`, { user: 'console', password: vncPassword }),
          clock: systemClock,
        };
        const states = rememberStates(memory, machine.name, () => systemClock.now());
        return { facts: known, client, refusals, states, console };
      }),
    );
  }

  async close(): Promise<void> {
    await this.#bounce.close();
    await Promise.all(this.machines.map((machine) => machine.stop()));
    await rm(this.#folder, { recursive: true });
  }
}

export interface PowerChoice {
  readonly password?: string;
  readonly vncPassword?: string;
  readonly web?: number;
  readonly memory?: Memory;
  readonly facts?: Partial<MachineFacts>;
}
