import { nearest } from '#kernel/nearest.ts';
import type { Condition, MatcherName } from './condition.ts';
import type { ReadRule } from './rule.ts';

/** What Traefik 1 matches with. Those that strip match as their plain selves do. */
const MATCHERS: Readonly<Record<string, MatcherName>> = {
  Host: 'Host',
  HostRegexp: 'HostTemplate',
  Path: 'Path',
  PathStrip: 'Path',
  PathPrefix: 'PathPrefix',
  PathPrefixStrip: 'PathPrefix',
  PathStripRegex: 'PathRegexp',
  PathPrefixStripRegex: 'PathRegexp',
  Method: 'Method',
  Headers: 'Headers',
  HeadersRegexp: 'HeadersRegexp',
  Query: 'Query',
};
/** What changes a request and lets every one pass. */
const MODIFIERS: ReadonlySet<string> = new Set(['AddPrefix', 'ReplacePath', 'ReplacePathRegex']);

/** Reads a rule of Traefik 1: `Host:a,b;PathPrefix:/x`. A comma is "or", a semicolon "and". */
export function readRuleV1(rule: string): ReadRule {
  const of: Condition[] = [];
  for (const part of rule.split(';').map((text) => text.trim())) {
    const [, word = '', list = ''] = /^([A-Za-z]+)\s*:(.*)$/su.exec(part) ?? [];
    if (MODIFIERS.has(word)) continue;
    const name = Object.hasOwn(MATCHERS, word) ? MATCHERS[word] : undefined;
    const values = valuesOf(list);
    if (name === undefined || values.length === 0 || values.includes(''))
      return {
        condition: null,
        unread: { found: (word === '' || name !== undefined ? part : word) || null, nearest: nearest(word, Object.keys(MATCHERS)) },
      };
    of.push({ kind: 'matcher', name, values });
  }
  const [only, ...more] = of;
  if (only === undefined) return { condition: null, unread: { found: rule.trim() || null, nearest: null } };
  return { condition: more.length === 0 ? only : { kind: 'all', of }, unread: null };
}

/** A comma within braces belongs to a pattern: `{sub:[a-z]{1,3}}.example.net`. */
function valuesOf(list: string): readonly string[] {
  const values = [''];
  let depth = 0;
  for (const letter of list) {
    depth += letter === '{' ? 1 : letter === '}' ? -1 : 0;
    if (letter === ',' && depth === 0) values.push('');
    else values.push((values.pop() ?? '') + letter);
  }
  return values.map((value) => value.trim());
}
