import type { Matchers } from './rule.ts';

/** Whether every matcher holds; `*` stands for any run of characters. Without matchers nothing does. */
export function matches(matchers: Matchers, labels: Readonly<Record<string, string>>): boolean {
  const entries = Object.entries(matchers);
  return entries.length > 0 && entries.every(([field, pattern]) => labels[field] !== undefined && alike(pattern, labels[field]));
}

function alike(pattern: string, value: string): boolean {
  if (!pattern.includes('*')) return pattern === value;
  const literal = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`));
  return new RegExp(`^${literal.join('.*')}$`, 'su').test(value);
}

/** Matchers whose `{field}` stands for a value of the alert that inhibits: `host.name: "{host.name}"` is the same host. Null when it has no such value. */
export function filled(matchers: Matchers, labels: Readonly<Record<string, string>>): Matchers | null {
  const result: Record<string, string> = {};
  for (const [field, pattern] of Object.entries(matchers)) {
    const place = /^\{(.+)\}$/u.exec(pattern)?.[1];
    const value = place === undefined ? pattern : labels[place];
    if (value === undefined) return null;
    result[field] = value;
  }
  return result;
}

/** `rule=disk,host.name=pica01`: a field, what it must be, `*` for any run of characters; null when it isn't of this form. */
export function parseMatchers(text: string): Matchers | null {
  const result: Record<string, string> = {};
  for (const part of text.split(',')) {
    const [field, pattern, ...rest] = part.split('=').map((side) => side.trim());
    if (field === undefined || pattern === undefined || rest.length > 0) return null;
    if (!/^[\w@.-]{1,80}$/u.test(field) || pattern === '') return null;
    result[field] = pattern;
  }
  return result;
}
