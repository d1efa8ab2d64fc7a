import { z } from 'zod';
import { ENOUGH_POINTS, reachedIn, type Point } from '#domain/alert/slope.ts';
import type { LevelsReader, Trend } from '#ports/levels.ts';
import type { Cursors } from '#ports/store.ts';

const FACT = 'levels';
/** The line is drawn through the last six hours, as the alert of a disk that fills draws it. */
const KEPT_MS = 6 * 3_600_000;
const points = z.record(z.string(), z.array(z.tuple([z.number(), z.number()])));
type Levels = z.output<typeof points>;

/** By `vesselName`, how full something is: from 0 to 1. */
export type Readings = ReadonlyMap<string, number>;

/** Where levels are going, from what was kept. */
export function levelsReader(facts: Pick<Cursors, 'fact'>, now: () => number): LevelsReader {
  return {
    async trends() {
      const kept = await keptLevels(facts, now());
      return new Map(Object.entries(kept).map(([name, past]) => [name, trendOf(past, now())]));
    },
  };
}

function trendOf(past: readonly Point[], now: number): Trend {
  const value = past.at(-1)?.[1];
  if (value === undefined || past.length < ENOUGH_POINTS) return { state: 'unknown' };
  const inMs = reachedIn(past, value, now, { limit: 1, direction: 'up' });
  return inMs === null ? { state: 'steady' } : { state: 'fills', inMs };
}

/** Keeps what was read beside what was read before. */
export async function keepLevels(facts: Pick<Cursors, 'fact' | 'remember'>, readings: Readings, now: number): Promise<void> {
  const kept = new Map(Object.entries(await keptLevels(facts, now)));
  for (const [name, value] of readings) kept.set(name, [...(kept.get(name) ?? []), [now, value]]);
  await facts.remember(FACT, JSON.stringify(Object.fromEntries(kept)));
}

/** What was written otherwise is forgotten; so is what lies ahead of a clock that was set back. */
async function keptLevels(facts: Pick<Cursors, 'fact'>, now: number): Promise<Levels> {
  const read = points.safeParse(parsed(await facts.fact(FACT)));
  if (!read.success) return {};
  const fresh = Object.entries(read.data).map(([name, past]) => [name, past.filter(([at]) => at > now - KEPT_MS && at <= now)] as const);
  return Object.fromEntries(fresh.filter(([, past]) => past.length > 0));
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? {} : JSON.parse(text);
  } catch {
    return null;
  }
}
