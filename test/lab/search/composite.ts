import type { Json, JsonObject } from '#kernel/json.ts';
import { compareValues, numbersOf, sourceOf } from './agg-values.ts';
import type { Aggregation, AggregationContext } from './aggregation-kind.ts';
import { printDate } from './date-patterns.ts';
import { readDate } from './dates.ts';
import type { Document, Value } from './document.ts';
import { dateGrid, numberGrid } from './histograms.ts';
import { knownMembers, listIn, objectIn, onlyMember, wholeIn } from './json-reading.ts';
import { LabLimit, Refusal } from './refusal.ts';

/** Null where a document has no value and the source takes such documents too. */
type Key = Value | null;

interface CompositeSource {
  readonly name: string;
  readonly descending: boolean;
  readonly values: (document: Document) => readonly Key[];
  readonly show: (key: Key) => Json;
  /** A value of `after`. */
  readonly read: (shown: Json) => Key;
}

/** Every combination of its sources' values, in order and by pages. */
export const composite: Aggregation = (definition, documents, context) => {
  knownMembers(definition, 'composite', ['sources', 'size', 'after']);
  const size = wholeIn(definition['size'], 'size', 10, 1);
  const sources = listIn(definition['sources']).map((source) => sourceIn(source, context));
  if (sources.length === 0) throw new Refusal('Composite [sources] cannot be null or empty');
  const after = afterOf(definition['after'], sources);
  const groups = new Map<string, { readonly keys: readonly Key[]; readonly documents: Document[] }>();
  for (const document of documents)
    for (const keys of combinations(sources.map((source) => [...new Set(source.values(document))]))) {
      if (after !== null && compareKeys(sources, keys, after) <= 0) continue;
      const name = JSON.stringify(keys);
      const group = groups.get(name);
      if (group === undefined) groups.set(name, { keys, documents: [document] });
      else group.documents.push(document);
    }
  const page = [...groups.values()].sort((one, other) => compareKeys(sources, one.keys, other.keys)).slice(0, size);
  const buckets = page.map(({ keys, documents: members }) => ({ key: shown(sources, keys), ...context.bucket(members) }));
  const last = buckets.at(-1);
  return { ...(last === undefined ? {} : { after_key: last.key }), buckets };
};

function shown(sources: readonly CompositeSource[], keys: readonly Key[]): JsonObject {
  return Object.fromEntries(sources.map(({ name, show }, at) => [name, show(keys[at] ?? null)]));
}

function sourceIn(given: Json, context: AggregationContext): CompositeSource {
  const [name, kinds] = onlyMember(given, 'sources');
  const [kind, body] = onlyMember(kinds, name);
  const definition = objectIn(body, kind);
  if (definition['missing_order'] !== undefined) throw new LabLimit('missing_order in composite');
  const { values, show, read } = valuesOf(kind, definition, context);
  const missing = definition['missing_bucket'] === true;
  return {
    name,
    descending: definition['order'] === 'desc',
    values: (document) => orNull(values(document), missing),
    show: (key) => (key === null ? null : show(key)),
    read: (value) => (value === null ? null : read(value)),
  };
}

const orNull = (values: readonly Value[], missing: boolean): readonly Key[] => (values.length === 0 && missing ? [null] : values);

interface Reading {
  readonly values: (document: Document) => readonly Value[];
  readonly show: (key: Value) => Json;
  readonly read: (shown: Json) => Value;
}

function valuesOf(kind: string, definition: JsonObject, context: AggregationContext): Reading {
  const format = typeof definition['format'] === 'string' ? definition['format'] : null;
  const readDateKey = (shown: Json): Value => readDate(String(shown), { now: context.now, ...(format === null ? {} : { format }) });
  if (kind === 'terms') {
    const source = sourceOf(definition, kind, context);
    const read = (value: Json): Value => (typeof value === 'object' ? String(value) : value);
    return { values: source.values, show: (key) => key, read: source.kind === 'date' ? readDateKey : read };
  }
  if (kind !== 'date_histogram' && kind !== 'histogram') throw new LabLimit(`the composite source ${kind}`);
  const { numbers } = numbersOf(definition, kind, context);
  const grid = kind === 'histogram' ? numberGrid(definition) : dateGrid(definition);
  const zone = typeof definition['time_zone'] === 'string' ? definition['time_zone'] : 'UTC';
  return {
    values: (document) => numbers(document).map((value) => grid.keyOf(value)),
    show: (key) => (format === null ? key : printDate(Number(key), format, zone)),
    read: kind === 'histogram' ? Number : readDateKey,
  };
}

function afterOf(after: Json | undefined, sources: readonly CompositeSource[]): readonly Key[] | null {
  if (after === undefined) return null;
  const given = objectIn(after, 'after');
  if (Object.keys(given).length !== sources.length)
    throw new Refusal(`[after] has ${Object.keys(given).length} value(s) but [sources] has ${sources.length}`);
  return sources.map(({ name, read }) => {
    if (given[name] === undefined) throw new Refusal(`Missing value for [after.${name}]`);
    return read(given[name]);
  });
}

function combinations(lists: readonly (readonly Key[])[]): readonly (readonly Key[])[] {
  return lists.reduce<readonly (readonly Key[])[]>((all, list) => all.flatMap((keys) => list.map((key) => [...keys, key])), [[]]);
}

/** What is missing comes first, and last where the order is reversed. */
function compareKeys(sources: readonly CompositeSource[], one: readonly Key[], other: readonly Key[]): number {
  for (const [at, { descending }] of sources.entries()) {
    const compared = compareKey(one[at] ?? null, other[at] ?? null);
    if (compared !== 0) return descending ? -compared : compared;
  }
  return 0;
}

function compareKey(one: Key, other: Key): number {
  if (one === null || other === null) return one === other ? 0 : one === null ? -1 : 1;
  return compareValues(one, other);
}
