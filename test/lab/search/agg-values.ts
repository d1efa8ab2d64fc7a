import type { Json, JsonObject } from '#kernel/json.ts';
import type { AggregationContext } from './aggregation-kind.ts';
import { readDate } from './dates.ts';
import { printDate } from './date-patterns.ts';
import type { Document, Value } from './document.ts';
import { LabLimit, Refusal } from './refusal.ts';

/** The field of an aggregation, and what its values are. */
export interface Source {
  readonly field: string;
  readonly kind: string | null;
  readonly values: (document: Document) => readonly Value[];
}

/** @throws Refusal for a text, whose words can't be aggregated, or when no field is named */
export function sourceOf(definition: JsonObject, what: string, context: AggregationContext): Source {
  const { field, missing, script } = definition;
  if (script !== undefined) throw new LabLimit(`a script in ${what}`);
  if (typeof field !== 'string') throw new Refusal(`Required one of fields [field, script], but none were specified in [${what}]`);
  const kind = context.kindOf(field) ?? (missing === undefined ? null : typeof missing === 'number' ? 'double' : 'keyword');
  if (kind === 'text')
    throw new Refusal(
      `Fielddata is disabled on [${field}]. Text fields are not optimised for operations that require per-document field data like aggregations and sorting`,
    );
  const instead = missing === undefined ? null : [missingValue(missing, kind, context)];
  return {
    field,
    kind,
    values(document) {
      const values = document.values(field);
      return values.length === 0 && instead !== null ? instead : values;
    },
  };
}

function missingValue(missing: Json, kind: string | null, { now }: AggregationContext): Value {
  if (missing === null || typeof missing === 'object') throw new Refusal('missing must be a value');
  if (kind === 'date') return readDate(String(missing), { now });
  if (kind === 'double') return Number(missing);
  return kind === 'boolean' ? missing === true || missing === 'true' : String(missing);
}

/** The same, for what can only calculate. @throws Refusal for keywords */
export function numbersOf(
  definition: JsonObject,
  what: string,
  context: AggregationContext,
): Source & { readonly numbers: (document: Document) => readonly number[] } {
  const source = sourceOf(definition, what, context);
  if (source.kind === 'keyword') throw new Refusal(`Field [${source.field}] of type [keyword] is not supported for aggregation [${what}]`);
  return { ...source, numbers: (document) => source.values(document).map(Number) };
}

/** A key as a bucket shows it: true is 1, with the word beside it. */
export function shownKey(key: Value, kind: string | null, format?: Json): JsonObject {
  if (kind === 'date') return { key, key_as_string: printDate(Number(key), typeof format === 'string' ? format : undefined) };
  if (typeof key === 'boolean') return { key: key ? 1 : 0, key_as_string: String(key) };
  return { key };
}

/** Keywords by their letters' numbers, everything else by size. */
export function compareValues(one: Value, other: Value): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
