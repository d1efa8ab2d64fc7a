import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askServer } from '#adapters/names/ask.ts';

/** Primaries of a zone each, and secondary of the other's: BIND and Knot. */
export const PRIMARIES = { 'bind.test': 0, 'knot.test': 1 } as const;
export type PairedZone = keyof typeof PRIMARIES;
const START_MS = 15_000;

/** BIND and Knot on loopback, with a key that may change `team` and `move` in the zone of each, one that may copy, and one that may nothing. */
export class ZonePair {
  readonly ports: readonly [number, number];
  readonly secrets = { vigie: secretKey(), transfer: secretKey() };
  readonly #folder: string;
  readonly #running: ChildProcess[] = [];

  private constructor(folder: string, ports: readonly [number, number]) {
    this.#folder = folder;
    this.ports = ports;
  }

  static async open(): Promise<ZonePair> {
    const first = 20_000 + (process.pid % 5_000) * 2;
    const pair = new ZonePair(await mkdtemp(join(tmpdir(), 'vigie-zones-')), [first, first + 1]);
    try {
      await pair.#start();
      return pair;
    } catch (error) {
      await pair.close();
      throw error;
    }
  }

  server(index: number): string {
    return `127.0.0.1:${this.ports[index === 0 ? 0 : 1]}`;
  }

  async close(): Promise<void> {
    for (const child of this.#running) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      if (child.kill('SIGTERM')) await gone;
    }
    await rm(this.#folder, { recursive: true });
  }

  /** First Knot, then BIND: each asks the other at its start, and after a failure it waits long. */
  async #start(): Promise<void> {
    const folder = this.#folder;
    for (const part of ['bind', 'knot']) {
      await mkdir(join(folder, part));
      await writeFile(join(folder, part, `${part}.test`), zoneFile());
    }
    await writeFile(join(folder, 'named.conf'), this.#bindConfig());
    await writeFile(join(folder, 'knot.conf'), this.#knotConfig());
    this.#run('knotd', '-c', join(folder, 'knot.conf'));
    await this.#serves(1, 'knot.test');
    this.#run('named', '-g', '-c', join(folder, 'named.conf'));
    for (const index of [0, 1]) for (const zone of Object.keys(PRIMARIES)) await this.#serves(index, zone);
  }

  #run(program: string, ...args: readonly string[]): void {
    this.#running.push(spawn(program, args, { stdio: 'ignore', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } }));
  }

  async #serves(index: number, zone: string): Promise<void> {
    const server = { server: this.server(index), address: '127.0.0.1', port: this.ports[index === 0 ? 0 : 1] };
    for (const end = Date.now() + START_MS; Date.now() < end; await sleep(100)) {
      const answer = await askServer(server, { name: zone, type: 'SOA', recursive: false }, 500).catch(() => null);
      if (answer?.answers?.some(({ type }) => type === 'SOA') === true) return;
    }
    throw new Error(`${server.server} does not serve ${zone}`);
  }

  #bindConfig(): string {
    const folder = this.#folder;
    const keys = Object.entries(this.secrets).map(([name, secret]) => `key "${name}" { algorithm hmac-sha256; secret "${secret}"; };`);
    return `${keys.join('\n')}
options { directory "${folder}/bind"; pid-file none; session-keyfile "${folder}/bind/session"; listen-on port ${this.ports[0]} { 127.0.0.1; };
  listen-on-v6 { none; }; recursion no; dnssec-validation no; notify explicit; allow-transfer { key transfer; }; };
controls {};
server 127.0.0.1 { keys { transfer; }; };
zone "bind.test" { type primary; file "bind.test"; also-notify { 127.0.0.1 port ${this.ports[1]} key transfer; }; notify-delay 0;
  update-policy { grant vigie name team.bind.test A AAAA; }; };
zone "knot.test" { type secondary; file "knot.test"; primaries { 127.0.0.1 port ${this.ports[1]} key transfer; }; allow-notify { key transfer; }; };
`;
  }

  #knotConfig(): string {
    const folder = this.#folder;
    const keys = Object.entries(this.secrets).map(
      ([name, secret]) => `  - id: ${name}\n    algorithm: hmac-sha256\n    secret: ${secret}\n`,
    );
    return `server:
    listen: 127.0.0.1@${this.ports[1]}
    rundir: ${folder}/knot
    pidfile: ${folder}/knotd.pid
database:
    storage: ${folder}/knot
log:
  - target: stderr
    any: error
key:
${keys.join('')}remote:
  - id: bind
    address: 127.0.0.1@${this.ports[0]}
    key: transfer
acl:
  - id: change
    key: vigie
    action: update
    update-type: [A, AAAA]
    update-owner: name
    update-owner-match: equal
    update-owner-name: team
  - id: copy
    key: transfer
    action: [transfer, notify]
zone:
  - domain: knot.test
    storage: ${folder}/knot
    file: knot.test
    notify: bind
    acl: [change, copy]
  - domain: bind.test
    storage: ${folder}/knot
    file: bind.test
    master: bind
    acl: copy
`;
  }
}

function secretKey(): string {
  return randomBytes(32).toString('base64');
}

function zoneFile(): string {
  const head = ['$TTL 60', '@ SOA ns1 root 2026112901 5 5 600 60', '@ NS ns1', '@ NS ns2', 'ns1 A 127.0.0.1', 'ns2 A 127.0.0.1'];
  return `${[...head, 'team A 192.0.2.57', 'team A 192.0.2.60'].join('\n')}\n`;
}
