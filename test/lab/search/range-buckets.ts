import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import { numbersOf, sourceOf } from './agg-values.ts';
import type { Aggregation } from './aggregation-kind.ts';
import { readDate } from './dates.ts';
import { printDate } from './date-patterns.ts';
import type { Document } from './document.ts';
import { knownMembers, listIn, numberIn, objectIn } from './json-reading.ts';
import { compileQuery } from './query.ts';
import type { Test } from './query-kind.ts';
import { Refusal } from './refusal.ts';

export const filter: Aggregation = (definition, documents, context) => context.bucket(documents.filter(compileQuery(definition, context)));

export const filters: Aggregation = (definition, documents, context) => {
  knownMembers(definition, 'filters', ['filters', 'other_bucket', 'other_bucket_key', 'keyed']);
  const { filters: given, other_bucket: other, other_bucket_key: otherKey } = definition;
  const named = given !== undefined && isJsonObject(given);
  const tests = (
    named
      ? Object.entries(given).sort(([one], [two]) => (one < two ? -1 : 1))
      : [...listIn(given).entries()].map(([at, query]) => [String(at), query] as const)
  ).map(([name, query]) => [name, compileQuery(query, context)] as const);
  const buckets = tests.map(([name, test]) => [name, context.bucket(documents.filter(test))] as const);
  if (other === true || otherKey !== undefined) {
    const matchesNone: Test = (document) => !tests.some(([, test]) => test(document));
    buckets.push([typeof otherKey === 'string' ? otherKey : '_other_', context.bucket(documents.filter(matchesNone))]);
  }
  return { buckets: named ? Object.fromEntries(buckets) : buckets.map(([, bucket]) => bucket) };
};

export const missing: Aggregation = (definition, documents, context) => {
  const { values } = sourceOf(definition, 'missing', context);
  return context.bucket(documents.filter((document) => values(document).length === 0));
};

export const global: Aggregation = (_definition, _documents, context) => context.bucket(context.everything());

interface Range {
  readonly key: string | null;
  readonly from: number | null;
  readonly to: number | null;
}

export const range: Aggregation = (definition, documents, context) => {
  knownMembers(definition, 'range', ['field', 'ranges', 'keyed', 'missing', 'format']);
  const { numbers } = numbersOf(definition, 'range', context);
  const ranges = rangesOf(definition, (bound) => numberIn(bound, 'ranges'));
  const show = (bound: number): string => (Number.isInteger(bound) ? `${bound}.0` : String(bound));
  const members = ({ from, to }: Range): JsonObject => ({ ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) });
  return answer(ranges, definition, { show, members, bucketOf: (each) => context.bucket(within(documents, numbers, each)) });
};

export const dateRange: Aggregation = (definition, documents, context) => {
  knownMembers(definition, 'date_range', ['field', 'ranges', 'keyed', 'missing', 'format', 'time_zone']);
  const { numbers } = numbersOf(definition, 'date_range', context);
  const format = typeof definition['format'] === 'string' ? definition['format'] : undefined;
  const timeZone = typeof definition['time_zone'] === 'string' ? definition['time_zone'] : 'UTC';
  const ranges = rangesOf(definition, (bound) =>
    readDate(String(bound), { now: context.now, timeZone, ...(format === undefined ? {} : { format }) }),
  );
  const show = (bound: number): string => printDate(bound, format, timeZone);
  const members = ({ from, to }: Range): JsonObject => ({
    ...(from === null ? {} : { from, from_as_string: show(from) }),
    ...(to === null ? {} : { to, to_as_string: show(to) }),
  });
  return answer(ranges, definition, { show, members, bucketOf: (each) => context.bucket(within(documents, numbers, each)) });
};

function rangesOf({ ranges }: JsonObject, read: (bound: Json) => number): readonly Range[] {
  if (listIn(ranges).length === 0) throw new Refusal('No [ranges] specified for the [range] aggregation');
  const bound = (value: Json | undefined): number | null => (value === undefined || value === null ? null : read(value));
  const all = listIn(ranges).map((each) => {
    const { key, from, to } = objectIn(each, 'ranges');
    return { key: typeof key === 'string' ? key : null, from: bound(from), to: bound(to) };
  });
  const size = (value: number | null, open: number): number => value ?? open;
  return all.sort(
    (one, other) =>
      size(one.from, Number.NEGATIVE_INFINITY) - size(other.from, Number.NEGATIVE_INFINITY) ||
      size(one.to, Number.POSITIVE_INFINITY) - size(other.to, Number.POSITIVE_INFINITY) ||
      0,
  );
}

function within(
  documents: readonly Document[],
  numbers: (document: Document) => readonly number[],
  { from, to }: Range,
): readonly Document[] {
  return documents.filter((document) => numbers(document).some((value) => (from === null || value >= from) && (to === null || value < to)));
}

/** What a bucket consists of: the bounds in its name, its own members, and those of its documents. */
interface Parts {
  readonly show: (bound: number) => string;
  readonly members: (range: Range) => JsonObject;
  readonly bucketOf: (range: Range) => JsonObject;
}

function answer(ranges: readonly Range[], definition: JsonObject, { show, members, bucketOf }: Parts): JsonObject {
  const buckets = ranges.map((each): JsonObject => {
    const key = each.key ?? `${each.from === null ? '*' : show(each.from)}-${each.to === null ? '*' : show(each.to)}`;
    return { key, ...members(each), ...bucketOf(each) };
  });
  if (definition['keyed'] !== true) return { buckets };
  return { buckets: Object.fromEntries(buckets.map(({ key, ...rest }) => [String(key), rest])) };
}
