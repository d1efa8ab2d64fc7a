import { isRecord } from '#kernel/json.ts';
import type { Merged, Placed } from './merged.ts';

/**
 * The rule as its Mattermost alerter sees it: what stands within `alert: [{ mattermost: { … } }]` wins over the rule, and `$key$` is
 * replaced by what the rule says under that key.
 */
export function asAlerterSees(rule: Merged): Merged {
  const inner = rule.with(withinAlert(rule));
  const references = inner.keys.flatMap((key) => {
    const placed = inner.placed(key);
    return placed === undefined || !/^(?:alert|mattermost)_/u.test(key)
      ? []
      : [[key, { ...placed, value: resolved(placed.value, inner) }] as const];
  });
  return inner.with(Object.fromEntries(references));
}

function withinAlert(rule: Merged): Readonly<Record<string, Placed>> {
  const placed = rule.placed('alert');
  if (placed === undefined || !Array.isArray(placed.value)) return {};
  const entries: readonly unknown[] = placed.value;
  const index = entries.findIndex((entry) => isRecord(entry) && isRecord(entry['mattermost']));
  const entry = entries[index];
  const options = isRecord(entry) && isRecord(entry['mattermost']) ? entry['mattermost'] : {};
  const place = (key: string): Placed => ({ value: options[key], source: placed.source, path: ['alert', index, 'mattermost', key] });
  return Object.fromEntries(Object.keys(options).map((key) => [key, place(key)]));
}

function resolved(value: unknown, rule: Merged): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => resolved(item, rule));
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, rule)]));
  const key = typeof value === 'string' ? /^\$(\w+)\$$/u.exec(value)?.[1] : undefined;
  return key !== undefined && rule.has(key) ? rule.get(key) : value;
}
