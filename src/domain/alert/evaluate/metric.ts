import type { JsonObject } from '#kernel/json.ts';
import type { Metric } from '../rule.ts';
import { numberAt, objectAt } from './read.ts';

/** The aggregation of a metric, under the name `metric`. */
export function metricLeaf(metric: Metric): JsonObject {
  const of = metric.script ?? { field: metric.field };
  return {
    metric: {
      [metric.type]: metric.type === 'percentiles' && of['percents'] === undefined ? { ...of, percents: [metric.percentile ?? 50] } : of,
    },
  };
}

/** @returns null where nothing was measured: no document has the field */
export function metricValue(metric: Metric, found: JsonObject): number | null {
  if (metric.type !== 'percentiles') return numberAt(found, 'metric', 'value');
  const values = Object.values(objectAt(found, 'metric', 'values'));
  return typeof values[0] === 'number' ? values[0] : null;
}
