import type { EChartsCoreOption } from 'echarts/core';
import type { Drawing, Line, Panel } from '#ports/charts.ts';
import { isEmpty, KEY, layOut, LEADING, SIZES, type PlacedPanel, type PlacedText } from './layout.ts';
import { limitPlace, type LimitPlace } from './limit-label.ts';
import { markLabels } from './mark-labels.ts';
import { AXIS, CARD, GRID, LIMIT, lineColour, PALE, QUIET, TEXT } from './palette.ts';

export interface Option {
  readonly option: EChartsCoreOption;
  readonly height: number;
}

/** What ECharts is told to draw: one grid a panel, everything at its place. */
export function optionOf(drawing: Drawing): Option {
  const { panels, height } = layOut(drawing);
  return {
    height,
    option: {
      animation: false,
      backgroundColor: CARD,
      textStyle: { fontFamily: 'Inter' },
      grid: panels.map(({ plot }) => ({ ...plot, containLabel: false, outerBoundsMode: 'none' })),
      xAxis: panels.map(({ panel, times }, index) => timeAxis(panel, times, index)),
      yAxis: panels.map(({ panel }, index) => valueAxis(panel, index)),
      series: panels.flatMap((placed, index) => seriesOf(placed, index)),
      graphic: panels.flatMap(wordsOf),
    },
  };
}

function timeAxis(panel: Panel, shown: boolean, gridIndex: number): object {
  const { time } = panel;
  const at = time.ticks.map((tick) => tick.at);
  const words = (value: number): string => {
    const tick = time.ticks.find((each) => each.at === value);
    if (tick === undefined) return '';
    return tick.under === '' ? `{time|${tick.label}}` : `{time|${tick.label}}\n{under|${tick.under}}`;
  };
  return {
    gridIndex,
    type: 'value',
    min: time.from,
    max: time.to,
    show: !isEmpty(panel),
    axisLine: { onZero: false, lineStyle: { color: AXIS, width: 1.5 } },
    axisTick: { show: true, customValues: at, length: 5, lineStyle: { color: AXIS, width: 1.5 } },
    splitLine: { show: false },
    axisLabel: {
      customValues: at,
      formatter: words,
      show: shown,
      margin: 9,
      showMinLabel: true,
      showMaxLabel: true,
      rich: {
        time: { color: TEXT, fontSize: SIZES.label, lineHeight: LEADING.label },
        under: { color: QUIET, fontSize: SIZES.label, lineHeight: LEADING.label },
      },
    },
  };
}

function valueAxis(panel: Panel, gridIndex: number): object {
  const { values } = panel;
  const [first, second] = values.ticks;
  const interval = first === undefined || second === undefined ? values.max - values.min : second.value - first.value;
  return {
    gridIndex,
    type: 'value',
    show: !isEmpty(panel),
    min: values.min,
    max: values.max,
    interval,
    splitLine: { lineStyle: { color: GRID, width: 1.5 } },
    axisLabel: {
      formatter: (value: number) => nearestLabel(values.ticks, value),
      color: TEXT,
      fontSize: SIZES.label,
      margin: 8,
      hideOverlap: false,
    },
  };
}

/** ECharts adds up intervals: 0.30000000000000004 is the tick at 0.3. */
function nearestLabel(ticks: Panel['values']['ticks'], value: number): string {
  return ticks.toSorted((a, b) => Math.abs(a.value - value) - Math.abs(b.value - value))[0]?.label ?? '';
}

function seriesOf({ panel, plot }: PlacedPanel, index: number): readonly object[] {
  const alone = panel.lines.filter((line) => !line.dashed && line.paleOf === undefined).length === 1;
  const lines = panel.lines.map((line, at) => lineSeries(line, colourOf(panel, at), index, alone));
  const drawn = [...lines, ...marksSeries(panel, index)];
  return panel.threshold === null ? drawn : [...drawn, limitSeries(panel.threshold, limitPlace(panel, panel.threshold, plot), index)];
}

/** A forecast goes on in the colour of the line that it continues, if there is but one. */
function colourOf({ lines }: Panel, at: number): string {
  const paleOf = lines[at]?.paleOf;
  if (paleOf !== undefined) return lineColour(paleOf);
  return lineColour(lines.length === 2 && lines[at]?.dashed === true ? 0 : at);
}

