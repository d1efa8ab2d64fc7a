import type { Died, Written } from './sides.ts';

/** A number of docs/elastalert.md. */
export interface Explanation {
  readonly number: number;
  /**
   * What has to agree, lest it explains anything: what ElastAlert finds of the same documents as vigie reads them (`asRead`), or what it found until
   * it died.
   */
  readonly rest: 'as read' | 'until it died';
}

/** Why the two may differ; null when none of the differences applies. */
export function explain(rule: Written, key: readonly string[], died: Died | null): Explanation | null {
  if (died !== null) return ofDeath(rule, died.died);
  if (key.includes('')) return asRead(24);
  if (fieldsOf(rule).includes('tags')) return asRead(32);
  if (fieldsOf(rule).includes('mixed') && isAggregated(rule)) return asRead(34);
  if (rule['timestamp_type'] === 'unix' && rule['bucket_interval'] !== undefined) return asRead(27);
  return null;
}

function asRead(number: number): Explanation {
  return { number, rest: 'as read' };
}

export function fieldsOf(rule: Written): readonly unknown[] {
  return [rule['query_key'], rule['compare_key'], rule['cardinality_field'], rule['fields']].flat(2);
}

/** ElastAlert asks for buckets: of a field that is text in one index it gets none. */
function isAggregated({ type, ...rule }: Written): boolean {
  return ['metric_aggregation', 'spike_aggregation', 'percentage_match'].includes(type) || rule['use_terms_query'] === true;
}

/** A rule that died in ElastAlert never fires again there. */
function ofDeath({ type, ...rule }: Written, reason: string): Explanation | null {
  const until = (number: number): Explanation => ({ number, rest: 'until it died' });
  if (type === 'spike_aggregation' && reason.includes('sequence item')) return until(17);
  if (type === 'spike_aggregation' && reason.startsWith('TypeError')) return until(18);
  if (type === 'percentage_match' && Array.isArray(rule['query_key'])) return until(19);
  if (reason.includes('Fielddata is disabled')) return asRead(34);
  if (type === 'new_term' && reason.includes('unknown query [query]')) return asRead(26);
  if (reason.includes("KeyError: 'key_as_string'")) return asRead(27);
  if (type === 'metric_aggregation' && rule['metric_agg_type'] === 'percentiles' && reason.includes("KeyError: 'value'")) return until(29);
  return null;
}
