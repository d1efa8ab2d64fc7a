import type { Panel } from '#ports/charts.ts';
import { LEADING, SIZES, type Box } from './layout.ts';
import { textWidth } from './text-width.ts';

/** Where ECharts puts the words of a line across. */
export type LimitPlace = 'insideStartTop' | 'insideEndTop' | 'insideStartBottom' | 'insideEndBottom';

/** In the order in which they are wanted: above the limit is nothing most of the time. */
const PLACES: readonly LimitPlace[] = ['insideStartTop', 'insideEndTop', 'insideStartBottom', 'insideEndBottom'];
/** Around the words, in pixels. */
const AIR = 8;
/** Above and below the plot nothing else is drawn for so many pixels. */
const MARGIN = 10;

interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * The place for a limit's words where no curve runs, and which is inside of the plot; where there is none, the one that covers least of them.
 * @param plot the panel's, in pixels
 */
export function limitPlace(panel: Panel, limit: NonNullable<Panel['threshold']>, plot: Box): LimitPlace {
  const covered = PLACES.map((place) => ({ place, points: pointsIn(areaOf(place, panel, limit, plot), panel, plot) }));
  return covered.toSorted((a, b) => a.points - b.points)[0]?.place ?? 'insideStartTop';
}

function areaOf(place: LimitPlace, { values }: Panel, { value, label }: NonNullable<Panel['threshold']>, plot: Box): Area {
  const line = plot.height * (1 - (value - values.min) / (values.max - values.min));
  const width = textWidth(label, SIZES.label) + 2 * AIR;
  const left = place.includes('Start') ? 0 : plot.width - width;
  const top = place.endsWith('Top') ? line - LEADING.label - AIR : line;
  return { left, right: left + width, top, bottom: top + LEADING.label + AIR };
}

/** How many pixels of width of the curves run through an area; one that leaves the plot counts as full. */
function pointsIn({ left, right, top, bottom }: Area, panel: Panel, plot: Box): number {
  if (top < -MARGIN || bottom > plot.height + MARGIN) return Number.POSITIVE_INFINITY;
  let count = 0;
  for (let x = left; x <= right; x += 1) for (const y of heightsAt(x, panel, plot)) if (y >= top && y <= bottom) count += 1;
  return count;
}

/** Where each curve runs at so many pixels from the left. */
function heightsAt(x: number, { lines, time, values }: Panel, plot: Box): readonly number[] {
  const at = time.from + (x / plot.width) * (time.to - time.from);
  return lines.flatMap(({ points }) => {
    const next = points.findIndex(([each]) => each >= at);
    const [before, after] = [points[Math.max(0, next - 1)], points[next]];
    if (before === undefined || after === undefined || before[1] === null || after[1] === null) return [];
    const part = after[0] === before[0] ? 0 : (at - before[0]) / (after[0] - before[0]);
    const value = before[1] + part * (after[1] - before[1]);
    return [plot.height * (1 - (value - values.min) / (values.max - values.min))];
  });
}
