import type { Alert } from './alert.ts';
import type { Book } from './book.ts';
import { isOpen } from './alert.ts';
import type { Rule, RuleKind } from './rule.ts';
import type { SystemRuleName } from './system.ts';

export type Flatline = Extract<RuleKind, { type: 'flatline' }>;

/** So many make it look like something that they have in common. */
export const SEVERAL = 2;
const SPREAD_MS = 120_000;

/** Whose last documents are no further apart fell silent together: Beats send once a minute or more often. */
export function spreadOf({ timeframeMs }: Flatline): number {
  return Math.min(SPREAD_MS, timeframeMs / 2);
}

/** The text under which a source is known: what a cluster has behind a pattern. */
export function sourceKey(cluster: string, index: string): string {
  return `${cluster}\n${index}`;
}

/** The source that an alert of vigie's own is about; empty for one that is about none. */
export function sourceOf({ key: { cluster = '', index, source = index } }: Pick<Alert, 'key'>): string {
  return source === undefined ? '' : sourceKey(cluster, source);
}

const SILENT: SystemRuleName = 'vigie:silent';

/** The open alerts about keys that fell silent when those of a `vigie:silent` did, whichever flatline over the source told of them. */
export function silentWith(cause: Pick<Alert, 'key' | 'startedAt'>, book: Book, rules: ReadonlyMap<string, Rule>): readonly Alert[] {
  const source = sourceOf(cause);
  return [...book.alerts.values()].filter((alert) => {
    const rule = rules.get(alert.rule);
    return (
      rule?.kind.type === 'flatline' &&
      isOpen(alert) &&
      sourceKey(rule.cluster, rule.index) === source &&
      isOf(cause, alert, rule, rule.kind)
    );
  });
}

/** Its last document came about when theirs did: that is a window before it was found, or less where a few are already too few. */
function isOf(cause: Pick<Alert, 'startedAt'>, alert: Alert, rule: Rule, kind: Flatline): boolean {
  const lastAt = alert.startedAt - kind.timeframeMs;
  const spreadMs = spreadOf(kind);
  const soonerMs = kind.threshold > 1 ? kind.timeframeMs : 0;
  return lastAt >= cause.startedAt - spreadMs - soonerMs && lastAt <= cause.startedAt + spreadMs + rule.runEveryMs;
}

export function isCommonSilence({ rule }: Pick<Alert, 'rule'>): boolean {
  return rule === SILENT;
}
