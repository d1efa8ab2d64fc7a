import { BOUNDS } from '#kernel/bounds.ts';
import type { Forgotten } from '#domain/alert/look.ts';
import type { Trouble } from '#domain/alert/trouble.ts';
import type { Result } from './polling.ts';

interface Forgetting extends Forgotten {
  readonly since: number;
  readonly at: number;
}

/** So long after a rule last had to forget something, it is still said: it may do so at some looks, and not at others. */
const SAID_MS = 3_600_000;

/**
 * Rules that had to let go of keys or documents that they were to remember, and the most of them at one look.
 * @param open what people were told of by an earlier vigie
 */
export function watchForgotten(
  open: readonly Trouble[],
): (rules: ReadonlyMap<string, unknown>, results: readonly Result[], now: number) => readonly Trouble[] {
  const known = new Map<string, Forgetting>();
  let told = open;
  return (rules, results, now) => {
    for (const { key, since, value, document } of told)
      known.set(key['forgetting_rule'] ?? '', {
        count: Number(value),
        of: document['of'] === 'keys' ? 'keys' : 'documents',
        since,
        at: now,
      });
    told = [];
    for (const { rule, outcome } of results) {
      const more = outcome.ok ? outcome.look.forgotten : undefined;
      const before = known.get(rule.name);
      if (more === undefined) continue;
      known.set(rule.name, { ...more, count: Math.max(more.count, before?.count ?? 0), since: before?.since ?? now, at: now });
    }
    for (const [rule, { at }] of known) if (now - at > SAID_MS || !rules.has(rule)) known.delete(rule);
    return [...known].map(([rule, { since, count, of }]) => ({
      key: { forgetting_rule: rule },
      since,
      value: count,
      document: { of, most: BOUNDS.lookKeys.most },
      isCurrent: true,
    }));
  };
}
