import { isJsonObject, type Json } from '#kernel/json.ts';
import type { Hit } from '#ports/search.ts';
import { compareValues } from './agg-values.ts';
import type { Document, Value } from './document.ts';
import { listIn, onlyMember } from './json-reading.ts';
import { LabLimit, Refusal } from './refusal.ts';
import { filterSource } from './source-filter.ts';

interface SortKey {
  readonly field: string;
  readonly descending: boolean;
  /** Where documents without a value stand, or the value that they have instead. */
  readonly missing: { readonly last: boolean; readonly instead: Value | null };
  readonly valueOf: (document: Document) => Value | null;
}

/** Documents in the order of a `sort`. */
export interface Sorted {
  readonly keys: readonly SortKey[];
  readonly documents: readonly Document[];
}

/** Without a sort in the order in which they came: the lab doesn't weigh how well a document matches. */
export function sortedBy(sort: Json | undefined, documents: readonly Document[]): Sorted {
  const keys = listIn(sort).map((key) => sortKey(key, documents));
  const compared = keys.length === 0 ? documents : documents.toSorted((one, other) => compareDocuments(keys, one, other));
  return { keys, documents: compared };
}

const SORT_MEMBERS: readonly string[] = ['order', 'missing', 'mode', 'unmapped_type', 'format', 'numeric_type'];

function sortKey(given: Json, documents: readonly Document[]): SortKey {
  const [field, options] = typeof given === 'string' ? ([given, {}] as const) : onlyMember(given, 'sort');
  const {
    order = field === '_score' ? 'desc' : 'asc',
    missing = '_last',
    mode,
    ...rest
  } = isJsonObject(options) ? options : { order: options };
  const stranger = Object.keys(rest).find((name) => !SORT_MEMBERS.includes(name));
  if (stranger !== undefined) throw new Refusal(`[field_sort] unknown field [${stranger}]`);
  if (rest['format'] !== undefined) throw new LabLimit('format in sort');
  if (order !== 'asc' && order !== 'desc') throw new Refusal(`Illegal sort order: ${JSON.stringify(order)}`);
  checkField(field, rest['unmapped_type'] !== undefined, documents);
  const descending = order === 'desc';
  const largest = mode === undefined ? descending : mode === 'max';
  if (mode !== undefined && mode !== 'min' && mode !== 'max') throw new LabLimit(`sort mode ${JSON.stringify(mode)}`);
  return {
    field,
    descending,
    missing: { last: missing === '_last', instead: missing === '_last' || missing === '_first' ? null : plain(missing) },
    valueOf: (document) => representative(document, field, largest),
  };
}

function plain(missing: Json): Value {
  if (missing === null || typeof missing === 'object') throw new Refusal('illegal [missing] in sort');
  return missing;
}

function checkField(field: string, unmappedAllowed: boolean, documents: readonly Document[]): void {
  if (field === '_score' || field === '_doc' || documents.length === 0) return;
  const kinds = new Set(documents.map((document) => document.kindOf(field)));
  if (kinds.has('text'))
    throw new Refusal(
      `Fielddata is disabled on [${field}]. Text fields are not optimised for operations that require per-document field data like aggregations and sorting`,
    );
  if (kinds.has(null) && !unmappedAllowed) throw new Refusal(`No mapping found for [${field}] in order to sort on`);
}

/** Of several values the least, or the greatest where the order is reversed. */
function representative(document: Document, field: string, largest: boolean): Value | null {
  if (field === '_score') return 1;
  if (field === '_doc') return document.sequence;
  const values = document.values(field);
  const [first] = values;
  if (first === undefined) return null;
  return values.reduce((best, value) => (compareValues(value, best) > 0 === largest ? value : best), first);
}

function compareDocuments(keys: readonly SortKey[], one: Document, other: Document): number {
  for (const key of keys) {
    const compared = compareKeys(key, key.valueOf(one), key.valueOf(other));
    if (compared !== 0) return compared;
  }
  return 0;
}

function compareKeys({ descending, missing }: SortKey, one: Value | null, other: Value | null): number {
  const [first, second] = [one ?? missing.instead, other ?? missing.instead];
  if (first === null || second === null) {
    if (first === second) return 0;
    return (first === null) === missing.last ? 1 : -1;
  }
  return descending ? compareValues(second, first) : compareValues(first, second);
}

/** Those behind the values of `search_after`. */
export function behind({ keys, documents }: Sorted, after: Json | undefined): readonly Document[] {
  if (after === undefined) return documents;
  const values = listIn(after);
  if (keys.length === 0) throw new Refusal('Sort must contain at least one field.');
  if (values.length !== keys.length) throw new Refusal(`search_after has ${values.length} value(s) but sort has ${keys.length}.`);
  return documents.filter((document) => {
    for (const [at, key] of keys.entries()) {
      const value = values[at] ?? null;
      const compared = compareKeys(key, key.valueOf(document), typeof value === 'object' ? null : dateValue(value, key, document));
      if (compared !== 0) return compared > 0;
    }
    return false;
  });
}

/** Dates may come back as text. */
function dateValue(value: Value, { field }: SortKey, document: Document): Value {
  return typeof value === 'string' && document.kindOf(field) === 'date' ? Date.parse(value) : value;
}

/** What a hit shows of its document: `_source` and `docvalue_fields` of the search. */
export interface Shown {
  readonly source: Json | undefined;
  readonly fields: Json | undefined;
}

export function hitOf(document: Document, { source, fields }: Shown, { keys }: Sorted): Hit {
  const sort = keys.map((key) => key.valueOf(document)).map((value) => (typeof value === 'boolean' ? Number(value) : value));
  return { id: document.id, index: document.index, source: filterSource(document.source, source), sort, ...columnsOf(document, fields) };
}

/** Dates come as text, others as they are; a keyword's values once each, and in order. */
function columnsOf(document: Document, fields: Json | undefined): Pick<Hit, 'fields'> {
  const found = listIn(fields).flatMap((wanted): [string, Json][] => {
    const { field, format = null } = isJsonObject(wanted) ? wanted : { field: wanted };
    if (typeof field !== 'string') throw new Refusal('[docvalue_fields] needs a field');
    const kind = document.kindOf(field);
    if (kind === 'text') throw new Refusal(`Fielddata is disabled on [${field}]`);
    const values = document.values(field).map((value): Json => (kind === 'date' ? dateText(Number(value), format) : value));
    return values.length === 0 ? [] : [[field, kind === 'keyword' ? document.values(field).toSorted(compareValues) : values]];
  });
  return found.length === 0 ? {} : { fields: Object.fromEntries(found) };
}

function dateText(ms: number, format: Json): string {
  return format === 'epoch_millis' ? String(ms) : new Date(ms).toISOString();
}
