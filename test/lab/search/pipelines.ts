import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import { textIn } from './json-reading.ts';
import { LabLimit, Refusal } from './refusal.ts';

/** Reads the buckets of an aggregation beside it, already made. */
type Pipeline = (definition: JsonObject, siblings: JsonObject) => JsonObject;

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

const KINDS: Readonly<Record<string, (values: readonly number[], keys: readonly string[]) => JsonObject>> = {
  avg_bucket: (values) => ({ value: values.length === 0 ? null : total(values) / values.length }),
  sum_bucket: (values) => ({ value: total(values) }),
  max_bucket: (values, keys) => extreme(values, keys, (one, other) => one > other),
  min_bucket: (values, keys) => extreme(values, keys, (one, other) => one < other),
  stats_bucket: (values) => ({
    count: values.length,
    min: values.length === 0 ? null : Math.min(...values),
    max: values.length === 0 ? null : Math.max(...values),
    avg: values.length === 0 ? null : total(values) / values.length,
    sum: total(values),
  }),
};

/** @returns null for what is no aggregation of this sort */
export function pipelineOf(kind: string): Pipeline | null {
  const calculate = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (calculate === undefined) return null;
  return (definition, siblings) => {
    const found = valuesAt(textIn(definition['buckets_path'], 'buckets_path'), siblings);
    return calculate(
      found.map(({ value }) => value),
      found.map(({ key }) => key),
    );
  };
}

function extreme(values: readonly number[], keys: readonly string[], beats: (one: number, other: number) => boolean): JsonObject {
  let best: number | null = null;
  for (const value of values) if (best === null || beats(value, best)) best = value;
  return { value: best, keys: keys.filter((_, at) => values[at] === best) };
}

interface At {
  readonly key: string;
  readonly value: number;
}

/** `hosts>cpu`, `hosts>cpu.max`, `hosts>_count`; empty buckets are passed over. */
function valuesAt(path: string, siblings: JsonObject): readonly At[] {
  const [first = '', ...rest] = path.split('>');
  const sibling = siblings[first];
  if (sibling === undefined || !isJsonObject(sibling) || !Array.isArray(sibling['buckets']))
    throw new Refusal(`No aggregation found for path [${path}]`);
  if (rest.length !== 1) throw new LabLimit(`the path ${path}`);
  const [metric = '', member = 'value'] = (rest[0] ?? '').split('.');
  const buckets: readonly Json[] = sibling['buckets'];
  return buckets.flatMap((bucket) => {
    if (!isJsonObject(bucket)) return [];
    const { key, key_as_string: keyText, [metric]: found } = bucket;
    const value = metric === '_count' ? bucket['doc_count'] : found !== undefined && isJsonObject(found) ? found[member] : undefined;
    const skipped = metric !== '_count' && bucket['doc_count'] === 0;
    return typeof value === 'number' && !skipped ? [{ key: String(keyText ?? key), value }] : [];
  });
}
