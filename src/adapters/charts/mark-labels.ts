import type { Panel, PanelMark } from '#ports/charts.ts';
import { SIZES, type Box, type PlacedText } from './layout.ts';
import { textWidth } from './text-width.ts';

/** Between two labels, in pixels. */
const AIR = 8;

/** Marks whose numbers would cover each other share a label. */
interface Group {
  readonly marks: readonly PanelMark[];
  readonly text: string;
  readonly left: number;
  readonly right: number;
}

/**
 * The words above a plot that say what its marks are, none over another: a number and a word where there is room, else the number, and a range of numbers where even
 * these would meet.
 * @param plot the panel's, in pixels
 */
export function markLabels({ marks = [], time }: Panel, plot: Box): readonly PlacedText[] {
  const placeOf = ({ at }: PanelMark): number => plot.left + ((at - time.from) / (time.to - time.from)) * plot.width;
  const grouped = (each: readonly PanelMark[], text: string): Group => {
    const middle = each.reduce((sum, mark) => sum + placeOf(mark), 0) / each.length;
    const width = textWidth(text, SIZES.label);
    // Within the picture's plot, also at its edges.
    const left = Math.max(plot.left, Math.min(middle - width / 2, plot.left + plot.width - width));
    return { marks: each, text, left, right: left + width };
  };
  const groups: Group[] = [];
  for (const mark of marks) {
    let next = grouped([mark], mark.short);
    for (let before = groups.at(-1); before !== undefined && before.right + AIR > next.left; before = groups.at(-1)) {
      groups.pop();
      const all = [...before.marks, ...next.marks];
      next = grouped(all, `${all[0]?.short ?? ''}–${all.at(-1)?.short ?? ''}`);
    }
    groups.push(next);
  }
  return withWords(groups, grouped, plot).map(({ left, text }) => ({ left, top: plot.top - SIZES.label - 8, text }));
}

/** From the left: one takes its words where they meet neither the one before nor the next one's number. */
function withWords(groups: readonly Group[], grouped: (marks: readonly PanelMark[], text: string) => Group, plot: Box): readonly Group[] {
  const placed: Group[] = [];
  for (const [index, group] of groups.entries()) {
    const [only, ...others] = group.marks;
    const worded = only === undefined || others.length > 0 ? group : grouped([only], only.label);
    const from = (placed.at(-1)?.right ?? plot.left - AIR) + AIR;
    const to = (groups[index + 1]?.left ?? plot.left + plot.width + AIR) - AIR;
    placed.push(worded.left >= from && worded.right <= to ? worded : group);
  }
  return placed;
}
