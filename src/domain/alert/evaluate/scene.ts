import { BOUNDS } from '#kernel/bounds.ts';
import { abridged } from '#kernel/cut.ts';
import type { JsonObject } from '#kernel/json.ts';
import { keyText, type AlertKey } from '../key.ts';
import type { Finding, RuleMemory, Span } from '../look.ts';
import type { Rule, RuleKind } from '../rule.ts';
import { lookUp, textOf } from './fields.ts';
import type { Inquiry, Question } from './inquiry.ts';
import { within } from './time.ts';

/** Names to aggregate by: a text field isn't in the index's columns, its `keyword` sub-field is; empty when it has none. */
export type ColumnNames = Readonly<Record<string, string>>;

/** What an evaluation is given. */
export interface Scene<Kind extends RuleKind = RuleKind> {
  readonly rule: Rule;
  readonly kind: Kind;
  readonly span: Span;
  readonly open: readonly AlertKey[];
  readonly columns: ColumnNames;
  readonly memory: RuleMemory | null;
  /** Documents that it may read; beyond, it counts. */
  readonly most: number;
}

/** How a key stands at the end of the span, for types that measure a state. */
export interface Standing {
  readonly key: AlertKey;
  readonly breached: boolean;
  readonly value: number | null;
}

export interface Evaluated {
  readonly findings: readonly Finding[];
  /** By `keyText`; null for types that only see what happens. */
  readonly standings: ReadonlyMap<string, Standing> | null;
  readonly memory: RuleMemory;
  /** How many documents were counted instead of read. */
  readonly counted?: number;
}

export type Evaluation = Inquiry<Evaluated>;

export function columnOf(columns: ColumnNames, field: string): string {
  const column = columns[field] ?? '';
  return column === '' ? field : column;
}

/** Whether a search can group and filter by all of these exactly. What it can't, an exact look does on the documents. */
export function inColumns({ columns }: Pick<Scene, 'columns'>, fields: readonly string[]): boolean {
  return fields.every((field) => columns[field] !== '');
}

/** The same scene with other fields in the place of the rule's key. */
export function keyedBy<Kind extends RuleKind>(scene: Scene<Kind>, queryKey: readonly string[]): Scene<Kind> {
  return { ...scene, rule: { ...scene.rule, queryKey } };
}

/** The key of a document; a field that it doesn't have is empty there. */
export function keyOf(fields: readonly string[], document: JsonObject): AlertKey {
  return Object.fromEntries(fields.map((field) => [field, abridged(textOf(lookUp(document, field)), BOUNDS.keyPart.most)]));
}

/** Which of the rule's documents: those after `after` up to `until` that match all of `also` as well. */
export interface Extent {
  readonly after: number;
  readonly until: number;
  readonly also?: readonly JsonObject[];
}

/** A search of the rule's documents: its filter, its time, and what else they must be. */
export function questionOf({ rule }: Pick<Scene, 'rule'>, { after, until, also = [] }: Extent, body: JsonObject): Question {
  const filter = [within(rule, after, until), ...rule.filter, ...also];
  return { index: rule.index, body: { query: { bool: { filter } }, ...body } };
}

/** So many keys are told apart in a query: Elasticsearch takes 1,024 clauses on 7.17, each part of a key being one. */
const CLAUSES = 250;
/** So many terms a query may have, by `index.max_terms_count`. */
const TERMS = 65_536;

/**
 * Documents of some keys, and of no others; with many of them, of others as well that share each part of their key with one of these.
 */
export function ofKeys(scene: Pick<Scene, 'columns'>, keys: readonly AlertKey[]): JsonObject {
  if (keys.length > CLAUSES) return ofParts(scene, keys);
  return { bool: { should: keys.map((key) => ofKey(scene, key)), minimum_should_match: 1 } };
}

function ofParts(scene: Pick<Scene, 'columns'>, keys: readonly AlertKey[]): JsonObject {
  const filter = Object.keys(keys[0] ?? {}).flatMap((field): JsonObject[] => {
    const values = [...new Set(keys.map((key) => key[field] ?? ''))];
    const isOpen = values.includes('') || values.length > TERMS || !inColumns(scene, [field]);
    return isOpen ? [] : [{ terms: { [columnOf(scene.columns, field)]: values } }];
  });
  return { bool: { filter } };
}

/** Documents of one key. An empty part is left open: nothing tells those without the field from those with an empty one in every kind of field. */
export function ofKey(scene: Pick<Scene, 'columns'>, key: AlertKey): JsonObject {
  const parts = Object.entries(key).filter(([field, value]) => value !== '' && inColumns(scene, [field]));
  return { bool: { filter: parts.map(([field, value]) => ({ term: { [columnOf(scene.columns, field)]: value } })) } };
}

/** One entry a key, the last one said. */
export function byKey<Item extends { readonly key: AlertKey }>(items: Iterable<Item>): Map<string, Item> {
  return new Map([...items].map((item) => [keyText(item.key), item]));
}
