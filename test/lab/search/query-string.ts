import type { Json, JsonObject } from '#kernel/json.ts';
import { knownMembers, listIn, objectIn, textIn } from './json-reading.ts';
import type { Test } from './query-kind.ts';
import { parseQueryString, type Leaf } from './query-string-parser.ts';
import { LabLimit, Refusal } from './refusal.ts';
import type { Document } from './document.ts';

const MEMBERS: readonly string[] = [
  'query',
  'default_field',
  'fields',
  'default_operator',
  'analyze_wildcard',
  'lenient',
  'allow_leading_wildcard',
  'boost',
  '_name',
  'type',
  'time_zone',
  'minimum_should_match',
];

/** `query_string`: its clauses become queries of the other kinds. */
export function queryString(member: Json, compile: (query: Json) => Test): Test {
  const given = objectIn(member, 'query_string');
  knownMembers(given, 'query_string', MEMBERS);
  if (given['minimum_should_match'] !== undefined) throw new LabLimit('query_string with minimum_should_match');
  const text = textIn(given['query'], 'query_string');
  const fields = fieldsIn(given);
  const and = String(given['default_operator'] ?? 'or').toLowerCase() === 'and';
  return parseQueryString<Test>(text, and, {
    leaf: (leaf) => leafTest(leaf, { fields, and }, compile),
    bool: (must, should, mustNot) => joined(must, should, mustNot),
    all: () => compile({ match_all: {} }),
    none: () => compile({ match_none: {} }),
  });
}

/** Null: all fields. */
function fieldsIn({ default_field: single, fields }: JsonObject): readonly string[] | null {
  const names = listIn(fields ?? single ?? '*').map((name) => textIn(name, 'fields').replace(/\^.*$/u, ''));
  return names.includes('*') ? null : names;
}

function joined(must: readonly Test[], should: readonly Test[], mustNot: readonly Test[]): Test {
  return (document) =>
    must.every((test) => test(document)) &&
    !mustNot.some((test) => test(document)) &&
    (must.length > 0 || should.length === 0 || should.some((test) => test(document)));
}

interface Defaults {
  /** Null: all fields. */
  readonly fields: readonly string[] | null;
  /** All words of a text must match. */
  readonly and: boolean;
}

function leafTest(leaf: Leaf, { fields, and }: Defaults, compile: (query: Json) => Test): Test {
  if (leaf.field === '_exists_') return compile({ exists: { field: leaf.text } });
  if (leaf.field !== null) {
    if (leaf.field.includes('*')) throw new LabLimit(`a field with * in query_string: ${leaf.field}`);
    return compile(queryOf(leaf.field, leaf, and));
  }
  if (leaf.kind === 'wildcard' && leaf.text === '*') return compile({ match_all: {} });
  if (fields !== null) {
    const tests = fields.map((field) => compile(queryOf(field, leaf, and)));
    return (document) => tests.some((test) => test(document));
  }
  return inAnyField((field) => compile(queryOf(field, leaf, and)));
}

/** A field that can't hold such a value is passed over. */
function inAnyField(compile: (field: string) => Test): Test {
  const tests = new Map<string, Test>();
  const testOf = (field: string): Test => {
    const known = tests.get(field) ?? compile(field);
    tests.set(field, known);
    return known;
  };
  return (document: Document) => {
    for (const field of document.fields()) if (leniently(() => testOf(field)(document))) return true;
    return false;
  };
}

function leniently(test: () => boolean): boolean {
  try {
    return test();
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

function queryOf(field: string, leaf: Leaf, and: boolean): JsonObject {
  switch (leaf.kind) {
    case 'word':
      return { match: { [field]: { query: leaf.text, operator: and ? 'and' : 'or' } } };
    case 'phrase':
      return { match_phrase: { [field]: leaf.text } };
    case 'wildcard':
      return leaf.text === '*' ? { exists: { field } } : { wildcard: { [field]: { value: leaf.text } } };
    case 'regexp':
      return { regexp: { [field]: { value: leaf.text } } };
    case 'range':
      return { range: { [field]: leaf.bounds } };
    default:
      return leaf satisfies never;
  }
}
