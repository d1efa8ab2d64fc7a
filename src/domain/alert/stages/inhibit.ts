import { isActive, labels, type Alert } from '../alert.ts';
import { filled, matches } from '../matchers.ts';
import type { Round, Stage, Withheld } from '../round.ts';

/** A dead host is one story: what follows from it is held back while it fires. An alert never holds back itself, nor two each other. */
export const inhibit: Stage = (round) => {
  const active = [...round.book.alerts.values()].filter(isActive);
  const withheld = new Map<string, Withheld>(round.withheld);
  for (const source of active.toSorted((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1))) {
    if (withheld.has(source.id)) continue;
    for (const target of active)
      if (target.id !== source.id && inhibits(round, source, target)) withheld.set(target.id, { because: 'inhibited', by: source.id });
  }
  return { ...round, withheld };
};

function inhibits({ rules }: Round, source: Alert, target: Alert): boolean {
  const all = rules.get(source.rule)?.inhibits ?? [];
  const own = labels(source);
  return all.some((matchers) => {
    const wanted = filled(matchers, own);
    return wanted !== null && target.rule !== source.rule && matches(wanted, labels(target));
  });
}
