import { z } from 'zod';
import { BOUNDS } from '#kernel/bounds.ts';
import type { ChartData } from '#domain/chart.ts';

/** Far above what anybody draws: what is stored can't stall the thread that draws. */
const MOST_POINTS = BOUNDS.chartPoints.most;
const MOST_SERIES = BOUNDS.chartSeries.most;

const point = z.tuple([z.number(), z.number().nullable()]).readonly();
const series = z.object({ name: z.string(), part: z.string().exactOptional(), points: z.array(point).max(MOST_POINTS).readonly() });
const title = z.union([z.string(), z.object({ metric: z.string(), words: z.record(z.string(), z.string()), of: z.string() })]);

/** A chart as it comes back from the store. */
const chartSchema: z.ZodType<ChartData> = z
  .object({
    title,
    unit: z.enum(['percent', 'bytes', 'bytes_per_second', 'count', 'per_second', 'seconds', 'milliseconds', 'load', 'none']),
    from: z.number(),
    to: z.number(),
    series: z.array(series).max(MOST_SERIES).readonly(),
    threshold: z.number().nullable(),
    forecast: series.nullable(),
    compared: z.object({ ms: z.number(), series: z.array(series).max(MOST_SERIES).readonly() }).exactOptional(),
    marks: z
      .array(z.object({ at: z.number(), number: z.number(), kind: z.string(), of: z.string() }))
      .max(MOST_SERIES)
      .readonly()
      .exactOptional(),
  })
  .refine(({ from, to }) => from < to, 'ends before it begins');

/** One chart, or several that stand one below the other. */
export const chartsSchema = z.union([chartSchema.transform((chart) => [chart]), z.array(chartSchema).min(1).max(6)]);
