import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

export interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

export const ROOT = join(import.meta.dirname, '..');
/** The checkers' commands and the project's own, before whatever the machine has. */
const PATH = [join(ROOT, 'tools/node_modules/.bin'), join(ROOT, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);

/** Runs a command to its end. One that can't be started is a failure with the reason as its output. */
export async function run(command: string, words: readonly string[], { cwd = ROOT }: { readonly cwd?: string } = {}): Promise<Outcome> {
  return await new Promise((resolve) => {
    const child = spawn(command, words, { cwd, env: { ...process.env, PATH }, stdio: ['ignore', 'pipe', 'pipe'] });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.stderr.on('data', (part: Buffer) => parts.push(part));
    child.on('error', (error) => resolve({ ok: false, output: `${command}: ${error.message}` }));
    child.on('close', (code) => resolve({ ok: code === 0, output: Buffer.concat(parts).toString('utf8') }));
  });
}
