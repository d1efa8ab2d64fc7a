import { parseJson, type Json } from '#kernel/json.ts';

/** For whom a rule speaks: the value of each field of its `query_key`; empty for a rule without one. */
export type AlertKey = Readonly<Record<string, string>>;

/** One text for one key, whatever the order of its fields. */
export function keyText(key: AlertKey): string {
  const fields = Object.entries(key);
  // Asked for ten thousand alerts at each look, most of whose keys are one field.
  return JSON.stringify(fields.length < 2 ? fields : fields.toSorted(([a], [b]) => (a < b ? -1 : 1)));
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
