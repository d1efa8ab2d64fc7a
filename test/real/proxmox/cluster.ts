import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isRecord, parseJson } from '#kernel/json.ts';
import type { Hypervisor } from '#ports/hypervisor.ts';
import type { HypervisorLab } from '#test/contract/hypervisor.contract.ts';
import { fingerprintOf } from '#test/adapters/proxmox/stand-in.ts';
import { type Certificate, makeCertificate } from '#test/lab/tls/certificates.ts';
import { LAB } from '../swarm.ts';

/** Where install.sh puts fakepve. */
const PYTHON = join(LAB, 'fakepve/bin/python3');
const POLL_MS = 20;
const LIMIT_MS = 60_000;

export interface ClusterHost {
  readonly url: string;
  readonly fingerprint: string;
  readonly port: number;
  /** Path of its certificate. */
  readonly ca: string;
}

/** fakepve's process, and what it says. */
interface Program {
  readonly process: ChildProcessWithoutNullStreams;
  readonly reader: Interface;
  readonly lines: AsyncIterator<string>;
}

/** fakepve with two nodes, which obeys. */
export class RealCluster {
  readonly hosts: readonly ClusterHost[];
  readonly token: string;
  readonly #folder: string;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  private constructor(folder: string, program: Program, started: Started) {
    this.#folder = folder;
    this.#process = program.process;
    this.#reader = program.reader;
    this.#lines = program.lines;
    this.hosts = started.hosts;
    this.token = started.token;
  }

  /** @throws Error with what Python has said */
  static async start(): Promise<RealCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'vigie-proxmox-'));
    const certificates = ['alice', 'bob'].map((name) => makeCertificate({ names: [name, '127.0.0.1'] }));
    const files = await Promise.all(certificates.map((each, index) => written(folder, `host${index}`, each)));
    const child = spawn(PYTHON, [join(import.meta.dirname, 'cluster.py'), ...files.flat()]);
    const said: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => said.push(String(chunk)));
    child.on('error', (error) => said.push(`${error.message}: run test/real/install.sh`));
    const reader = createInterface({ input: child.stdout });
    const lines = reader[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done === true) throw new Error(`fakepve did not start: ${said.join('')}`);
    const { ports, token } = startedOf(first.value);
    const hosts = certificates.map((certificate, index) => ({
      url: `https://127.0.0.1:${ports[index] ?? 0}`,
      port: ports[index] ?? 0,
      fingerprint: fingerprintOf(certificate),
      ca: files[index]?.[0] ?? '',
    }));
    return new RealCluster(folder, { process: child, reader, lines }, { hosts, token });
  }

  /** @returns what the order has found, if it looks for something */
  async order(order: { readonly do: string; readonly [key: string]: unknown }): Promise<unknown> {
    this.#process.stdin.write(`${JSON.stringify(order)}\n`);
    const { value, done } = await this.#lines.next();
    const answer = done === true ? { failed: 'it has ended' } : parseJson(String(value));
    if (!isRecord(answer) || 'failed' in answer) throw new Error(`${order.do}: ${JSON.stringify(answer)}`);
    return answer['done'];
  }

  async close(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#reader.close();
    this.#process.stdin.end();
    if (this.#process.exitCode === null) await ended;
    await rm(this.#folder, { recursive: true });
  }
}

interface Started {
  readonly hosts: readonly ClusterHost[];
  readonly token: string;
}

function startedOf(line: string): { readonly ports: readonly number[]; readonly token: string } {
  const started = parseJson(line);
  if (!isRecord(started) || !Array.isArray(started['ports'])) throw new Error(`fakepve said ${line}`);
  return { ports: started['ports'].map(Number), token: String(started['token']) };
}

async function written(folder: string, name: string, { cert, key }: Certificate): Promise<readonly [cert: string, key: string]> {
  const paths = [join(folder, `${name}.pem`), join(folder, `${name}.key`)] as const;
  await writeFile(paths[0], cert);
  await writeFile(paths[1], key, { mode: 0o600 });
  return paths;
}

/** The means of the contract suite, on fakepve. */
export function labOn(cluster: RealCluster, hypervisor: Hypervisor, close: () => Promise<void>): HypervisorLab {
  const order = async (...[it]: Parameters<RealCluster['order']>): Promise<void> => void (await cluster.order(it));
  return {
    hypervisor,
    now: () => Date.now(),
    async until(look) {
      const end = Date.now() + LIMIT_MS;
      while (Date.now() < end) {
        const found = await look();
        if (found !== null) return found;
        await sleep(POLL_MS);
      }
      throw new Error(`nothing after ${LIMIT_MS} ms`);
    },
    reset: () => order({ do: 'reset' }),
    beSlow: () => order({ do: 'slow' }),
    loseQuorum: () => order({ do: 'quorum', has: false }),
    setOnline: (node, online) => order({ do: 'online', node, is: online }),
    lock: (vmid, lock) => order({ do: 'lock', vmid, lock }),
    beDeaf: (vmid) => order({ do: 'deaf', vmid }),
    manage: (vmid) => order({ do: 'manage', vmid }),
    setAgent: (vmid, state) => order({ do: 'agent', vmid, state }),
    createGuest: (vmid, name, node) => order({ do: 'guest', vmid, name, node }),
    replicateTo: (vmid, target) => order({ do: 'replicate', vmid, target }),
    breakReplication: (vmid, why) => order({ do: 'break', vmid, why }),
    giveTo: (vmid, node) => order({ do: 'give', vmid, node }),
    endNext: (kind, end) => order({ do: 'end', kind, end }),
    hideGuests: () => order({ do: 'rights', names: ['Sys.Audit', 'Datastore.Audit'] }),
    loseNextAnswer: () => order({ do: 'spoil', method: 'POST', how: 'lose' }),
    close,
  };
}

/** The program that the lab's sshd finds as `pvesh`. */
export async function installPvesh({ url, ca }: ClusterHost, token: string): Promise<void> {
  const folder = join(LAB, 'bin');
  await promisify(execFile)('install', ['-D', '-m', '755', join(import.meta.dirname, 'pvesh'), join(folder, 'pvesh')]);
  await writeFile(join(folder, 'pvesh.conf'), `URL='${url}'\nCA='${ca}'\nTOKEN='${token}'\n`, { mode: 0o600 });
}
