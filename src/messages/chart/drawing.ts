import type { ChartData, ChartTitle, Mark, Series } from '#domain/chart.ts';
import type { Drawing, Line, Panel, PanelMark } from '#ports/charts.ts';
import type { Engine } from '../engine.ts';
import type { Language } from '../templates.ts';
import { plainLabel } from './plain-label.ts';
import { timeTicks } from './time-ticks.ts';
import { valueAxis } from './value-axis.ts';

export interface ChartLook {
  readonly language: Language;
  readonly timezone: string;
  readonly engine: Engine;
}

/** Lines that can be told apart, and whose names fit below. */
const MOST_LINES = 8;

/** Charts with their words and their axes: all that is left to do is to draw them. */
export function drawingOf(charts: readonly ChartData[], look: ChartLook): Drawing {
  const panels = charts.map((chart) => panelOf(chart, look));
  const zone = plainLabel(look.engine.render(look.language, 'chart', 'zone', { zone: look.timezone }));
  // Once is enough: below the last one that has times.
  const last = panels.findLastIndex(({ lines }) => !lines.every(isEmpty));
  return {
    panels: panels.map((panel, index) =>
      index === last ? { ...panel, note: [panel.note, zone].filter((text) => text !== '').join(' · ') } : panel,
    ),
  };
}

function panelOf(chart: ChartData, look: ChartLook): Panel {
  const { language, timezone, engine } = look;
  const words = (section: string, data = {}): string => plainLabel(engine.render(language, 'chart', section, data));
  const shown = chart.series.slice(0, MOST_LINES);
  const lines: Line[] = shown.map((series) => ({ label: labelOf(series, look), points: series.points, dashed: false }));
  lines.push(...comparedLines(chart, shown, look));
  if (chart.forecast !== null) lines.push({ label: words('forecast'), points: chart.forecast.points, dashed: true });
  const to = Math.max(chart.to, ...(chart.forecast?.points.map(([at]) => at) ?? []));
  const hidden = chart.series.length - shown.length;
  return {
    title: titleOf(chart.title, look),
    time: { from: chart.from, to, ticks: timeTicks(chart.from, to, timezone, language) },
    values: valueAxis(valuesOf(chart, shown), chart.unit, language),
    lines,
    threshold:
      chart.threshold === null ? null : { value: chart.threshold, label: words('threshold', { value: chart.threshold, unit: chart.unit }) },
    ...(chart.marks === undefined ? {} : { marks: chart.marks.map((mark) => markOf(mark, look)) }),
    note: lines.every(isEmpty) ? words('empty') : hidden > 0 ? words('more', { count: hidden }) : '',
  };
}

/** Beneath each of the shown lines; the first of them says in the legend what all are. */
function comparedLines({ compared }: ChartData, shown: readonly Series[], { language, engine }: ChartLook): readonly Line[] {
  if (compared === undefined) return [];
  const lines = compared.series.flatMap(({ name, part = '', points }): Line[] => {
    const at = shown.findIndex((series) => series.name === name && (series.part ?? '') === part);
    return at === -1 || isEmpty({ label: '', points, dashed: false }) ? [] : [{ label: '', points, dashed: false, paleOf: at }];
  });
  const label = plainLabel(engine.render(language, 'chart', 'compared', { ms: compared.ms }));
  return lines.map((line, at) => (at === 0 ? { ...line, label } : line));
}

function markOf({ at, number, kind }: Mark, { language, engine }: ChartLook): PanelMark {
  return { at, label: plainLabel(engine.render(language, 'chart', 'mark', { number, kind })), short: String(number) };
}

function titleOf(title: ChartData['title'], { language, engine }: ChartLook): string {
  return plainLabel(typeof title === 'string' ? title : withSubject(title, engine.term(language, 'metrics', title.metric), language));
}

function withSubject({ words, of }: ChartTitle, known: string, language: Language): string {
  const metric = words[language] ?? known;
  return of === '' ? metric : `${metric} · ${of}`;
}

function labelOf({ name, part = '' }: Series, { language, engine }: ChartLook): string {
  const words = part === '' ? '' : engine.term(language, 'metric-parts', part);
  return plainLabel([name, words].filter((text) => text !== '').join(' '));
}

function valuesOf({ threshold, forecast, compared }: ChartData, shown: readonly Series[]): readonly number[] {
  const points = [...shown, ...(forecast === null ? [] : [forecast]), ...(compared?.series ?? [])].flatMap((series) => series.points);
  return [...points.map(([, value]) => value), threshold].filter((value) => value !== null);
}

function isEmpty({ points }: Line): boolean {
  return points.every(([, value]) => value === null);
}
