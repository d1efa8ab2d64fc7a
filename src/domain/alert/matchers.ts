import { BOUNDS } from '#kernel/bounds.ts';
import { isAlike } from '#kernel/wildcard.ts';
import type { Matchers } from './rule.ts';

/** What machines are called besides, all names of one together. */
export type HostNames = readonly (readonly string[])[];

/**
 * Whether every matcher holds; `*` stands for any run of characters. Without matchers nothing does. A machine is meant by any of its names.
 * @param called names of the configuration's machines
 */
export function matches(matchers: Matchers, labels: Readonly<Record<string, string>>, called: HostNames = []): boolean {
  const entries = Object.entries(matchers);
  return entries.length > 0 && entries.every(([field, pattern]) => namesOf(labels[field], called).some((name) => isAlike(pattern, name)));
}

function namesOf(value: string | undefined, called: HostNames): readonly string[] {
  if (value === undefined) return [];
  return called.find((names) => names.includes(value)) ?? [value];
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

/** Whether somebody could have meant it: what is longer was never typed by a person, and is no pattern that is run. */
export function isReasonable(matchers: Matchers): boolean {
  const patterns = Object.values(matchers);
  return patterns.length <= BOUNDS.matchers.most && patterns.every(isReasonablePattern);
}

function isReasonablePattern(pattern: string): boolean {
  return pattern.length <= BOUNDS.pattern.most && pattern.split('*').length - 1 <= BOUNDS.patternStars.most;
}
