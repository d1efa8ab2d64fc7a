import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { join } from 'node:path';
import { z } from 'zod';

import type { DataSet } from './data.ts';
import type { Died, Life, Match } from './sides.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SECOND = 1_000;

const matchLine = z.object({ rule: z.string(), key: z.array(z.string()), at: z.string(), tick: z.string() });
const deathLine = z.object({ rule: z.string(), died: z.string(), at: z.string() });

export interface Theirs {
  readonly matches: readonly Match[];
  readonly died: readonly Died[];
}

/** What ElastAlert finds. */
export async function runElastalert(python: string, url: string, data: DataSet, files: readonly string[]): Promise<Theirs> {
  const lines = await linesOf(python, [join(import.meta.dirname, 'driver.py'), '--url', url, ...spanOf(data, SECOND), ...files]);
  const died = lines.flatMap((line) => deathLine.safeParse(line).data ?? []);
  const matches = lines.flatMap((line) => matchLine.safeParse(line).data ?? []);
  return {
    died: died.map((one) => ({ ...one, at: Date.parse(one.at) })),
    matches: matches.map((one) => ({ ...one, at: Date.parse(one.at), tick: Date.parse(one.tick) })),
  };
}

const lifeLine = z.object({
  rule: z.string(),
  key: z.record(z.string(), z.string()).nullable(),
  event: z.enum(['fired', 'resolved']),
  at: z.string(),
});

/** What vigie finds: each firing with the end that follows it. */
export async function runVigie(url: string, data: DataSet, files: readonly string[]): Promise<readonly Life[]> {
  const span = spanOf(data, SECOND).map((word) => (/^\d+$/u.test(word) ? `${word}s` : word));
  const lines = await linesOf(process.execPath, [
    join(ROOT, 'src/main.ts'),
    'rules',
    'test',
    ...files,
    '--json',
    '--elasticsearch',
    url,
    ...span,
  ]);
  const open = new Map<string, Life>();
  const lives: Life[] = [];
  for (const { rule, key, event, at } of lines.map((line) => lifeLine.parse(line))) {
    const text = JSON.stringify([rule, key]);
    if (event === 'fired')
      open.set(text, { rule, key: Object.values(key ?? {}), firedAt: Date.parse(at), resolvedAt: Number.POSITIVE_INFINITY });
    const life = open.get(text);
    if (event === 'fired' || life === undefined) continue;
    lives.push({ ...life, resolvedAt: Date.parse(at) });
    open.delete(text);
  }
  return [...lives, ...open.values()];
}

function spanOf({ from, to, runEveryMs, bufferTimeMs }: DataSet, unitMs: number): readonly string[] {
  const [start, end] = [from, to].map((at) => new Date(at).toISOString());
  return [
    '--from',
    `${start}`,
    '--to',
    `${end}`,
    '--run-every',
    String(runEveryMs / unitMs),
    '--buffer-time',
    String(bufferTimeMs / unitMs),
  ];
}

async function linesOf(command: string, args: readonly string[]): Promise<readonly unknown[]> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: unknown[] = [];
  const ended = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) lines.push(JSON.parse(line));
  await ended;
  if (child.exitCode !== 0) throw new Error(`${command} ended with ${child.exitCode}`);
  return lines;
}

/** Whether a command can be run. */
export async function runs(command: string, args: readonly string[]): Promise<boolean> {
  return await promisify(execFile)(command, [...args]).then(
    () => true,
    () => false,
  );
}
