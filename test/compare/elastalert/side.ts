import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { join } from 'node:path';
import { z } from 'zod';
import { connectSearch } from '#adapters/elasticsearch/connect-search.ts';
import { loadRules } from '#config/rules/load-rules.ts';
import { ruleDefaults } from '#config/rules/rule-defaults.ts';
import { replay } from '#pipeline/alert/replay.ts';
import { call } from '#test/real/elasticsearch/bulk.ts';
import { asJson, type DataSet } from './data.ts';
import type { Life, Theirs } from './sides.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SECOND = 1_000;

const matchLine = z.object({ rule: z.string(), key: z.array(z.string()), at: z.string(), tick: z.string() });
const deathLine = z.object({ rule: z.string(), died: z.string(), at: z.string() });

/** Where a side finds its documents, and the rules that look at them. Late documents come into the index of each side as it goes. */
export interface Place {
  readonly url: string;
  readonly index: string;
  readonly files: readonly string[];
  /** A folder of its own. */
  readonly folder: string;
}

/** What ElastAlert finds. */
export async function runElastalert(python: string, data: DataSet, { url, index, files, folder }: Place): Promise<Theirs> {
  const late = join(folder, 'late.jsonl');
  await writeFile(late, data.late.map((one) => `{"arrivesAt":${one.arrivesAt},"document":${asJson(one.document)}}\n`).join(''));
  const options = ['--url', url, ...spanOf(data, SECOND), '--late', late, '--index', `${index}-2`];
  const lines = await linesOf(python, [join(import.meta.dirname, 'driver.py'), ...options, ...files]);
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
export async function runVigie(data: DataSet, place: Place): Promise<readonly Life[]> {
  return livesIn(data.late.length === 0 ? await typed(data, place) : await replayed(data, place));
}

/** As somebody would type it. */
async function typed(data: DataSet, { url, files }: Place): Promise<readonly unknown[]> {
  const span = spanOf(data, SECOND).map((word) => (/^\d+$/u.test(word) ? `${word}s` : word));
  return await linesOf(process.execPath, [join(ROOT, 'src/main.ts'), 'rules', 'test', ...files, '--json', '--elasticsearch', url, ...span]);
}

/** The same code, while documents come in. */
async function replayed(data: DataSet, { url, index, files }: Place): Promise<readonly unknown[]> {
  const { from, to, runEveryMs, bufferTimeMs } = data;
  const { rules, problems } = loadRules(files, { ...ruleDefaults(null, () => null), runEveryMs, bufferTimeMs });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const search = connectSearch({ cluster: 'elasticsearch', urls: [url], timeoutMs: 60_000 });
  let waiting = data.late;
  const arrive = async (tick: number): Promise<void> => {
    const come = waiting.filter(({ arrivesAt }) => arrivesAt <= tick);
    waiting = waiting.filter(({ arrivesAt }) => arrivesAt > tick);
    if (come.length > 0)
      await call(url, 'POST', `/${index}-2/_bulk?refresh=true`, come.map(({ document }) => `{"index":{}}\n${asJson(document)}\n`).join(''));
  };
  const events: unknown[] = [];
  try {
    for await (const event of replay(rules, search, { from, to, beforeTick: arrive }))
      events.push({ ...event, at: new Date(event.at).toISOString() });
  } finally {
    await search.close();
  }
  return events;
}

function livesIn(lines: readonly unknown[]): readonly Life[] {
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
