import type { JsonObject } from '#kernel/json.ts';
import type { Alert } from '../alert.ts';
import type { FilledText } from '../rule.ts';

/** What a rule says: its own words as they are, and what came from outside as a `value`, which the template keeps from working. */
export type Filled = readonly (string | { readonly value: string })[];

/** ElastAlert's `{0}` and `{name}`: the arguments in order. */
export function fill({ text, args, own = {}, missing = '<MISSING VALUE>' }: FilledText, alert: Alert): Filled {
  const values = args.map((name) => valueOf(name, alert) ?? own[name] ?? missing);
  let next = 0;
  return text.split(/(\{\d*\})/u).flatMap((part) => {
    const [, index] = /^\{(\d*)\}$/u.exec(part) ?? [];
    if (index === undefined) return part === '' ? [] : [part];
    const value = values[index === '' ? next++ : Number(index)];
    return [value === undefined ? part : { value }];
  });
}

/** A field of the document, nested or dotted; or else of the rule, as in ElastAlert. */
function valueOf(name: string, alert: Alert): string | null {
  const counts: Readonly<Record<string, unknown>> = { num_hits: alert.matches, num_matches: alert.matches };
  const own: Readonly<Record<string, unknown>> = { name: alert.rule, value: alert.value };
  const found = alert.key[name] ?? counts[name] ?? atPath(alert.document, name) ?? own[name];
  return found === undefined || found === null ? null : typeof found === 'object' ? JSON.stringify(found) : String(found);
}

function atPath(document: JsonObject, path: string): unknown {
  if (document[path] !== undefined) return document[path];
  let at: unknown = document;
  for (const part of path.split('.')) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.entries(at).find(([key]) => key === part)?.[1];
  }
  return at;
}
