import type { Trouble } from '#domain/alert/trouble.ts';
import type { Result } from './polling.ts';

/**
 * Rules whose documents were counted instead of read at their last look, and those that a vigie died of.
 * @param open what people were told of by an earlier vigie: it is so until the rule's next look
 */
export function watchCounted(
  open: readonly Trouble[],
  suspects: ReadonlySet<string>,
): (rules: ReadonlyMap<string, unknown>, results: readonly Result[], now: number) => readonly Trouble[] {
  const counted = new Map(open.map(({ key, value }) => [key['counted_rule'] ?? '', Number(value)]));
  return (rules, results, now) => {
    for (const { rule, outcome } of results) {
      if (!outcome.ok) continue;
      const documents = outcome.look.counted ?? 0;
      if (documents > 0) counted.set(rule.name, documents);
      else counted.delete(rule.name);
    }
    for (const [rule, documents] of counted) if (documents === 0 || !rules.has(rule)) counted.delete(rule);
    return [...new Set([...counted.keys(), ...suspects])].map((rule) => ({
      key: { counted_rule: rule },
      since: now,
      value: counted.get(rule) ?? 0,
      document: { careful: suspects.has(rule) },
    }));
  };
}
