import { z } from 'zod';
import type { Alert } from '#domain/alert/alert.ts';
import { curveChart, curveRequest, type CurveBucket } from '#domain/alert/curve.ts';
import type { ChartData } from '#domain/chart.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { Search } from '#ports/search.ts';

/** A post doesn't wait longer for its chart. */
const PATIENCE_MS = 3_000;

const value = z.number().nullable();
const bucketSchema = z.object({
  key: z.number(),
  doc_count: z.number(),
  metric: z.union([z.object({ value }), z.object({ values: z.array(z.object({ value })) })]).optional(),
  matching: z.object({ doc_count: z.number() }).optional(),
});
const answerSchema = z.object({ over_time: z.object({ buckets: z.array(bucketSchema) }) });

/** The chart of an alert's last hours; null when it has none, or when Elasticsearch doesn't tell in time. */
export async function drawAlert(searches: ReadonlyMap<string, Search>, rule: Rule, alert: Alert, now: number): Promise<ChartData | null> {
  const search = searches.get(rule.cluster);
  const request = curveRequest(rule, alert, now);
  if (search === undefined || request === null) return null;
  try {
    const [answer] = await search.multi([{ index: request.index, body: request.body }], AbortSignal.timeout(PATIENCE_MS));
    const read = answer?.ok === true ? answerSchema.safeParse(answer.aggregations) : null;
    return read?.success === true ? curveChart(rule, alert, request, read.data.over_time.buckets.map(toBucket)) : null;
  } catch {
    // The post matters, not its picture; that Elasticsearch doesn't answer is told by the next look.
    return null;
  }
}

function toBucket({ key, doc_count: documents, metric, matching }: z.output<typeof bucketSchema>): CurveBucket {
  const share = matching === undefined || documents === 0 ? null : matching.doc_count / documents;
  const measured = metric === undefined ? share : 'value' in metric ? metric.value : (metric.values[0]?.value ?? null);
  return { at: key, documents, value: measured };
}
