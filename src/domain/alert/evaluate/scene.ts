import { BOUNDS } from '#kernel/bounds.ts';
import { abridged, readAbridged } from '#kernel/cut.ts';
import type { Json, JsonObject } from '#kernel/json.ts';
import { keyText, type AlertKey } from '../key.ts';
import type { Finding, Forgotten, RuleMemory, Span, Together } from '../look.ts';
import type { Rule, RuleKind } from '../rule.ts';
import { textOf } from './fields.ts';
import type { Inquiry, Question } from './inquiry.ts';
import { within } from './time.ts';

/** Names to aggregate by: a text field isn't in the index's columns, its `keyword` sub-field is; empty when it has none. */
export type ColumnNames = Readonly<Record<string, string>>;

/**
 * What must be known of a field beside its column. `date`: its values are moments, and told as such. `text`, `number`: it has no column that holds all
 * its values (text, mixed kinds, nested objects, what is too long), so Elasticsearch makes one of the documents themselves for each search.
 */
export type Reading = 'date' | 'text' | 'number';
export type Readings = Readonly<Record<string, Reading>>;

/** What an evaluation is given. */
export interface Scene<Kind extends RuleKind = RuleKind> {
  readonly rule: Rule;
  readonly kind: Kind;
  readonly span: Span;
  readonly open: readonly AlertKey[];
  readonly columns: ColumnNames;
  readonly readings?: Readings;
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
  readonly forgotten?: Forgotten;
  readonly together?: Together;
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

/** A value as a part of a key: as a bucket's key would be written, but for a moment, which is told in ISO. */
export function partOf(scene: Pick<Scene, 'readings'>, field: string, value: Json | undefined): string {
  const ms = scene.readings?.[field] === 'date' && value != null && value !== '' ? Number(value) : Number.NaN;
  if (Number.isFinite(ms) && Math.abs(ms) <= FURTHEST_MS) return new Date(ms).toISOString();
  return abridged(textOf(value), BOUNDS.keyPart.most);
}

/** The furthest moment that has an ISO form, ms. */
const FURTHEST_MS = 8_640_000_000_000_000;

/** Which of the rule's documents: those after `after` up to `until` that match all of `also` as well. */
export interface Extent {
  readonly after: number;
  readonly until: number;
  readonly also?: readonly JsonObject[];
}

/** A search of the rule's documents: its filter, its time, and what else they must be. */
export function questionOf(scene: Pick<Scene, 'rule' | 'readings'>, { after, until, also = [] }: Extent, body: JsonObject): Question {
  const { rule } = scene;
  const filter = [within(rule, after, until), ...rule.filter, ...also];
  return { index: rule.index, body: { query: { bool: { filter } }, ...made(scene), ...body } };
}

/** The columns that Elasticsearch makes for a search. Without a script, they hold what the document itself has under that name. */
export function made({ readings = {} }: Pick<Scene, 'readings'>): JsonObject {
  const fields = Object.entries(readings).filter(([, reading]) => reading !== 'date');
  if (fields.length === 0) return {};
  const mappings = fields.map(([field, reading]) => [field, { type: reading === 'number' ? 'double' : 'keyword' }] as const);
  return { runtime_mappings: Object.fromEntries(mappings) };
}

/** What is known of a rule's fields. */
export type Columned = Pick<Scene, 'columns' | 'readings'>;

/** So many keys are told apart in a query: Elasticsearch takes 1,024 clauses on 7.17, each part of a key being one. */
const CLAUSES = 250;
/** So many terms a query may have, by `index.max_terms_count`. */
const TERMS = 65_536;

/**
 * Documents of some keys, and of no others; with many of them, of others as well that share each part of their key with one of these.
 */
export function ofKeys(scene: Columned, keys: readonly AlertKey[]): JsonObject {
  if (keys.length > CLAUSES) return ofParts(scene, keys);
  return { bool: { should: keys.map((key) => ofKey(scene, key)), minimum_should_match: 1 } };
}

function ofParts(scene: Columned, keys: readonly AlertKey[]): JsonObject {
  const filter = Object.keys(keys[0] ?? {}).flatMap((field): JsonObject[] => {
    const values = [...new Set(keys.map((key) => key[field] ?? ''))];
    const isOpen =
      values.includes('') || values.length > TERMS || !inColumns(scene, [field]) || values.some((value) => !isWhole(scene, field, value));
    return isOpen ? [] : [{ terms: { [columnOf(scene.columns, field)]: values } }];
  });
  return { bool: { filter } };
}

/** Documents of one key. An empty part is left open: nothing tells those without the field from those with an empty one in every kind of field. */
export function ofKey(scene: Columned, key: AlertKey): JsonObject {
  const parts = Object.entries(key).filter(([field, value]) => value !== '' && inColumns(scene, [field]));
  return { bool: { filter: parts.map(([field, value]) => ofPart(scene, field, value)) } };
}

function ofPart(scene: Columned, field: string, value: string): JsonObject {
  const column = columnOf(scene.columns, field);
  const ms = scene.readings?.[field] === 'date' ? Date.parse(value) : Number.NaN;
  // In milliseconds, whatever the field's own format; one with nanoseconds has more of them in each.
  if (Number.isFinite(ms)) return { range: { [column]: { gte: ms, lt: ms + 1, format: 'epoch_millis' } } };
  const { text, missing } = readAbridged(value);
  return missing > 0 ? { prefix: { [column]: text } } : { term: { [column]: value } };
}

/** Whether the part of a key is the very text that the column holds. */
function isWhole(scene: Columned, field: string, value: string): boolean {
  return scene.readings?.[field] !== 'date' && readAbridged(value).missing === 0;
}

/** One entry a key, the last one said. */
export function byKey<Item extends { readonly key: AlertKey }>(items: Iterable<Item>): Map<string, Item> {
  return new Map([...items].map((item) => [keyText(item.key), item]));
}
