import type { Unit } from '#domain/chart.ts';
import type { ValueAxis } from '#ports/charts.ts';
import { formatMeasure } from '../measure.ts';
import type { Language } from '../templates.ts';

/** Spaces between lines that are aimed at. */
const SPACES = 4;
/** Values that can't be below nothing are seen against nothing. */
const FROM_ZERO: ReadonlySet<Unit> = new Set<Unit>([
  'percent',
  'bytes',
  'bytes_per_second',
  'count',
  'per_second',
  'seconds',
  'milliseconds',
  'load',
]);

/** An axis over all values, with round ticks written in the unit. */
export function valueAxis(values: readonly number[], unit: Unit, language: Language): ValueAxis {
  if (values.length === 0) return { min: 0, max: 1, ticks: [] };
  const [low, high] = extent(values, unit);
  const step = roundStep((high - low) / SPACES, unit);
  const first = Math.floor(low / step + 1e-9);
  const last = ceiling(high, Math.max(...values), step, unit);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => {
    const value = tidy((first + index) * step);
    return { value, label: formatMeasure(value, unit, language) };
  });
  return { min: tidy(first * step), max: tidy(last * step), ticks };
}

function extent(values: readonly number[], unit: Unit): readonly [number, number] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const narrow = high - low < 0.1 * Math.max(Math.abs(high), Math.abs(low));
  const start = FROM_ZERO.has(unit) || !narrow ? Math.min(0, low) : low;
  if (high > start) return [start, Math.max(high, unit === 'percent' && high > 0.5 && high <= 1 ? 1 : high)];
  // One value alone, or nothing but zeros.
  return start < 0 ? [start, 0] : [start, start + leastRange(unit, start)];
}

function leastRange(unit: Unit, at: number): number {
  if (unit === 'bytes' || unit === 'bytes_per_second') return Math.max(1_000, at);
  if (unit === 'percent') return 0.1;
  return Math.max(1, Math.abs(at) * 0.1);
}

/** 1, 2, 2.5 or 5 times a power of ten; whole for what is counted. */
function roundStep(least: number, unit: Unit): number {
  const power = 10 ** Math.floor(Math.log10(least) + 1e-9);
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
  return unit === 'count' ? Math.max(1, Math.ceil(step)) : step;
}

/** The line that touches the top would be cut in half: a little air, except above 100 %. */
function ceiling(high: number, highest: number, step: number, unit: Unit): number {
  const last = Math.ceil(high / step - 1e-9);
  const full = last * step - highest < 0.04 * highest;
  return full && !(unit === 'percent' && Math.abs(high - 1) < 1e-9) ? last + 1 : Math.max(last, 1);
}

/** 0.30000000000000004 is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
