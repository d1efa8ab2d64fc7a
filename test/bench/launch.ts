import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const ROOT = join(import.meta.dirname, '../..');

/** How `bin/vigie` starts Node, read there, so that what is measured is what is run. */
export function launch(): { readonly flags: readonly string[]; readonly env: NodeJS.ProcessEnv } {
  const script = readFileSync(join(ROOT, 'bin/vigie'), 'utf8');
  const flags = /^ *flags='(?<flags>[^']+)'/mu.exec(script)?.groups?.['flags']?.split(' ') ?? [];
  const variables = [...script.matchAll(/(?<name>MALLOC_\w+)=\$\{\w+:-(?<value>\d+)\}/gu)];
  if (flags.length === 0 || variables.length === 0) throw new Error('bin/vigie starts Node in another way than this reads');
  return { flags, env: { ...process.env, ...Object.fromEntries(variables.map(({ groups = {} }) => [groups['name'], groups['value']])) } };
}

/** Megabytes. */
export async function rssMb({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/u.exec(status)?.[1] ?? 0) / 1024);
}

/** CPU since it began, in milliseconds. Source: proc(5), `utime` and `stime` in hundredths of a second. */
export async function cpuMs({ pid }: ChildProcess): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export interface Bare {
  readonly startMs: number;
  readonly rssMb: number;
}

/** A Node that does nothing, started as vigie is: what no vigie can be below. */
export async function bareNode(): Promise<Bare> {
  const { flags, env } = launch();
  const begin = performance.now();
  const child = spawn(process.execPath, [...flags, '-e', 'console.log(1); setInterval(() => 0, 1e6)'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  });
  await once(child.stdout, 'data');
  const startMs = performance.now() - begin;
  await sleep(1_000);
  const bare = { startMs, rssMb: await rssMb(child) };
  child.kill();
  await once(child, 'exit');
  return bare;
}
