import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Scene } from '../scene.ts';

const MAIN = join(import.meta.dirname, '../../../src/main.ts');

export interface Ran {
  readonly output: string;
  readonly code: number | null;
  /** From the start of the process to its first line, in milliseconds. */
  readonly firstMs: number;
}

/** vigie as processes of its own, on one configuration: what somebody at a terminal has. */
export class House {
  readonly folder = mkdtempSync(join(tmpdir(), 'vigie-house-'));
  #vigie: ChildProcess | null = null;
  log = '';

  constructor(scene: Scene) {
    writeFileSync(join(this.folder, 'token'), scene.bot.token, { mode: 0o600 });
    mkdirSync(join(this.folder, 'state'));
    writeFileSync(
      join(this.folder, 'vigie.yaml'),
      `mattermost: { url: "${scene.admin.me.url}", token: "\${file:${join(this.folder, 'token')}}", operations_channel: ops }
timezone: Europe/Paris
language: en
state: ${join(this.folder, 'state')}
http: { listen: "127.0.0.1:0" }
socket: { path: ${join(this.folder, 'run', 'vigie.sock')}, accounts: { ${userInfo().username}: alice } }
roles: { operator: { users: [alice, bob], may: [read, change, danger], approves: [change, danger] } }
`,
    );
  }

  /** Starts vigie, which goes on by itself. @param flags of Node's own */
  start(...flags: readonly string[]): void {
    this.log = '';
    this.#vigie = this.#spawn(['run'], flags);
    for (const stream of [this.#vigie.stdout, this.#vigie.stderr]) stream?.on('data', (chunk: Buffer) => (this.log += chunk.toString()));
  }

  async stop(): Promise<void> {
    const vigie = this.#vigie;
    this.#vigie = null;
    if (vigie === null || vigie.exitCode !== null) return;
    const closed = once(vigie, 'close');
    vigie.kill('SIGTERM');
    await closed;
  }

  /** Types a subcommand, and waits for its end. */
  async type(...words: readonly string[]): Promise<Ran> {
    const began = performance.now();
    let firstMs = Number.POSITIVE_INFINITY;
    let output = '';
    const child = this.#spawn(words);
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        firstMs = Math.min(firstMs, performance.now() - began);
        output += chunk.toString();
      });
    await once(child, 'close');
    return { output, code: child.exitCode, firstMs };
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #spawn(words: readonly string[], flags: readonly string[] = []): ChildProcess {
    return spawn(process.execPath, [...flags, MAIN, ...words, '--config', join(this.folder, 'vigie.yaml')]);
  }
}
