import { expressionOf } from '#kernel/expression.ts';

/** What a request must be for a router to take it: a rule of Traefik, read. */
export type Condition =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | Matcher;

/** One test of a request; several values of a `Host` are alternatives. */
export interface Matcher {
  readonly kind: 'matcher';
  readonly name: MatcherName;
  readonly values: readonly string[];
}

/**
 * Those of all generations of Traefik by their own names. `HostRegexp` is a template with `{name:pattern}` up to version 2, and a regular
 * expression from 3 on: `HostTemplate` stands for the former.
 */
export type MatcherName =
  | 'Host'
  | 'HostSNI'
  | 'HostRegexp'
  | 'HostTemplate'
  | 'Path'
  | 'PathPrefix'
  | 'PathRegexp'
  | 'Method'
  | 'Headers'
  | 'HeadersRegexp'
  | 'Query'
  | 'ClientIP'
  | 'ALPN';

/** What is known of a request. What isn't said stays open. */
export interface Asked {
  readonly host: string;
  readonly path?: string;
}

/** Whether a condition holds, or what of it stays open. */
export type Reduced = boolean | Condition;

/** The names that a condition is meant for, in small letters: those of its `Host` and `HostSNI`, but for what is negated. */
export function hostsOf(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return [...new Set(condition.of.flatMap(hostsOf))];
    case 'not':
      return [];
    case 'matcher': {
      const named = condition.name === 'Host' || condition.name === 'HostSNI';
      return named ? condition.values.map((host) => host.toLowerCase()).filter((host) => host !== '*') : [];
    }
    default:
      return condition satisfies never;
  }
}

/** Whether a condition holds for what is asked, as far as that can be told. */
export function reduce(condition: Condition, asked: Asked): Reduced {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return together(
        condition.kind,
        condition.of.map((each) => reduce(each, asked)),
      );
    case 'not': {
      const inner = reduce(condition.of, asked);
      return typeof inner === 'boolean' ? !inner : { kind: 'not', of: inner };
    }
    case 'matcher':
      return matched(condition, asked) ?? condition;
    default:
      return condition satisfies never;
  }
}

/** The end of `all` is one that doesn't hold, that of `any` one that does. */
function together(kind: 'all' | 'any', parts: readonly Reduced[]): Reduced {
  const decides = kind === 'any';
  if (parts.includes(decides)) return decides;
  const open = parts.filter((part) => typeof part !== 'boolean');
  const [only, ...more] = open;
  if (only === undefined) return !decides;
  return more.length === 0 ? only : { kind, of: open };
}

/** @returns null where nobody can tell from what is known */
function matched({ name, values }: Matcher, { host, path }: Asked): boolean | null {
  switch (name) {
    case 'Host':
    case 'HostSNI':
      return values.some((value) => value === '*' || value.toLowerCase() === host.toLowerCase());
    case 'HostRegexp':
      return anyOf(values, (value) => expressionOf(`(?i)(?s:.*?)(?:${value})(?s:.*)`)?.matches(host) ?? null);
    case 'HostTemplate':
      return anyOf(values, (value) => expressionOf(`(?i)${patternOf(value)}`)?.matches(host) ?? null);
    case 'Path':
      return path === undefined ? null : anyOf(values, (value) => (value.includes('{') ? null : path === value));
    case 'PathPrefix':
      return path === undefined ? null : anyOf(values, (value) => (value.includes('{') ? null : path.startsWith(value)));
    default:
      return null;
  }
}

function anyOf(values: readonly string[], test: (value: string) => boolean | null): boolean | null {
  const found = values.map(test);
  if (found.includes(true)) return true;
  return found.includes(null) ? null : false;
}

/** `{sub:[a-z]+}.example.net` as a regular expression; `{sub}` is one label. */
function patternOf(template: string): string {
  const parts = template.split(/(\{[^{}:]*(?::(?:[^{}]|\{[^{}]*\})*)?\})/u);
  return parts
    .map((part) => {
      const [, pattern] = /^\{[^{}:]*(?::(.*))?\}$/su.exec(part) ?? [];
      if (part.startsWith('{')) return `(?:${pattern ?? '[^.]+'})`;
      return part.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
    })
    .join('');
}
