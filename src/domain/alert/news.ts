import type { Json } from '#kernel/json.ts';
import type { Alert } from './alert.ts';
import type { Finding } from './look.ts';
import type { Rule } from './rule.ts';

/**
 * Whether a finding tells something else than its open alert does: another new value, another change, another limit passed, the other direction. A
 * measure that merely moved on is none. ElastAlert tells each of them, once `realert` is over.
 */
export function isNews({ kind, realertMs }: Rule, alert: Alert, finding: Finding, now: number): boolean {
  const told = alert.newsAt ?? alert.firingAt;
  if (told === null || now - told < realertMs) return false;
  switch (kind.type) {
    case 'new_term':
    case 'change':
      return text(finding.value) !== text(alert.value);
    case 'metric_aggregation':
    case 'percentage_match':
    case 'cardinality':
      return text(finding.limit) !== text(alert.limit);
    case 'spike':
    case 'spike_aggregation':
      return isAbove(finding) !== isAbove(alert);
    default:
      return false;
  }
}

const text = (value: Json): string => JSON.stringify(value);

function isAbove({ value, limit }: Pick<Finding, 'value' | 'limit'>): boolean {
  return typeof value === 'number' && typeof limit === 'number' && value > limit;
}
