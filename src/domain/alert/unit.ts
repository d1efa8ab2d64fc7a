import type { Unit } from '../chart.ts';
import type { Rule, RuleKind } from './rule.ts';

/** How a rule's values are written. Beats write fractions into fields that end in `.pct`, and say `bytes` where they mean them. */
export function unitOf(rule: Pick<Rule, 'kind'> | null): Unit {
  return rule === null ? 'none' : unitOfKind(rule.kind);
}

function unitOfKind(kind: RuleKind): Unit {
  switch (kind.type) {
    case 'metric_aggregation':
    case 'spike_aggregation':
    case 'forecast':
      return kind.metric.type === 'cardinality' || kind.metric.type === 'value_count' ? 'count' : unitOfField(kind.metric.field);
    case 'percentage_match':
      return 'none';
    case 'probe':
      return kind.check.kind === 'tls' ? 'none' : 'milliseconds';
    case 'any':
    case 'blacklist':
    case 'whitelist':
    case 'change':
    case 'new_term':
      return 'none';
    case 'frequency':
    case 'spike':
    case 'flatline':
    case 'cardinality':
      return 'count';
    default:
      return kind satisfies never;
  }
}

export function unitOfField(field: string): Unit {
  if (field.endsWith('.pct')) return 'percent';
  return /(?:^|[._])bytes$/u.test(field) ? 'bytes' : 'none';
}
