import { explain } from './explain.ts';
import type { Died, Life, Match, Written } from './sides.ts';

export interface Difference {
  readonly rule: string;
  readonly key: readonly string[];
  readonly what: string;
  /** Number in docs/elastalert.md; null: nobody can say why. */
  readonly explanation: number | null;
}

/**
 * The same (rule, key) fire, first at the same event time within one tick, and each match of ElastAlert lies in a life of vigie's alert.
 */
export function compare(
  rules: readonly Written[],
  matches: readonly Match[],
  died: readonly Died[],
  lives: readonly Life[],
  tickMs: number,
): readonly Difference[] {
  return rules.flatMap((rule) => {
    const theirs = byKey(matches.filter((match) => match.rule === rule.name));
    const ours = byKey(lives.filter((life) => life.rule === rule.name));
    const end = died.find((one) => one.rule === rule.name) ?? null;
    return [...new Set([...theirs.keys(), ...ours.keys()])].flatMap((text) => {
      const [own, other] = [ours.get(text) ?? [], theirs.get(text) ?? []];
      const what = differenceIn(own, other, tickMs);
      if (what === null) return [];
      const key = own[0]?.key ?? other[0]?.key ?? [];
      return [{ rule: rule.name, key, what, explanation: explain(rule, key, end) }];
    });
  });
}

function byKey<Item extends { readonly key: readonly string[] }>(items: readonly Item[]): ReadonlyMap<string, readonly Item[]> {
  return Map.groupBy(items, ({ key }) => JSON.stringify(key));
}

function differenceIn(lives: readonly Life[], matches: readonly Match[], tickMs: number): string | null {
  const [theirs, ours] = [first(matches.map(({ at }) => at)), first(lives.map(({ firedAt }) => firedAt))];
  if (ours === null) return `only ElastAlert fired, ${matches.length} times from ${time(theirs)} on`;
  if (theirs === null) return `only vigie fired, at ${time(ours)}`;
  if (Math.abs(ours - theirs) > tickMs) return `vigie first fired at ${time(ours)}, ElastAlert at ${time(theirs)}`;
  const outside = matches.find(({ at }) => !lives.some((life) => at >= life.firedAt - tickMs && at <= life.resolvedAt + tickMs));
  if (outside !== undefined) return `ElastAlert matched at ${time(outside.at)}, when vigie had no alert`;
  const alone = lives.find((life) => !matches.some(({ at }) => at >= life.firedAt - tickMs && at <= life.resolvedAt + tickMs));
  return alone === undefined ? null : `vigie fired at ${time(alone.firedAt)}, when ElastAlert had no match`;
}

function first(times: readonly number[]): number | null {
  return times.length === 0 ? null : Math.min(...times);
}

function time(at: number | null): string {
  return at === null ? 'never' : new Date(at).toISOString();
}
