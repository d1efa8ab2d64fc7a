import type { ChartData, ChartTitle, Series } from '../chart.ts';
import type { Wanted } from './asked.ts';
import type { ReadCurve } from './buckets.ts';
import type { MetricPanel } from './metric.ts';
import { limitOf, type Watched } from './limits.ts';
import type { Span } from './span.ts';
import { statisticsOf, type Statistics } from './statistics.ts';

/** What was found of one metric of one target. */
export interface Measured {
  readonly wanted: Wanted;
  readonly curves: readonly ReadCurve[];
  /** The same so long before, already at the times of now. */
  readonly before?: readonly ReadCurve[];
}

/** So much of what was before is told in words. */
export type Before = Pick<Statistics, 'mean' | 'max'>;

export type MetricRow = {
  readonly name: string;
  readonly part: string;
  /** Null: nothing came within the span. */
  readonly statistics: Statistics | null;
  /** Null: nothing is compared, or nothing was measured then. */
  readonly before: Before | null;
};

/** One chart with the figures of its series, in the same order. */
export interface MetricView {
  readonly chart: ChartData & { readonly title: ChartTitle };
  readonly rows: readonly MetricRow[];
}

/**
 * One view for each panel of each metric, its targets together; the curves that reach highest come first.
 * @param watched the rules whose limits are drawn
 * @param comparedMs how long before is compared with; null: nothing is
 */
export function viewsOf(
  measured: readonly Measured[],
  span: Span,
  { watched, comparedMs = null }: { readonly watched: readonly Watched[]; readonly comparedMs?: number | null },
): readonly MetricView[] {
  const targets = [...new Set(measured.map(({ wanted }) => wanted.target.name))];
  const alone = targets.length === 1 ? (targets[0] ?? '') : '';
  const views = new Map<string, { panel: MetricPanel; wanted: Wanted; series: Series[]; earlier: Series[] }>();
  for (const { wanted, curves, before = [] } of measured)
    for (const [index, panel] of wanted.reading.panels.entries()) {
      const key = `${wanted.metric.name} ${panel.title} ${panel.unit}`;
      const view = views.get(key) ?? { panel, wanted, series: [], earlier: [] };
      views.set(key, view);
      const seriesIn = (all: readonly ReadCurve[]): readonly Series[] =>
        all.filter((curve) => curve.panel === index).map((curve) => seriesOf(curve, wanted.target.name, alone));
      view.series.push(...seriesIn(curves));
      view.earlier.push(...seriesIn(before));
    }
  const worthIt = [...views.values()].filter(({ panel, series }) => panel.optional !== true || !series.every(isEmpty));
  return worthIt.map(({ panel, wanted, series, earlier }) => {
    const shown = wanted.reading.split?.shown === 'each' ? byHeight(series) : series;
    const title = { metric: panel.title, words: wanted.metric.words, of: alone };
    const { from, to } = span;
    return {
      chart: {
        title,
        unit: panel.unit,
        from,
        to,
        series: shown,
        threshold: limitOf(panel, targets, watched),
        forecast: null,
        ...(comparedMs === null ? {} : { compared: { ms: comparedMs, series: earlier } }),
      },
      rows: shown.map(({ name, part = '', points }) => ({
        name,
        part,
        statistics: statisticsOf(points),
        before: beforeOf(earlier, name, part),
      })),
    };
  });
}

function beforeOf(earlier: readonly Series[], name: string, part: string): Before | null {
  const found = statisticsOf(earlier.find((series) => series.name === name && (series.part ?? '') === part)?.points ?? []);
  return found === null ? null : { mean: found.mean, max: found.max };
}

function isEmpty({ points }: Series): boolean {
  return points.every(([, value]) => value === null);
}

/** The title names a target that is alone: its series say only what differs. */
function seriesOf({ part, of, points }: ReadCurve, target: string, alone: string): Series {
  const name = alone === '' ? [target, of].filter((text) => text !== '').join(' ') : of === '' && part === '' ? target : of;
  return { name, points, ...(part === '' ? {} : { part }) };
}

function byHeight(series: readonly Series[]): readonly Series[] {
  const height = ({ points }: Series): number => Math.max(...points.map(([, value]) => value ?? Number.NEGATIVE_INFINITY));
  return series.toSorted((a, b) => height(b) - height(a));
}
