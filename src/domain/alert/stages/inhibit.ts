import { hostOf, isActive, labels, type Alert } from '../alert.ts';
import { filled, matches } from '../matchers.ts';
import type { Matchers } from '../rule.ts';
import type { Round, Stage, Withheld } from '../round.ts';
import type { SystemRuleName } from '../system.ts';
import { isCommonSilence, sourceKey, sourceOf } from '../together.ts';

/** A dead host is one story: what follows from it is held back while it fires. An alert never holds back itself, nor two each other. */
export const inhibit: Stage = (round) => {
  const active = [...round.book.alerts.values()].filter(isActive);
  const sources = active.filter((alert) => (round.rules.get(alert.rule)?.inhibits ?? []).length > 0);
  const ofSource = new Map([...byClock(round, active), ...bySource(round, active)]);
  const withheld = new Map<string, Withheld>([...round.withheld, ...ofSource]);
  if (sources.length === 0) return withheld.size === round.withheld.size ? round : { ...round, withheld };
  const targets = active.map((alert) => ({ alert, labels: labels(alert) }));
  for (const source of sources.toSorted((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1))) {
    // A silent host is dead to what depends on it, also where its silence has a cause of its own.
    if (withheld.has(source.id) && !ofSource.has(source.id)) continue;
    const wanted = matchersFrom(round, source);
    for (const target of targets)
      if (target.alert.rule !== source.rule && wanted.some((matchers) => matches(matchers, target.labels, round.settings.hostNames)))
        withheld.set(target.alert.id, { because: 'inhibited', by: source.id });
  }
  return { ...round, withheld };
};

/** Where a source as a whole sends nothing, or isn't all there, that some of its hosts are silent follows from it: built in, without `inhibits`. */
function bySource({ book, rules, now }: Round, active: readonly Alert[]): ReadonlyMap<string, Withheld> {
  const causes = new Map(
    [...book.alerts.values()]
      .filter((alert) => CAUSES.has(alert.rule) && (isActive(alert) || isJustOver(alert, now)))
      .map((alert) => [sourceOf(alert), alert] as const),
  );
  return new Map(
    active.flatMap((alert): [string, Withheld][] => {
      const own = rules.get(alert.rule);
      const source = own?.kind.type === 'flatline' ? sourceKey(own.cluster, own.index) : isCommonSilence(alert) ? sourceOf(alert) : '';
      const cause = causes.get(source);
      if (cause === undefined || alert.startedAt > (cause.resolvedAt ?? now)) return [];
      return [[alert.id, { because: 'inhibited', by: cause.id }]];
    }),
  );
}

const CAUSES: ReadonlySet<string> = new Set<SystemRuleName>(['vigie:source', 'vigie:stale']);
/** Hosts don't all come back in the same moment. */
const BACK_MS = 180_000;

function isJustOver({ resolvedAt, firingAt }: Alert, now: number): boolean {
  return firingAt !== null && resolvedAt !== null && now - resolvedAt < BACK_MS;
}

/** Whose clock is wrong is not silent as long as its documents come, however they are dated. */
function byClock({ rules }: Round, active: readonly Alert[]): readonly (readonly [string, Withheld])[] {
  const clocks = new Map(
    active
      .filter(({ rule, document }) => rule === CLOCK && document['coming'] === true)
      .map(({ key: { clock_of: host = '' }, id }) => [host, id] as const),
  );
  return active.flatMap((alert) => {
    const by = rules.get(alert.rule)?.kind.type === 'flatline' ? clocks.get(hostOf(alert) ?? '') : undefined;
    return by === undefined ? [] : [[alert.id, { because: 'inhibited', by }] as const];
  });
}

const CLOCK: SystemRuleName = 'vigie:clock';

/** What it holds back, with its own values in the places of `{field}`. */
function matchersFrom({ rules }: Round, source: Alert): readonly Matchers[] {
  const own = labels(source);
  return (rules.get(source.rule)?.inhibits ?? []).map((matchers) => filled(matchers, own)).filter((matchers) => matchers !== null);
}
