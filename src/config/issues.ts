import type { z } from 'zod';
import { nearest } from '#kernel/nearest.ts';
import type { Source } from './places.ts';
import { knownKeys, type Path } from './schema-walk.ts';

type Issue = z.core.$ZodIssue;

/** One line for each thing that the schema finds wrong: where, which key, what is the matter. */
export function issueWords(issue: Issue, source: Source): readonly string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...issue.path, key], source));
  if (issue.code === 'invalid_key') return [keyWords(issue, source)];
  const missing = source.document.getIn(issue.path) === undefined;
  const place = source.ofValue(missing ? issue.path.slice(0, -1) : issue.path);
  return [`${place}: ${dotted(issue.path)}: ${missing ? 'is missing' : messageOf(issue)}`];
}

/** `policy.0.set.risk`, as messages name a key. */
export function dotted(path: Path): string {
  return path.length === 0 ? 'the file' : path.map(String).join('.');
}

function unknownKey(path: Path, source: Source): string {
  const meant = nearest(String(path.at(-1)), knownKeys(path.slice(0, -1)));
  return `${source.ofKey(path)}: ${dotted(path)}: unknown key${meant === null ? '' : `, did you mean ${meant}?`}`;
}

/** A key that a person chose, such as the host of a registry, and that has no good form. */
function keyWords(issue: z.core.$ZodIssueInvalidKey, source: Source): string {
  return `${source.ofKey(issue.path)}: ${dotted(issue.path)}: ${issue.issues[0]?.message ?? 'is no good name'}`;
}

const FORMS: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a map',
  record: 'a map',
  string: 'a text: put it in quotes',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
};

/** What is the matter with a value. */
export function messageOf(issue: Issue): string {
  if (issue.code === 'invalid_type') return `must be ${FORMS[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options))
    return `must be one of ${issue.options.map(String).join(', ')}`;
  if (issue.code === 'too_small' && issue.origin !== 'string') return `must be at least ${amount(issue.origin, issue.minimum)}`;
  if (issue.code === 'too_big' && issue.origin !== 'string') return `must be at most ${amount(issue.origin, issue.maximum)}`;
  return issue.message;
}

function amount(origin: string, limit: number | bigint): string {
  return origin === 'array' ? `${limit} of them` : String(limit);
}
