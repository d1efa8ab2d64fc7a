import { defineQuery, duration, marksOf, target, text, VigieError, word, z } from '#kit';

/** What fits into one picture. */
const PANELS = 6;
/** Curves that are told in words; the picture has some more. */
const ROWS = 6;
const COMPARED_MS = { least: 3_600_000, most: 92 * 86_400_000 } as const;

/** How hosts and services have been doing: a chart, its figures in words, and what happened meanwhile. */
export default defineQuery({
  id: 'metrics',
  uses: ['metrics', 'operations', 'alerts', 'inventory'],
  args: ['what'],
  rest: true,
  input: z.strictObject({ what: text(), compare: duration().optional(), cluster: word().optional() }),
  // Hosts and services stand among the other words.
  target: async ({ input }) => target(input.what, ...input.what.split(/[\s,]+/u)),
  async run({ input, clients, signal }) {
    const compareMs = input.compare ?? null;
    if (compareMs !== null && (compareMs < COMPARED_MS.least || compareMs > COMPARED_MS.most))
      throw new VigieError('metrics_compare', { least: COMPARED_MS.least, most: COMPARED_MS.most });
    const { targets, periodMs, from, to, views } = await clients.metrics.read(input.what, input.cluster ?? null, signal, compareMs);
    const shown = views.slice(0, PANELS);
    const { marks, more } = await marksOf(clients, targets, { from, to });
    const drawn = shown.some(({ rows }) => rows.some(({ statistics }) => statistics !== null));
    const lines = marks.map(({ at, number, kind, of }) => ({ at, number, kind, of }));
    return {
      targets,
      period_ms: periodMs,
      compare_ms: compareMs,
      chart: drawn ? shown.map(({ chart }) => (lines.length === 0 ? chart : { ...chart, marks: lines })) : null,
      marks: [...marks],
      more_marks: more,
      views: shown.map(({ chart: { title, unit }, rows }) => ({
        title,
        unit,
        rows: rows.slice(0, ROWS),
        more: Math.max(0, rows.length - ROWS),
      })),
    };
  },
});
