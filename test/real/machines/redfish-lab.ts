import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { systemClock } from '#kernel/clock.ts';
import type { MachineFacts } from '#ports/power.ts';
import type { Memory } from '#adapters/power/refusals.ts';
import { redfishOver, type RedfishLabPower } from '#test/lab/machines/redfish-power.ts';
import { makeCertificate } from '#test/lab/tls/certificates.ts';
import { freePort } from '../free-port.ts';
import { LAB as SWARM_LAB } from '../swarm.ts';
import { startBounce, type Bounce } from './bounce.ts';
import { IMAGE, sshPort } from './machines-lab.ts';

const run = promisify(execFile);
export const USER = 'vigie';
export const PASSWORD = 'redfish secret';

/** What the stand-in's own port tells. */
interface Seen {
  readonly power: string;
  readonly failures: number;
  readonly boots: readonly string[];
  readonly sessions: number;
  /** Kinds of reset that were asked for. */
  readonly resets: readonly string[];
  readonly seen: readonly string[];
}

interface Choice {
  readonly password?: string;
  readonly fingerprint?: string;
  readonly port?: number;
  readonly memory?: Memory;
  /** By the bounce, or by itself. */
  readonly bounced?: boolean;
  readonly facts?: Partial<MachineFacts>;
}

/** A machine in QEMU behind an emulator of Redfish, and a bounce before that. */
export class RedfishLab {
  readonly fingerprint: string;
  readonly #ports: Readonly<Record<'web' | 'lab' | 'ssh', number>>;
  readonly #folder: string;
  readonly #controller: ChildProcess;
  readonly #bounce: Bounce;

  private constructor(
    fingerprint: string,
    ports: Readonly<Record<'web' | 'lab' | 'ssh', number>>,
    folder: string,
    own: { readonly controller: ChildProcess; readonly bounce: Bounce },
  ) {
    this.fingerprint = fingerprint;
    this.#ports = ports;
    this.#folder = folder;
    this.#controller = own.controller;
    this.#bounce = own.bounce;
  }

  static async open(): Promise<RedfishLab> {
    const folder = await mkdtemp(join(SWARM_LAB, 'machines/run-'));
    const ports = { web: await freePort(), lab: await freePort(), ssh: await sshPort() };
    const { cert, key } = makeCertificate({ names: ['alice-controller'] });
    const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    await Promise.all([writeFile(files.cert, cert), writeFile(files.key, key, { mode: 0o600 })]);
    const words = { web: ports.web, lab: ports.lab, port: ports.ssh, name: 'alice', user: USER, password: PASSWORD, ...files };
    const options = Object.entries(words).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const python = join(SWARM_LAB, 'sushy/bin/python3');
    const script = join(import.meta.dirname, 'redfish_stand_in.py');
    const controller = spawn(python, [script, '--machine', IMAGE, join(folder, 'alice'), ...options], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // What can't be started says so at once.
    const ended = once(controller, 'exit').then(() =>
      Promise.reject(new Error('the emulator ended at its start: did test/real/install.sh run?')),
    );
    await Promise.race([once(createInterface({ input: controller.stdout }), 'line'), ended]);
    ended.catch(() => undefined);
    const bounce = await startBounce(folder, [ports.web]);
    return new RedfishLab(new X509Certificate(cert).fingerprint256, ports, folder, { controller, bounce });
  }

  /** Sets what a test needs. */
  async tell(values: object = {}): Promise<Seen> {
    const response = await fetch(`http://127.0.0.1:${this.#ports.lab}/`, { method: 'POST', body: JSON.stringify(values) });
    const seen: Seen = JSON.parse(await response.text());
    return seen;
  }

  /** `wait`, `on`, `off`, `ssh COMMAND…`: see machine.py. */
  async machine(...words: readonly string[]): Promise<string> {
    const env = { ...process.env, NAME: 'alice', PORT: String(this.#ports.ssh) };
    const { stdout } = await run('python3', [join(import.meta.dirname, 'machine.py'), IMAGE, join(this.#folder, 'alice'), ...words], {
      env,
    });
    return stdout.trim();
  }

  power({ password = PASSWORD, fingerprint, port, memory, bounced = true, facts }: Choice = {}): RedfishLabPower {
    const web = port ?? this.#ports.web;
    return redfishOver(
      {
        machine: 'alice',
        port: web,
        fingerprint: fingerprint ?? this.fingerprint,
        user: USER,
        password,
        ...(bounced ? { open: (signal) => this.#bounce.remote.openPort('127.0.0.1', web, signal) } : {}),
        ...(facts === undefined ? {} : { facts }),
      },
      systemClock,
      memory,
    );
  }

  async close(): Promise<void> {
    await this.#bounce.close();
    this.#controller.kill('SIGTERM');
    if (this.#controller.exitCode === null && this.#controller.signalCode === null) await once(this.#controller, 'exit');
    await this.machine('off');
    await rm(this.#folder, { recursive: true });
  }
}
