import type { z } from 'zod';
import { nearest } from '#kernel/nearest.ts';
import { dotted, messageOf } from '../issues.ts';
import { keysBelow, type Path } from '../schema-walk.ts';
import type { Merged } from './merged.ts';

/** One line for each thing that a schema finds wrong in a rule. */
export function ruleIssues(issues: readonly z.core.$ZodIssue[], rule: Merged, schema: z.core.$ZodType): readonly string[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...issue.path, key], rule, schema));
    if (isMissing(issue, rule)) return [`${rule.ofValue(issue.path.slice(0, -1))}: ${dotted(issue.path)}: is missing`];
    return [`${rule.ofValue(issue.path)}: ${dotted(issue.path)}: ${ownWords(issue)}`];
  });
}

/** What a key says of itself goes before what can be said of any. */
function ownWords(issue: z.core.$ZodIssue): string {
  return /^(?:Invalid|Too |Unrecognized)/u.test(issue.message) ? messageOf(issue) : issue.message;
}

function isMissing({ path }: z.core.$ZodIssue, rule: Merged): boolean {
  const [key] = path;
  return path.length === 1 && !rule.has(String(key));
}

function unknownKey(path: Path, rule: Merged, schema: z.core.$ZodType): string {
  const key = String(path.at(-1));
  const meant = nearest(key, keysBelow(schema, path.slice(0, -1)));
  return `${rule.ofKey(path)}: unknown key "${key}" in ${dotted(path.slice(0, -1))}${meant === null ? '' : `, did you mean "${meant}"?`}`;
}
