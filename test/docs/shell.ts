import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './documents.ts';

const ENVIRONMENT = { ...process.env, NO_COLOR: '1', npm_config_update_notifier: 'false' };

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a line as somebody types it, in the project's folder. */
export function runLine(line: string, input = ''): Ended {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', line], { cwd: ROOT, env: ENVIRONMENT, input, encoding: 'utf8' });
  return { code: status, output: stdout + stderr };
}

/** The same for what goes on until it is ended, in a group of processes of its own. */
export function startLine(line: string): ChildProcess {
  return spawn('sh', ['-c', line], { cwd: ROOT, env: ENVIRONMENT, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Ends a line that was started, and waits for it. */
export async function endLine(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  process.kill(-pid, 'SIGTERM');
  await ended;
}

/** The first address that a process prints. */
export async function addressFrom(child: ChildProcess): Promise<string> {
  let printed = '';
  for await (const chunk of child.stdout ?? []) {
    printed += String(chunk);
    const address = /https?:\/\/\S+/u.exec(printed)?.[0];
    if (address !== undefined) return address;
  }
  throw new Error(`no address in: ${printed}`);
}

/** The lines of a script, without comments: what a backslash continues is one. */
export function linesOf(script: string): readonly string[] {
  const lines = script.replaceAll('\\\n', ' ').split('\n');
  return lines.map((line) => line.replace(/(?:^|\s+)#.*$/u, '').trim()).filter((line) => line !== '');
}

/** The folder in which the machine of a script stands, in the place of the root. */
export function onMachine(line: string, machine: string): string {
  return line.replaceAll(/(?<![\w./])\/etc\/(?=vigie)/gu, `${join(machine, 'etc')}/`);
}
