import type { Died } from './compare.ts';
import type { Written } from './side.ts';

/** Why the two differ, as a number of docs/elastalert.md; null when none of its differences applies. */
export function explain(rule: Written, key: readonly string[], died: Died | null): number | null {
  if (died !== null) return ofDeath(rule, died);
  if (rule.type === 'spike_aggregation' && rule['metric_agg_type'] === 'min') return 18;
  return null;
}

function ofDeath(rule: Written, { died }: Died): number | null {
  if (rule.type === 'spike_aggregation' && died.includes('TypeError: sequence item')) return 17;
  if (rule.type === 'spike_aggregation' && rule['metric_agg_type'] === 'avg') return 18;
  if (rule.type === 'percentage_match' && Array.isArray(rule['query_key'])) return 19;
  return null;
}
