import type { Rule } from '../alert/rule.ts';
import type { MetricPanel } from './metric.ts';

/** What of a rule says that it watches a curve. */
export type Watched = Pick<Rule, 'enabled' | 'kind' | 'filter'>;

/** Fields by which a rule is about some machines or services alone. */
const SUBJECTS = ['host.name', 'host.hostname', 'service.name', 'container.name'];

/**
 * The value from which on an alert is raised for what a panel shows: the lowest of those rules that watch the same field.
 * @param targets what the panel shows; a rule about other machines or services doesn't count
 * @returns null where no rule has one
 */
export function limitOf({ curves }: MetricPanel, targets: readonly string[], watched: readonly Watched[]): number | null {
  const fields = new Set(curves.flatMap(({ source }) => (source.kind === 'value' ? [source.field] : [])));
  const limits = watched
    .filter((rule) => rule.enabled && isAbout(rule, targets))
    .flatMap(({ kind }) => (kind.type === 'metric_aggregation' && fields.has(kind.metric.field) ? (kind.maxThreshold ?? []) : []));
  return limits.length === 0 ? null : Math.min(...limits);
}

/** A filter that names a subject must name one of the targets: what it means in full only Elasticsearch knows. */
function isAbout({ filter }: Watched, targets: readonly string[]): boolean {
  const text = JSON.stringify(filter);
  return !SUBJECTS.some((field) => text.includes(`"${field}"`)) || targets.some((target) => text.includes(JSON.stringify(target)));
}
