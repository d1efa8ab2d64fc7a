import type { Died, Written } from './sides.ts';

/** Why the two differ, as a number of docs/elastalert.md; null when none of its differences applies. */
export function explain(rule: Written, key: readonly string[], died: Died | null): number | null {
  if (died !== null) return ofDeath(rule, died.died);
  if (key.includes('')) return 24;
  if (fieldsOf(rule).includes('tags')) return 32;
  if (fieldsOf(rule).includes('mixed') && isAggregated(rule)) return 34;
  if (rule['timestamp_type'] === 'unix' && rule['bucket_interval'] !== undefined) return 27;
  return null;
}

function fieldsOf(rule: Written): readonly unknown[] {
  return [rule['query_key'], rule['compare_key'], rule['cardinality_field'], rule['fields']].flat(2);
}

/** ElastAlert asks for buckets: of a field that is text in one index it gets none. */
function isAggregated({ type, ...rule }: Written): boolean {
  return ['metric_aggregation', 'spike_aggregation', 'percentage_match'].includes(type) || rule['use_terms_query'] === true;
}

/** A rule that died in ElastAlert never fires again there. */
function ofDeath({ type, ...rule }: Written, reason: string): number | null {
  if (type === 'spike_aggregation' && reason.includes('sequence item')) return 17;
  if (type === 'spike_aggregation' && reason.startsWith('TypeError')) return 18;
  if (type === 'percentage_match' && Array.isArray(rule['query_key'])) return 19;
  if (reason.includes('Fielddata is disabled')) return 34;
  if (type === 'new_term' && reason.includes('unknown query [query]')) return 26;
  if (reason.includes("KeyError: 'key_as_string'")) return 27;
  if (type === 'metric_aggregation' && rule['metric_agg_type'] === 'percentiles' && reason.includes("KeyError: 'value'")) return 29;
  return null;
}
