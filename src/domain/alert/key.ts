import { parseJson, type Json } from '#kernel/json.ts';
import { onceFor } from '#kernel/once-for.ts';

/** For whom a rule speaks: the value of each field of its `query_key`; empty for a rule without one. */
export type AlertKey = Readonly<Record<string, string>>;

/** One text for one key, whatever the order of its fields. */
export function keyText(key: AlertKey): string {
  const names = Object.keys(key);
  const [only] = names;
  // Asked for ten thousand alerts at each look, most of whose keys are one field.
  if (only !== undefined && names.length === 1) return `[[${JSON.stringify(only)},${JSON.stringify(key[only])}]]`;
  return JSON.stringify(names.toSorted().map((name) => [name, key[name]]));
}

/** The same for keys that stay: those of open alerts are asked for ten times in each look. */
export const keptKeyText: (key: AlertKey) => string = onceFor(keyText);

/** What has a key that stays, by its text; of several with one key the last. */
export function byKey<T extends { readonly key: AlertKey }>(all: readonly T[]): Map<string, T> {
  const found = new Map<string, T>();
  for (const each of all) found.set(keptKeyText(each.key), each);
  return found;
}

/** As people read it: the values, in the order of the rule's fields. */
export function keyWords(key: AlertKey): string {
  return Object.values(key).join(', ');
}

/** The key that `keyText` made a text of. */
export function keyIn(text: string): AlertKey {
  const pairs = parseJson(text);
  if (!Array.isArray(pairs)) return {};
  return Object.fromEntries(pairs.map((pair: Json) => (Array.isArray(pair) ? [String(pair[0]), String(pair[1])] : ['', ''])));
}
