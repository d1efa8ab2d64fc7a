import { isActive, labels, type Alert } from '../alert.ts';
import { filled, matches } from '../matchers.ts';
import type { Matchers } from '../rule.ts';
import type { Round, Stage, Withheld } from '../round.ts';

/** A dead host is one story: what follows from it is held back while it fires. An alert never holds back itself, nor two each other. */
export const inhibit: Stage = (round) => {
  const active = [...round.book.alerts.values()].filter(isActive);
  const sources = active.filter((alert) => (round.rules.get(alert.rule)?.inhibits ?? []).length > 0);
  if (sources.length === 0) return round;
  const targets = active.map((alert) => ({ alert, labels: labels(alert) }));
  const withheld = new Map<string, Withheld>(round.withheld);
  for (const source of sources.toSorted((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1))) {
    if (withheld.has(source.id)) continue;
    const wanted = matchersFrom(round, source);
    for (const target of targets)
      if (target.alert.rule !== source.rule && wanted.some((matchers) => matches(matchers, target.labels, round.settings.hostNames)))
        withheld.set(target.alert.id, { because: 'inhibited', by: source.id });
  }
  return { ...round, withheld };
};

/** What it holds back, with its own values in the places of `{field}`. */
function matchersFrom({ rules }: Round, source: Alert): readonly Matchers[] {
  const own = labels(source);
  return (rules.get(source.rule)?.inhibits ?? []).map((matchers) => filled(matchers, own)).filter((matchers) => matchers !== null);
}
