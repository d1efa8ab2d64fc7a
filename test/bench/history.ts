import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Row } from './table.ts';

/** Ratios to their floors by what was measured, of each release, the oldest first. */
export type History = Readonly<Record<string, Ratios>>;
type Ratios = Readonly<Record<string, number>>;

const FILE = join(import.meta.dirname, 'history.json');
const history = z.record(z.string(), z.record(z.string(), z.number()));
/** So much more than at the last release is worse: less is chance. */
const WORSE = 1.1;

export async function readHistory(): Promise<History> {
  return history.parse(JSON.parse(await readFile(FILE, 'utf8')));
}

export async function writeHistory(known: History): Promise<void> {
  await writeFile(FILE, `${JSON.stringify(known, null, 2)}\n`);
}

/** What wasn't measured this time stays as it was. */
export function recorded(known: History, release: string, rows: readonly Row[]): History {
  return { ...known, [release]: { ...known[release], ...ratiosOf(rows) } };
}

/** Lines that tell what got worse by more than a tenth since the last release; one line if nothing did. */
export function compared(known: History, rows: readonly Row[]): readonly string[] {
  const [release, before] = Object.entries(known).at(-1) ?? [];
  if (release === undefined || before === undefined) return ['no release was measured so far: nothing to compare with'];
  const now = Object.entries(ratiosOf(rows));
  const worse = now.filter(([what, ratio]) => ratio > (before[what] ?? Number.POSITIVE_INFINITY) * WORSE);
  const lines = worse.map(
    ([what, ratio]) => `worse than ${release}: ${what}: ${ratio.toFixed(2)} times its floor, ${before[what]?.toFixed(2)} then`,
  );
  const compared = now.filter(([what]) => before[what] !== undefined).length;
  return lines.length > 0 ? lines : [`nothing of ${compared} ratios is worse than ${release} by more than 10 %`];
}

function ratiosOf(rows: readonly Row[]): Ratios {
  return Object.fromEntries(rows.flatMap(({ what, floor }) => (floor === undefined ? [] : [[what, floor.ratio] as const])));
}
