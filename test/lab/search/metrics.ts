import type { Json, JsonObject } from '#kernel/json.ts';
import { numbersOf, sourceOf } from './agg-values.ts';
import type { Aggregation, AggregationContext } from './aggregation-kind.ts';
import { printDate } from './date-patterns.ts';
import type { Document, Value } from './document.ts';
import { knownMembers, listIn, numberIn } from './json-reading.ts';
import { Refusal } from './refusal.ts';

const MEMBERS: readonly string[] = ['field', 'missing', 'format', 'script', 'value_type'];

interface Numbers {
  readonly all: readonly number[];
  /** Dates are shown as such beside their number. */
  readonly show: (name: string, value: number | null) => JsonObject;
}

/** Sums of dates lie beyond what is a date here. Source: ECMA-262, 21.4.1.1, Time Values and Time Range */
const LAST_DATE_MS = 8.64e15;

interface Metric {
  readonly what: string;
  /** Members of its own. */
  readonly more?: readonly string[];
}

function numbersIn(
  { what, more = [] }: Metric,
  definition: JsonObject,
  documents: readonly Document[],
  context: AggregationContext,
): Numbers {
  knownMembers(definition, what, [...MEMBERS, ...more]);
  const { numbers, kind } = numbersOf(definition, what, context);
  const format = typeof definition['format'] === 'string' ? definition['format'] : undefined;
  const show = (name: string, value: number | null): JsonObject =>
    kind === 'date' && value !== null && Math.abs(value) <= LAST_DATE_MS
      ? { [name]: value, [`${name}_as_string`]: printDate(Math.floor(value), format) }
      : { [name]: value };
  return { all: documents.flatMap(numbers), show };
}

/** One number of all values; null when there is none. */
function single(what: string, calculate: (values: readonly number[]) => number | null): Aggregation {
  return (definition, documents, context) => {
    const { all, show } = numbersIn({ what }, definition, documents, context);
    return show('value', calculate(all));
  };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const least = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((one, other) => Math.min(one, other));
const most = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((one, other) => Math.max(one, other));
const mean = (values: readonly number[]): number | null => (values.length === 0 ? null : total(values) / values.length);

export const avg = single('avg', mean);
export const min = single('min', least);
export const max = single('max', most);
export const sum = single('sum', total);

export const valueCount: Aggregation = (definition, documents, context) => {
  knownMembers(definition, 'value_count', MEMBERS);
  const { values } = sourceOf(definition, 'value_count', context);
  return { value: documents.reduce((count, document) => count + values(document).length, 0) };
};

/** Exact, where Elasticsearch begins to estimate above `precision_threshold`. */
export const cardinality: Aggregation = (definition, documents, context) => {
  knownMembers(definition, 'cardinality', [...MEMBERS, 'precision_threshold', 'rehash', 'execution_hint']);
  const { values } = sourceOf(definition, 'cardinality', context);
  const seen = new Set<Value>();
  for (const document of documents) for (const value of values(document)) seen.add(value);
  return { value: seen.size };
};

export const stats: Aggregation = (definition, documents, context) => statsOf(numbersIn({ what: 'stats' }, definition, documents, context));

function statsOf({ all, show }: Numbers): JsonObject {
  return {
    count: all.length,
    ...show('min', least(all)),
    ...show('max', most(all)),
    ...show('avg', mean(all)),
    ...show('sum', total(all)),
  };
}

export const extendedStats: Aggregation = (definition, documents, context) => {
  const numbers = numbersIn({ what: 'extended_stats', more: ['sigma'] }, definition, documents, context);
  const { all } = numbers;
  const sigma = numberIn(definition['sigma'], 'sigma', 2);
  const average = mean(all);
  const squares = total(all.map((value) => value * value));
  const deviation = average === null ? 0 : total(all.map((value) => (value - average) ** 2));
  const population = all.length === 0 ? null : deviation / all.length;
  const sampling = all.length === 0 ? null : all.length === 1 ? 'NaN' : deviation / (all.length - 1);
  return {
    ...statsOf(numbers),
    sum_of_squares: all.length === 0 ? null : squares,
    variance: population,
    variance_population: population,
    variance_sampling: sampling,
    std_deviation: root(population),
    std_deviation_population: root(population),
    std_deviation_sampling: root(sampling),
    std_deviation_bounds: {
      ...bounds('', average, root(population), sigma),
      ...bounds('_population', average, root(population), sigma),
      ...bounds('_sampling', average, root(sampling), sigma),
    },
  };
};

const root = (variance: number | 'NaN' | null): number | 'NaN' | null => (typeof variance === 'number' ? Math.sqrt(variance) : variance);

function bounds(suffix: string, average: number | null, deviation: number | 'NaN' | null, sigma: number): JsonObject {
  const bound = (sign: number): Json =>
    average === null || typeof deviation !== 'number' ? deviation : average + sign * sigma * deviation;
  return { [`upper${suffix}`]: bound(1), [`lower${suffix}`]: bound(-1) };
}

const PERCENTS: readonly number[] = [1, 5, 25, 50, 75, 95, 99];

/** Exact, between the two nearest values: Elasticsearch's estimate comes close to it. */
export const percentiles: Aggregation = (definition, documents, context) => {
  const metric = { what: 'percentiles', more: ['percents', 'keyed', 'tdigest', 'hdr'] };
  const { all } = numbersIn(metric, definition, documents, context);
  const percents =
    definition['percents'] === undefined ? PERCENTS : listIn(definition['percents']).map((percent) => numberIn(percent, 'percents'));
  if (percents.some((percent) => percent < 0 || percent > 100)) throw new Refusal('percent must be in [0,100]');
  const sorted = Float64Array.from(all).sort();
  const found = percents.toSorted((one, other) => one - other).map((percent) => ({ key: percent, value: percentileOf(sorted, percent) }));
  if (definition['keyed'] === false) return { values: found };
  return { values: Object.fromEntries(found.map(({ key, value }) => [Number.isInteger(key) ? `${key}.0` : String(key), value])) };
};

function percentileOf(sorted: Float64Array, percent: number): number | null {
  if (sorted.length === 0) return null;
  const place = (percent / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? 0;
  return below + (above - below) * (place - Math.floor(place));
}
