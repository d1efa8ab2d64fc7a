import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Of Linux on all common machines: `getconf CLK_TCK` a second. */
const TICK_MS = 10;

/**
 * What a Java process has computed so far, ms, without its compiler: a server that has run for days has compiled all it does often, one of a bench
 * hasn't. Threads that have ended don't count. Source: proc(5), /proc/pid/task/tid/stat, fields 14 and 15.
 */
export async function cpuWithoutCompiler(pid: number): Promise<number> {
  const folder = `/proc/${pid}/task`;
  const threads = await Promise.all(
    (await readdir(folder)).map((thread) => readFile(join(folder, thread, 'stat'), 'utf8').catch(() => '')),
  );
  return threads.filter((stat) => !/^\d+ \(C[12] Compiler/u.test(stat)).reduce((sum, stat) => sum + ticksOf(stat) * TICK_MS, 0);
}

/** The name, in brackets, may hold anything; the third field comes after it. */
function ticksOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}
