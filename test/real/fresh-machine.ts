import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '#test/docs/documents.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
/** What a machine changes while something is installed. */
const CHANGED = ['/etc', '/var/lib', '/run'];
const ANSWER_MS = 60_000;

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** What somebody does at a terminal: waits for words, and types. */
export interface AtTerminal {
  /** Waits for what is new since it was called last. @returns it */
  reads(words: string): Promise<string>;
  type(keys: string): void;
  /** All that was shown, once the command has ended. */
  ended(): Promise<Ended>;
}

/**
 * This machine as it would be if nobody had installed anything: what is written to its folders goes into others that vanish with it. Its
 * processes and its network are those of the machine itself.
 */
export class FreshMachine {
  readonly #folder: string;
  readonly #holder: ChildProcess;

  private constructor(folder: string, holder: ChildProcess) {
    this.#folder = folder;
    this.#holder = holder;
  }

  /** @param sockets what stands where on it, such as `/run/docker.sock` */
  static async open(sockets: Readonly<Record<string, string>>): Promise<FreshMachine> {
    const folder = mkdtempSync(join(tmpdir(), 'vigie-machine-'));
    mkdirSync(join(folder, 'bin'));
    copyFileSync(join(HERE, 'systemctl.sh'), join(folder, 'bin/systemctl'));
    const upper = join(folder, 'upper');
    mkdirSync(upper);
    const overlays = CHANGED.map((path, index) => {
      const own = `${upper}/${index}`;
      return `mkdir ${own} ${own}.w && mount -t overlay overlay -o lowerdir=${path},upperdir=${own},workdir=${own}.w ${path}`;
    });
    const binds = Object.entries(sockets).map(([at, from]) => `touch ${at} && mount --bind ${from} ${at}`);
    // Nothing of this is seen by anybody else: the mounts are the holder's own, and end with it.
    const script = ['mount -t tmpfs none ' + upper, ...overlays, ...binds, 'echo ready', 'exec sleep infinity'].join(' && ');
    const holder = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const machine = new FreshMachine(folder, holder);
    const [said] = (await Promise.race([once(holder.stdout ?? holder, 'data'), once(holder, 'exit')])) as [unknown];
    if (String(said) !== 'ready\n') throw new Error('no machine could be made: are you root?');
    return machine;
  }

  /** Runs a line as root types it in vigie's folder. */
  async run(line: string, input = ''): Promise<Ended> {
    const child = this.#spawn(['sh', '-c', line]);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    // Who reads nothing may be gone before.
    child.stdin?.on('error', () => undefined).end(input);
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output };
  }

  /** The same in a terminal. */
  terminal(line: string): AtTerminal {
    const child = this.#spawn(['script', '--quiet', '--return', '--command', line, '/dev/null']);
    let [shown, seen] = ['', 0];
    child.stdout?.on('data', (chunk: Buffer) => (shown += chunk.toString()));
    const ended = once(child, 'close') as Promise<[number | null]>;
    return {
      async reads(words) {
        const until = Date.now() + ANSWER_MS;
        while (!shown.slice(seen).includes(words)) {
          if (Date.now() > until || child.exitCode !== null) throw new Error(`waited for "${words}" in:\n${shown.slice(seen)}`);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        const fresh = shown.slice(seen);
        seen = shown.length;
        return fresh;
      },
      type: (keys) => void child.stdin?.write(keys),
      ended: async () => ({ code: (await ended)[0], output: shown }),
    };
  }

  #spawn(words: readonly string[]): ChildProcess {
    const { NODE_OPTIONS: _none, ...own } = process.env;
    const env = { ...own, PATH: `${join(this.#folder, 'bin')}:/usr/sbin:/usr/bin:/sbin:/bin`, TERM: 'xterm', LANG: 'C.UTF-8' };
    return spawn('nsenter', [`--mount=/proc/${this.#holder.pid}/ns/mnt`, `--wdns=${ROOT}`, ...words], { env, cwd: ROOT });
  }

  /** Ends what runs on it; what was written to it is gone. */
  async close(): Promise<void> {
    await this.run('test ! -e /run/vigie.pid || kill $(cat /run/vigie.pid)');
    this.#holder.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
