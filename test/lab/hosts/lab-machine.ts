import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { Machine } from '#adapters/hosts/machine.ts';
import { shellCommand } from '#adapters/ssh/shell-quote.ts';
import type { CommandResult, Remote } from '#ports/remote.ts';
import { DockerStandIn } from './docker-stand-in.ts';
import { JournalStandIn } from './journal-stand-in.ts';

const DAY_MS = 86_400_000;

/** A machine in a folder: its files are real, and so are the commands that look at them; Docker and the journal are stand-ins. */
export class LabMachine {
  readonly docker = new DockerStandIn();
  journal = new JournalStandIn();
  readonly folder: string;
  readonly commands: string[] = [];
  /** Called before each command; an answer stands in for it. */
  before: (command: string) => CommandResult | undefined | Promise<void> = () => undefined;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<LabMachine> {
    return new LabMachine(await mkdtemp(join(tmpdir(), 'vigie-machine-')));
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A file that nobody wrote to for some days. @returns its path */
  async file(name: string, bytes: number, days: number): Promise<string> {
    const path = join(this.folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '');
    await truncate(path, bytes);
    const then = new Date(Date.now() - days * DAY_MS);
    await utimes(path, then, then);
    return path;
  }

  /** A container whose log has so many bytes, all of them a hole. @returns the log's path */
  async container(name: string, image: string, logBytes: number): Promise<string> {
    const id = Buffer.from(name).toString('hex').padEnd(64, '0');
    const log = await this.file(`docker/containers/${id}/${id}-json.log`, logBytes, 0);
    this.docker.containers.push({ id, name, image, log });
    return log;
  }

  machine(name: string, aliases: readonly string[] = []): Machine {
    return { name, aliases, partials: [join(this.folder, 'backups')], remote: this.#remote };
  }

  readonly #remote: Remote = {
    host: 'root@lab:22',
    openSocket: async () => await Promise.reject(new Error('not here')),
    openPort: async () => await Promise.reject(new Error('not here')),
    execStream: async (command, _options, signal) => {
      const { stdout, ...end } = await this.#remote.exec(command, {}, signal);
      return { stdout: Readable.from([Buffer.from(stdout)]), ended: Promise.resolve(end) };
    },
    files: async () => await Promise.reject(new Error('not here')),
    close: async () => undefined,
    exec: async (command, _options, signal) => {
      signal?.throwIfAborted();
      const line = shellCommand(command);
      this.commands.push(line);
      const answer = await this.before(line);
      if (answer !== undefined) return answer;
      const [, , program, ...words] = command;
      if (program === 'journalctl') return this.journal.run(words);
      return program === 'docker' ? this.docker.run(words) : await inShell(line);
    },
  };
}

function inShell(line: string): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', line], { encoding: 'utf8' }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ code, stdout, stderr });
    });
  });
}