function lineSeries(line: Line, color: string, index: number, alone: boolean): object {
  const pale = line.paleOf !== undefined;
  return {
    type: 'line',
    xAxisIndex: index,
    yAxisIndex: index,
    connectNulls: false,
    symbol: 'none',
    color,
    lineStyle: {
      width: pale ? 2 : 2.5,
      color,
      opacity: pale ? PALE : 1,
      type: line.dashed ? [7, 5] : 'solid',
      join: 'round',
      cap: 'round',
    },
    ...(alone && !line.dashed && !pale && { areaStyle: { color, opacity: 0.16 } }),
    data: line.points.map((_point, position) => dataItem(line, position)),
    // What is now lies above what was.
    z: pale ? 2 : 3,
  };
}

/** What happened, through each panel. */
function marksSeries({ marks = [] }: Panel, index: number): readonly object[] {
  if (marks.length === 0) return [];
  const lineStyle = { color: QUIET, width: 1.5, type: [2, 4] };
  const data = marks.map(({ at }) => ({ xAxis: at }));
  const markLine = { silent: true, symbol: 'none', animation: false, lineStyle, label: { show: false }, data };
  return [{ type: 'line', xAxisIndex: index, yAxisIndex: index, data: [], z: 2, markLine }];
}

/** A value between two gaps is no line: it gets a dot, or nobody would see it. So does the last one measured: that is what people look for. */
function dataItem({ points, dashed, paleOf }: Line, position: number): unknown {
  const value = points[position]?.[1] ?? null;
  const item = [points[position]?.[0], value];
  if (value === null) return item;
  if (!dashed && paleOf === undefined && position === points.findLastIndex(([, each]) => each !== null))
    return { value: item, symbol: 'circle', symbolSize: 9 };
  const lonely = (points[position - 1]?.[1] ?? null) === null && (points[position + 1]?.[1] ?? null) === null;
  return lonely ? { value: item, symbol: 'circle', symbolSize: 6 } : item;
}

function limitSeries(limit: NonNullable<Panel['threshold']>, position: LimitPlace, index: number): object {
  return {
    type: 'line',
    xAxisIndex: index,
    yAxisIndex: index,
    data: [],
    z: 4,
    markLine: {
      silent: true,
      symbol: 'none',
      animation: false,
      lineStyle: { color: LIMIT, width: 2, type: [3, 3] },
      label: {
        formatter: () => limit.label,
        position,
        color: LIMIT,
        fontSize: SIZES.label,
        fontWeight: 600,
        padding: [2, 5],
        distance: 3,
      },
      data: [{ yAxis: limit.value }],
    },
  };
}

function wordsOf({ panel, plot, title, legend, marked, note }: PlacedPanel): readonly object[] {
  return [
    ...title.map((line) => text(line, SIZES.title, TEXT, 600)),
    ...(marked ? markLabels(panel, plot) : []).map((label) => text(label, SIZES.label, QUIET, 600)),
    ...legend.flatMap((entry) => [
      key(entry, colourOf(panel, entry.line), panel.lines[entry.line]),
      text({ ...entry, left: entry.left + KEY.width + KEY.gap }, SIZES.legend, TEXT),
    ]),
    ...(note === null ? [] : [text(note, SIZES.legend, QUIET)]),
  ];
}

function text({ left, top, text: words }: PlacedText, size: number, fill: string, fontWeight: number = 400): object {
  return {
    type: 'text',
    x: left,
    y: top,
    silent: true,
    style: { text: words, fill, fontSize: size, fontWeight, fontFamily: 'Inter', textVerticalAlign: 'top' },
  };
}

function key({ left, top }: PlacedText, stroke: string, line: Line | undefined): object {
  const dashed = line?.dashed === true;
  const y = top + SIZES.legend / 2 + 1;
  return {
    type: 'line',
    silent: true,
    shape: { x1: left, y1: y, x2: left + KEY.width, y2: y },
    style: {
      stroke,
      lineWidth: 4,
      lineCap: dashed ? 'butt' : 'round',
      lineDash: dashed ? [6, 4] : null,
      opacity: line?.paleOf === undefined ? 1 : PALE,
    },
  };
}
