import type { Rule } from './rule.ts';

/** What happens once has no end of its own: so long after the last time it counts as over. */
const EVENT_OVER_MS = 300_000;

/**
 * How long a key must be quiet, counted from its last finding, before its alert counts as over. Rules that measure a state (a metric, silence, a
 * probe) see its end: nothing is waited for. Rules that count what happens wait until their window is empty of it.
 * @returns milliseconds
 */
export function resolveAfter(rule: Rule): number {
  if (rule.resolveAfterMs !== null) return rule.resolveAfterMs;
  const { kind } = rule;
  switch (kind.type) {
    case 'flatline':
    case 'metric_aggregation':
    case 'percentage_match':
    case 'forecast':
    case 'probe':
      return 0;
    case 'frequency':
    case 'spike':
    case 'spike_aggregation':
    case 'cardinality':
      return Math.max(kind.timeframeMs, rule.runEveryMs);
    case 'any':
    case 'blacklist':
    case 'whitelist':
    case 'change':
    case 'new_term':
      return Math.max(EVENT_OVER_MS, rule.runEveryMs);
    default:
      return kind satisfies never;
  }
}
