import { isJsonObject, numberOf, type Json, type JsonObject } from '#kernel/json.ts';
import { isList } from './fields.ts';

const EMPTY: JsonObject = {};

/** A member that must be an object; an index that doesn't exist has no aggregations, which reads as empty ones. */
export function objectAt(holder: JsonObject, ...path: readonly string[]): JsonObject {
  let place: JsonObject = holder;
  for (const name of path) {
    const value = place[name];
    if (value === undefined || !isJsonObject(value)) return EMPTY;
    place = value;
  }
  return place;
}

export function numberAt(holder: JsonObject, ...path: readonly string[]): number | null {
  return numberOf(objectAt(holder, ...path.slice(0, -1))[path.at(-1) ?? '']);
}

/** Documents in a bucket, or in a `filter`. */
export function countOf(bucket: JsonObject): number {
  return numberOf(bucket['doc_count']) ?? 0;
}

/** The buckets of an aggregation, in order. */
export function bucketsOf(aggregation: JsonObject): readonly JsonObject[] {
  const { buckets } = aggregation;
  return isList(buckets) ? buckets.filter((bucket) => isJsonObject(bucket)) : [];
}

/** What a terms bucket stands for, as a document would hold it: booleans come as 0 and 1. */
export function bucketValue(bucket: JsonObject): Json {
  const { key = null, key_as_string: text } = bucket;
  return text === 'true' || text === 'false' ? text === 'true' : key;
}
