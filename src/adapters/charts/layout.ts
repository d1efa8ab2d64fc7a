import type { Drawing, Panel } from '#ports/charts.ts';
import { fitted, textWidth, wrapped } from './text-width.ts';

/** In pixels before doubling. On a phone all of it is shown at two thirds. */
export const WIDTH = 450;
export const SIZES = { title: 19, label: 16, legend: 16 } as const;
export const LEADING = { title: 24, label: 20, legend: 26 } as const;
const MARGIN = 14;
/** Half a time must have room to the left of the axis, and to its right. */
const LEAST_LABEL = 16;
const LAST_LABEL = 14;
const PLOT = { alone: 196, stacked: 148 } as const;
/** Between a legend's colour and its words, and between two columns. */
export const KEY = { width: 16, gap: 8, between: 18 } as const;

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedText {
  readonly left: number;
  readonly top: number;
  readonly text: string;
}

export interface LegendEntry extends PlacedText {
  /** Index of its line. */
  readonly line: number;
}

/** A panel with the place of each of its parts. */
export interface PlacedPanel {
  readonly panel: Panel;
  readonly title: readonly PlacedText[];
  readonly plot: Box;
  /** Whether its times are written below it: once is enough for panels of the same time. */
  readonly times: boolean;
  readonly legend: readonly LegendEntry[];
  /** Whether the words of its marks stand above it: once is enough for all panels. */
  readonly marked: boolean;
  /** In the place of an empty plot, or below the legend. */
  readonly note: PlacedText | null;
}

export interface Layout {
  readonly panels: readonly PlacedPanel[];
  readonly height: number;
}

/** Places everything from top to bottom: the picture is as high as what is in it. */
export function layOut({ panels }: Drawing): Layout {
  const placed: PlacedPanel[] = [];
  const left = MARGIN + 8 + Math.ceil(Math.max(LEAST_LABEL, ...panels.map(labelWidth)));
  const first = panels.findIndex((panel) => !isEmpty(panel) && (panel.marks ?? []).length > 0);
  let top = MARGIN;
  for (const [index, panel] of panels.entries()) {
    const next = panels.slice(index + 1).find((each) => !isEmpty(each));
    const box = { left, top, width: WIDTH - left - MARGIN - LAST_LABEL, height: panels.length === 1 ? PLOT.alone : PLOT.stacked };
    const { end, ...parts } = place(panel, box, { next, marked: index === first });
    placed.push(parts);
    top = end + MARGIN;
  }
  return { panels: placed, height: top };
}

/** @param box its plot, once it is moved below the title */
function place(
  panel: Panel,
  box: Box,
  { next, marked }: { readonly next: Panel | undefined; readonly marked: boolean },
): PlacedPanel & { readonly end: number } {
  const lines = wrapped(panel.title, SIZES.title, WIDTH - 2 * MARGIN, 2);
  const title = lines.map((text, index) => ({ left: MARGIN, top: box.top + index * LEADING.title, text }));
  if (isEmpty(panel)) return placeEmpty(panel, title, box);
  const plot = { ...box, top: box.top + lines.length * LEADING.title + 12 + (marked ? LEADING.label : 0) };
  const times = next === undefined || !sameTime(panel, next);
  const below = plot.top + plot.height + (times ? axisHeight(panel) : 8) + 6;
  const { legend, end } = next !== undefined && sameLines(panel, next) ? { legend: [], end: below } : legendOf(panel, below);
  const parts = { panel, title, plot, times, legend, marked };
  if (panel.note === '') return { ...parts, note: null, end };
  return { ...parts, note: { left: MARGIN, top: end, text: panel.note }, end: end + LEADING.legend };
}

/** Nothing was measured: that is a line of text, and no plot to look for a curve in. */
export function isEmpty({ values }: Panel): boolean {
  return values.ticks.length === 0;
}

function placeEmpty(panel: Panel, title: readonly PlacedText[], box: Box): PlacedPanel & { readonly end: number } {
  const top = box.top + title.length * LEADING.title + 2;
  const note = { left: MARGIN, top, text: panel.note };
  return { panel, title, plot: { ...box, top, height: 0 }, times: false, legend: [], marked: false, note, end: top + LEADING.legend };
}

function labelWidth({ values }: Panel): number {
  return Math.max(0, ...values.ticks.map(({ label }) => textWidth(label, SIZES.label)));
}

function sameTime({ time: one }: Panel, { time: other }: Panel): boolean {
  return one.from === other.from && one.to === other.to;
}

function sameLines({ lines }: Panel, next: Panel): boolean {
  return lines.length === next.lines.length && lines.every(({ label, dashed }, at) => label === next.lines[at]?.label && !dashed);
}

function axisHeight({ time }: Panel): number {
  return 8 + LEADING.label * (time.ticks.some(({ under }) => under !== '') ? 2 : 1);
}

/** In columns as wide as the longest name. One line that the title names needs no legend. */
function legendOf({ lines, title }: Panel, top: number): { readonly legend: readonly LegendEntry[]; readonly end: number } {
  const named = lines.map((line, index) => ({ label: line.label, line: index })).filter(({ label }) => label !== '');
  if (named.length === 0 || (named.length === 1 && title.includes(named[0]?.label ?? ''))) return { legend: [], end: top };
  const inner = WIDTH - 2 * MARGIN;
  const wanted = Math.max(...named.map(({ label }) => textWidth(label, SIZES.legend))) + KEY.width + KEY.gap;
  const fitting = Math.min(named.length, 4, Math.floor((inner + KEY.between) / (wanted + KEY.between)));
  // Many long names: two columns, the longest ones cut, rather than a list as high as the chart.
  const most = Math.max(named.length > 4 ? 2 : 1, fitting);
  // Four names in two rows of two, not three and one.
  const columns = Math.ceil(named.length / Math.ceil(named.length / most));
  const width = (inner - (columns - 1) * KEY.between) / columns;
  const legend = named.map(({ label, line }, index) => ({
    line,
    left: MARGIN + (index % columns) * (width + KEY.between),
    top: top + Math.floor(index / columns) * LEADING.legend,
    text: fitted(label, SIZES.legend, width - KEY.width - KEY.gap),
  }));
  return { legend, end: top + Math.ceil(named.length / columns) * LEADING.legend };
}
