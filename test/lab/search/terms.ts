import type { Json, JsonObject } from '#kernel/json.ts';
import { compareValues, shownKey, sourceOf } from './agg-values.ts';
import type { Aggregation, AggregationContext } from './aggregation-kind.ts';
import type { Document, Value } from './document.ts';
import { knownMembers, listIn, onlyMember, wholeIn } from './json-reading.ts';
import { regexpOf } from './patterns.ts';
import { LabLimit, Refusal } from './refusal.ts';

const MEMBERS: readonly string[] = [
  'field',
  'script',
  'size',
  'shard_size',
  'order',
  'min_doc_count',
  'shard_min_doc_count',
  'include',
  'exclude',
  'missing',
  'execution_hint',
  'collect_mode',
  'show_term_doc_count_error',
  'format',
  'value_type',
];

interface Bucket {
  readonly key: Value;
  readonly documents: readonly Document[];
  shown: JsonObject;
}

/** One bucket a value, the fullest first. */
export const terms: Aggregation = (definition, documents, context) => {
  knownMembers(definition, 'terms', MEMBERS);
  const { kind, values } = sourceOf(definition, 'terms', context);
  const size = wholeIn(definition['size'], 'size', 10, 1);
  const least = wholeIn(definition['min_doc_count'], 'min_doc_count', 1);
  const wanted = wantedKeys(definition, kind);
  const groups = new Map<Value, Document[]>();
  if (least === 0) for (const document of context.everything()) for (const key of values(document)) groups.set(key, []);
  for (const document of documents)
    for (const key of new Set(values(document))) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [document]);
      else group.push(document);
    }
  const kept = [...groups].filter(([key, members]) => members.length >= least && wanted(key));
  return answer(kept, definition, { size, kind }, context);
};

function answer(
  groups: readonly (readonly [Value, readonly Document[]])[],
  definition: JsonObject,
  { size, kind }: { readonly size: number; readonly kind: string | null },
  context: AggregationContext,
): JsonObject {
  const orders = ordersOf(definition['order']);
  const needsMetrics = orders.some(({ path }) => path !== '_count' && path !== '_key');
  const show = ({ key, documents }: Bucket): JsonObject => ({ ...shownKey(key, kind, definition['format']), ...context.bucket(documents) });
  const buckets: Bucket[] = groups.map(([key, documents]) => ({ key, documents, shown: {} }));
  if (needsMetrics) for (const bucket of buckets) bucket.shown = show(bucket);
  buckets.sort((one, other) => compareBy(orders, one, other));
  const first = buckets.slice(0, size);
  const others = buckets.slice(size).reduce((sum, { documents }) => sum + documents.length, 0);
  return {
    doc_count_error_upper_bound: 0,
    sum_other_doc_count: others,
    buckets: first.map((bucket) => (needsMetrics ? bucket.shown : show(bucket))),
  };
}

interface Order {
  /** `_count`, `_key`, or the path of an aggregation below: `cpu`, `cpu.max`. */
  readonly path: string;
  readonly descending: boolean;
}

function ordersOf(order: Json | undefined): readonly Order[] {
  const given = listIn(order).map((one) => {
    const [path, direction] = onlyMember(one, 'order');
    if (direction !== 'asc' && direction !== 'desc') throw new Refusal(`Unknown order direction [${JSON.stringify(direction)}]`);
    return { path, descending: direction === 'desc' };
  });
  return [...(given.length === 0 ? [{ path: '_count', descending: true }] : given), { path: '_key', descending: false }];
}

function compareBy(orders: readonly Order[], one: Bucket, other: Bucket): number {
  for (const { path, descending } of orders) {
    const compared =
      path === '_key'
        ? compareValues(one.key, other.key)
        : path === '_count'
          ? one.documents.length - other.documents.length
          : compareMetrics(metricAt(one.shown, path), metricAt(other.shown, path), descending);
    if (compared !== 0) return descending ? -compared : compared;
  }
  return 0;
}

/** What has no value comes last either way. */
function compareMetrics(one: number | null, other: number | null, descending: boolean): number {
  if (one === null || other === null) return one === other ? 0 : (one === null) === descending ? -1 : 1;
  return one - other;
}

/** `cpu`, `cpu.max`, `cpu>max`, `percentiles[99]`, `filter>_count`. */
function metricAt(bucket: JsonObject, path: string): number | null {
  const [, whole = '', percentile] = /^(.*?)(?:[.[](\d+(?:\.\d+)?)\]?)?$/u.exec(path) ?? [];
  let at: Json | undefined = bucket;
  for (const name of whole.split(/[>.]/u)) {
    if (at === undefined || at === null || typeof at !== 'object' || Array.isArray(at)) throw unknownPath(path);
    at = (at as JsonObject)[name === '_count' ? 'doc_count' : name];
  }
  if (at !== undefined && at !== null && typeof at === 'object' && !Array.isArray(at)) at = metricIn(at as JsonObject, percentile);
  if (at === null || typeof at === 'number') return at;
  throw unknownPath(path);
}

function metricIn(metric: JsonObject, percentile: string | undefined): Json | undefined {
  if (percentile !== undefined) {
    const values = metric['values'];
    return typeof values === 'object' && values !== null && !Array.isArray(values)
      ? (values as JsonObject)[Number(percentile).toFixed(1)]
      : undefined;
  }
  return metric['value'] ?? (metric['value'] === null ? null : metric['doc_count']);
}

const unknownPath = (path: string): Refusal =>
  new Refusal(
    `Invalid aggregation order path [${path}]. The provided aggregation [${path}] either does not exist, or is a pipeline aggregation`,
  );

/** `include` and `exclude`: values, or a regular expression over them. */
function wantedKeys({ include, exclude }: JsonObject, kind: string | null): (key: Value) => boolean {
  const included = include === undefined ? () => true : keyTest(include, kind);
  const excluded = exclude === undefined ? () => false : keyTest(exclude, kind);
  return (key) => included(key) && !excluded(key);
}

function keyTest(wanted: Json, kind: string | null): (key: Value) => boolean {
  if (typeof wanted === 'string') {
    if (kind === 'double' || kind === 'date')
      throw new Refusal(
        'Aggregation [terms] cannot support regular expression style include/exclude settings as they can only be applied to string fields. Use an array of values for include/exclude clauses',
      );
    const expression = regexpOf(wanted);
    return (key) => expression.test(String(key));
  }
  if (!Array.isArray(wanted)) throw new LabLimit('terms with partitions');
  const keys = new Set(wanted.map(String));
  return (key) => keys.has(String(key));
}
