import { defineQuery, text, word, target, z } from '#kit';

/** What fits into one picture. */
const PANELS = 6;
/** Curves that are told in words; the picture has some more. */
const ROWS = 6;

/** How hosts and services have been doing: a chart, and its figures in words. */
export default defineQuery({
  id: 'metrics',
  uses: ['metrics'],
  args: ['what'],
  rest: true,
  input: z.strictObject({ what: text(), cluster: word().optional() }),
  // Hosts and services stand among the other words.
  target: async ({ input }) => target(input.what, ...input.what.split(/[\s,]+/u)),
  async run({ input, clients, signal }) {
    const { targets, periodMs, views } = await clients.metrics.read(input.what, input.cluster ?? null, signal);
    const shown = views.slice(0, PANELS);
    const drawn = shown.some(({ rows }) => rows.some(({ statistics }) => statistics !== null));
    return {
      targets,
      period_ms: periodMs,
      chart: drawn ? shown.map(({ chart }) => chart) : null,
      views: shown.map(({ chart: { title, unit }, rows }) => ({
        title,
        unit,
        rows: rows.slice(0, ROWS),
        more: Math.max(0, rows.length - ROWS),
      })),
    };
  },
});
