import type { JsonObject } from '#kernel/json.ts';
import type { Alert } from '../alert.ts';
import type { FilledText } from '../rule.ts';

/** ElastAlert's `{0}` and `{name}`: the arguments in order. What a document says stays text: the template escapes it. */
export function fill({ text, args, own = {}, missing = '<MISSING VALUE>' }: FilledText, alert: Alert): string {
  const values = args.map((name) => valueOf(name, alert) ?? own[name] ?? missing);
  let next = 0;
  return text.replaceAll(/\{(\d*)\}/gu, (whole, index: string) => {
    const at = index === '' ? next++ : Number(index);
    return values[at] ?? whole;
  });
}

/** A field of the document, nested or dotted, or of the rule. */
function valueOf(name: string, alert: Alert): string | null {
  const own: Readonly<Record<string, unknown>> = {
    name: alert.rule,
    num_hits: alert.matches,
    num_matches: alert.matches,
    value: alert.value,
  };
  const found = alert.key[name] ?? own[name] ?? atPath(alert.document, name);
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
