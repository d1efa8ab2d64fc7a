import { join } from 'node:path';
import type { ChartData, Series } from '#domain/chart.ts';
import type { Drawing, Panel } from '#ports/charts.ts';
import { drawingOf } from '#messages/chart/drawing.ts';
import { createEngine } from '#messages/engine.ts';
import { loadTemplates, type Language } from '#messages/templates.ts';

const { templates } = await loadTemplates(join(import.meta.dirname, '../../../templates/messages'));
const HOUR_MS = 3_600_000;
export const NOON = Date.parse('2026-11-24T11:00:00Z');

/** A chart of six hours that end at noon in Paris. */
export function chart(change: Partial<ChartData> = {}): ChartData {
  return {
    title: 'CPU',
    unit: 'percent',
    from: NOON - 6 * HOUR_MS,
    to: NOON,
    series: [series('pica01', [0.2, 0.4, 0.3])],
    threshold: null,
    forecast: null,
    ...change,
  };
}

/** Values spread evenly over the six hours. */
export function series(name: string, values: readonly (number | null)[]): Series {
  const step = (6 * HOUR_MS) / Math.max(1, values.length - 1);
  return { name, points: values.map((value, index) => [NOON - 6 * HOUR_MS + index * step, value] as const) };
}

export function drawing(charts: readonly ChartData[], language: Language = 'en', timezone = 'Europe/Paris'): Drawing {
  return drawingOf(charts, { language, timezone, engine: createEngine(templates, timezone, () => NOON) });
}

export function panel(change: Partial<ChartData> = {}, language: Language = 'en', timezone = 'Europe/Paris'): Panel {
  const [first] = drawing([chart(change)], language, timezone).panels;
  if (first === undefined) throw new Error('no panel');
  return first;
}
