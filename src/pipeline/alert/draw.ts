import type { Alert } from '#domain/alert/alert.ts';
import type { RuleMemory } from '#domain/alert/look.ts';
import { curveBuckets, curveChart, curveRequest } from '#domain/alert/curve.ts';
import type { ChartData } from '#domain/chart.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { Search } from '#ports/search.ts';
import { knownColumns, knownReadings } from './columns.ts';

interface DrawnAlert {
  readonly rule: Rule;
  readonly alert: Alert;
  /** Of the rule's last look, which knows how its fields can be searched by. */
  readonly memory: RuleMemory | null;
}

/** A post doesn't wait longer for its chart. */
const PATIENCE_MS = 3_000;

/**
 * The chart of an alert's last hours; null when it has none, or when Elasticsearch doesn't tell in time.
 */
export async function drawAlert(
  searches: ReadonlyMap<string, Search>,
  { rule, alert, memory }: DrawnAlert,
  now: number,
): Promise<ChartData | null> {
  const search = searches.get(rule.cluster);
  const request = curveRequest(rule, alert, { columns: knownColumns(memory), readings: knownReadings(memory) }, now);
  if (search === undefined || request === null) return null;
  try {
    const [answer] = await search.multi([{ index: request.index, body: request.body }], AbortSignal.timeout(PATIENCE_MS));
    return answer?.ok === true ? curveChart(rule, alert, request, curveBuckets(rule, answer.aggregations)) : null;
  } catch {
    // The post matters, not its picture; that Elasticsearch doesn't answer is told by the next look.
    return null;
  }
}
