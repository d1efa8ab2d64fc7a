import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { askServer } from '#adapters/names/ask.ts';

/** Where they listen: on the port of DNS, since a zone names its servers without one. BIND wants an address that an interface has. */
export const SERVERS = ['127.0.53.1', '127.0.53.2'] as const;
export const ZONE = 'lab.test';
/** On Knot alone, which signs it. */
export const SIGNED = 'signed.test';
const START_MS = 10_000;

interface Copy {
  serial: number;
  readonly records: Map<string, readonly string[]>;
}

/** BIND and Knot, each primary of its own copy of a zone: one that isn't told of a change is behind. */
export class NameServers {
  readonly #folder: string;
  readonly #copies: readonly [Copy, Copy] = [
    { serial: 100, records: new Map() },
    { serial: 100, records: new Map() },
  ];
  readonly #running: (ChildProcess | null)[] = [null, null];

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(): Promise<NameServers> {
    const servers = new NameServers(await mkdtemp(join(tmpdir(), 'vigie-names-')));
    await servers.#prepare();
    await addressOf('replace');
    try {
      for (const index of [0, 1]) await servers.start(index);
      return servers;
    } catch (error) {
      await servers.close();
      throw error;
    }
  }

  /** @param which of them are told */
  async set(name: string, addresses: readonly string[] | null, which: readonly number[]): Promise<void> {
    for (const index of which) {
      const copy = this.#copies[index === 0 ? 0 : 1];
      copy.serial += 1;
      if (addresses === null) copy.records.delete(name);
      else copy.records.set(name, addresses);
      await this.#write(index);
      this.#running[index]?.kill('SIGHUP');
    }
    for (const index of which) await this.#serves(index);
  }

  async start(index: number): Promise<void> {
    const [program, ...args] =
      index === 0 ? ['named', '-g', '-c', join(this.#folder, 'named.conf')] : ['knotd', '-c', join(this.#folder, 'knot.conf')];
    this.#running[index] = spawn(program ?? '', args, { stdio: 'ignore', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } });
    await this.#serves(index);
  }

  async stop(index: number): Promise<void> {
    const child = this.#running[index];
    this.#running[index] = null;
    if (child == null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }

  async close(): Promise<void> {
    for (const index of [0, 1]) await this.stop(index);
    await addressOf('delete');
    await rm(this.#folder, { recursive: true });
  }

  async #serves(index: number): Promise<void> {
    const address = SERVERS[index === 0 ? 0 : 1];
    const { serial } = this.#copies[index === 0 ? 0 : 1];
    const question = { name: ZONE, type: 'SOA', recursive: false } as const;
    for (const end = Date.now() + START_MS; Date.now() < end; await sleep(50)) {
      const answer = await askServer({ server: address, address, port: 53 }, question, 500).catch(() => null);
      if (answer?.answers?.some((each) => each.type === 'SOA' && each.data.serial === serial) === true) return;
    }
    throw new Error(`${address} doesn't serve ${ZONE} ${serial}`);
  }

  async #write(index: number): Promise<void> {
    const { serial, records } = this.#copies[index === 0 ? 0 : 1];
    const lines = [...records].flatMap(([name, addresses]) => addresses.map((address) => `${name}. A ${address}`));
    const path = join(this.#folder, `${index}`, ZONE);
    await writeFile(path, zoneFile(serial, lines));
    // BIND reads a file again that is newer than the last one, by whole seconds.
    const at = Date.now() / 1_000 + serial;
    await utimes(path, at, at);
  }

  async #prepare(): Promise<void> {
    const folder = this.#folder;
    for (const part of ['0', '1', 'run']) await mkdir(join(folder, part));
    for (const index of [0, 1]) await this.#write(index);
    await writeFile(join(folder, '1', SIGNED), zoneFile(1, ['team A 192.0.2.1']));
    await writeFile(join(folder, 'named.conf'), bindConfig(folder));
    await writeFile(join(folder, 'knot.conf'), knotConfig(folder));
  }
}

async function addressOf(verb: 'replace' | 'delete'): Promise<void> {
  await promisify(execFile)('/sbin/ip', ['address', verb, `${SERVERS[0]}/32`, 'dev', 'lo']);
}

function zoneFile(serial: number, lines: readonly string[]): string {
  const head = ['$TTL 60', `@ SOA ns1 root ${serial} 30 10 600 60`, '@ NS ns1', '@ NS ns2', `ns1 A ${SERVERS[0]}`, `ns2 A ${SERVERS[1]}`];
  return `${[...head, ...lines].join('\n')}\n`;
}

function bindConfig(folder: string): string {
  return `options { directory "${folder}/0"; pid-file none; session-keyfile "${folder}/run/key"; listen-on { ${SERVERS[0]}; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no; notify no; };
controls {};
zone "${ZONE}" { type primary; file "${ZONE}"; };
`;
}

/** Signatures that are made anew a day before they end, after two: vigie finds that late. */
function knotConfig(folder: string): string {
  return `server:
    listen: ${SERVERS[1]}@53
    rundir: ${folder}/run
    pidfile: ${folder}/run/knotd.pid
database:
    storage: ${folder}/run
log:
  - target: stderr
    any: error
policy:
  - id: short
    rrsig-lifetime: 2d
    rrsig-refresh: 1d
    rrsig-pre-refresh: 1h
zone:
  - domain: ${ZONE}
    storage: ${folder}/1
    file: ${ZONE}
  - domain: ${SIGNED}
    storage: ${folder}/1
    file: ${SIGNED}
    dnssec-signing: on
    dnssec-policy: short
    zonefile-sync: -1
    zonefile-load: difference
    journal-content: all
`;
}
