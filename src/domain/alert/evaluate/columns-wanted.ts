import type { MetricAggregation, Rule, RuleKind } from '../rule.ts';

/** Fields that a rule is aggregated by: whoever runs it finds out by which names. */
export function columnsWanted({ kind, queryKey }: Rule): readonly string[] {
  const measured = measuredBy({ kind });
  return [...new Set([...queryKey, ...ownColumns(kind), ...(measured === null ? [] : [measured])])];
}

/** The field whose numbers a rule measures; null for none, and for what a script makes. */
export function measuredBy({ kind }: Pick<Rule, 'kind'>): string | null {
  switch (kind.type) {
    case 'spike':
      return kind.fieldValue;
    case 'metric_aggregation':
    case 'spike_aggregation':
    case 'forecast':
      return kind.metric.script === null && !COUNTS.has(kind.metric.type) ? kind.metric.field : null;
    default:
      return null;
  }
}

/** Metrics that take values of any kind. */
const COUNTS: ReadonlySet<MetricAggregation> = new Set(['cardinality', 'value_count']);

function ownColumns(kind: RuleKind): readonly string[] {
  switch (kind.type) {
    case 'blacklist':
    case 'whitelist':
      return [kind.compareKey];
    case 'change':
      return kind.compareKeys;
    case 'new_term':
      return kind.fields.flat();
    case 'cardinality':
      return [kind.field];
    case 'metric_aggregation':
    case 'spike_aggregation':
    case 'forecast':
      return kind.metric.script === null ? [kind.metric.field] : [];
    default:
      return [];
  }
}
