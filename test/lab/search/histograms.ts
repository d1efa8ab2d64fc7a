import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import { numbersOf } from './agg-values.ts';
import type { Aggregation, AggregationContext } from './aggregation-kind.ts';
import { calendarUnit, fixedInterval, fromLocal, FIXED_MS, offsetAt, roundDown, shift } from './calendar.ts';
import { readDate } from './dates.ts';
import { printDate } from './date-patterns.ts';
import type { Document } from './document.ts';
import { knownMembers, numberIn, onlyMember, textIn, wholeIn } from './json-reading.ts';
import { Refusal } from './refusal.ts';

/** Where a value falls, and which bucket comes next. */
export interface Grid {
  readonly keyOf: (value: number) => number;
  readonly next: (key: number) => number;
}

const DATE_MEMBERS: readonly string[] = [
  'field',
  'fixed_interval',
  'calendar_interval',
  'min_doc_count',
  'extended_bounds',
  'hard_bounds',
  'offset',
  'time_zone',
  'format',
  'order',
  'keyed',
  'missing',
];
const MEMBERS: readonly string[] = [
  'field',
  'interval',
  'min_doc_count',
  'extended_bounds',
  'hard_bounds',
  'offset',
  'order',
  'keyed',
  'missing',
  'format',
];
/** As Elasticsearch's `search.max_buckets`. */
const MAX_BUCKETS = 65_536;

export const dateHistogram: Aggregation = (definition, documents, context) => {
  knownMembers(definition, 'date_histogram', DATE_MEMBERS);
  const { numbers } = numbersOf(definition, 'date_histogram', context);
  const grid = dateGrid(definition);
  const format = typeof definition['format'] === 'string' ? definition['format'] : undefined;
  const timeZone = zoneOf(definition);
  const readBound = (bound: Json): number =>
    readDate(String(bound), { now: context.now, timeZone, ...(format === undefined ? {} : { format }) });
  const groups = grouped(documents, numbers, grid, boundsOf(definition['hard_bounds'], readBound));
  const keys = keysOf(groups, grid, definition, boundsOf(definition['extended_bounds'], readBound));
  const name = (key: number): string => printDate(key, format, timeZone);
  return answer({ keys, groups }, definition, context, { show: (key) => ({ key_as_string: name(key), key }), name });
};

export const histogram: Aggregation = (definition, documents, context) => {
  knownMembers(definition, 'histogram', MEMBERS);
  const { numbers } = numbersOf(definition, 'histogram', context);
  const grid = numberGrid(definition);
  const readBound = (bound: Json): number => numberIn(bound, 'extended_bounds');
  const groups = grouped(documents, numbers, grid, boundsOf(definition['hard_bounds'], readBound));
  const keys = keysOf(groups, grid, definition, boundsOf(definition['extended_bounds'], readBound));
  const name = (key: number): string => (Number.isInteger(key) ? `${key}.0` : String(key));
  return answer({ keys, groups }, definition, context, { show: (key) => ({ key }), name });
};

const zoneOf = ({ time_zone: zone }: JsonObject): string => (typeof zone === 'string' ? zone : 'UTC');

/** Of `fixed_interval` or `calendar_interval`, with `offset` and `time_zone`. */
export function dateGrid(definition: JsonObject): Grid {
  const { fixed_interval: fixed, calendar_interval: calendar } = definition;
  if ((fixed === undefined) === (calendar === undefined))
    throw new Refusal('Required one of fields [fixed_interval, calendar_interval], but none were specified');
  const timeZone = zoneOf(definition);
  const offset = offsetOf(definition['offset']);
  if (calendar !== undefined) {
    const unit = calendarUnit(textIn(calendar, 'calendar_interval'));
    return {
      keyOf: (time) => roundDown(time - offset, unit, timeZone) + offset,
      next: (key) => roundDown(shift(key - offset, 1, unit, timeZone), unit, timeZone) + offset,
    };
  }
  const step = fixedInterval(textIn(fixed, 'fixed_interval'));
  const keyOf = (time: number): number => {
    const local = time - offset + offsetAt(time - offset, timeZone);
    return fromLocal(Math.floor(local / step) * step, timeZone, time - offset) + offset;
  };
  return { keyOf, next: (key) => nextFixed(key, step, keyOf) };
}

/** Where the clock is set back, the key of a step later is the same one again. */
function nextFixed(key: number, step: number, keyOf: (time: number) => number): number {
  let next = keyOf(key + step);
  for (let steps = 2; next <= key; steps += 1) next = keyOf(key + steps * step);
  return next;
}

/** `+6h`, `-1d`, or milliseconds. */
function offsetOf(offset: Json | undefined): number {
  if (offset === undefined) return 0;
  if (typeof offset === 'number') return offset;
  const [, sign, amount, unit] = /^([+-]?)(\d+)(ms|s|m|h|d)$/u.exec(String(offset)) ?? [];
  if (amount === undefined) throw new Refusal(`failed to parse [offset] with value [${String(offset)}]`);
  return (sign === '-' ? -1 : 1) * Number(amount) * (FIXED_MS[unit ?? ''] ?? 1);
}

export function numberGrid(definition: JsonObject): Grid {
  const step = numberIn(definition['interval'], 'interval');
  if (step <= 0) throw new Refusal('[interval] must be >0 for histogram aggregation');
  const offset = numberIn(definition['offset'], 'offset', 0);
  return {
    keyOf: (value) => Math.floor((value - offset) / step) * step + offset,
    next: (key) => (Math.round((key - offset) / step) + 1) * step + offset,
  };
}

interface Bounds {
  readonly min: number | null;
  readonly max: number | null;
}

function boundsOf(bounds: Json | undefined, read: (bound: Json) => number): Bounds {
  if (bounds === undefined || !isJsonObject(bounds)) return { min: null, max: null };
  const { min = null, max = null } = bounds;
  const found = { min: min === null ? null : read(min), max: max === null ? null : read(max) };
  if (found.min !== null && found.max !== null && found.min > found.max)
    throw new Refusal(`[extended_bounds.min][${found.min}] cannot be greater than [extended_bounds.max][${found.max}]`);
  return found;
}

function grouped(
  documents: readonly Document[],
  numbers: (document: Document) => readonly number[],
  grid: Grid,
  { min, max }: Bounds,
): Map<number, Document[]> {
  const groups = new Map<number, Document[]>();
  for (const document of documents)
    for (const key of new Set(numbers(document).map((value) => grid.keyOf(value)))) {
      if ((min !== null && key < grid.keyOf(min)) || (max !== null && key >= max)) continue;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [document]);
      else group.push(document);
    }
  return groups;
}

/** In order; with `min_doc_count` 0 the empty ones between the first and the last too. */
function keysOf(
  groups: ReadonlyMap<number, readonly Document[]>,
  grid: Grid,
  definition: JsonObject,
  { min, max }: Bounds,
): readonly number[] {
  const least = wholeIn(definition['min_doc_count'], 'min_doc_count', 0);
  const found = [...groups.keys()].sort((one, other) => one - other);
  if (least > 0) return found.filter((key) => (groups.get(key)?.length ?? 0) >= least);
  const first = lesser(found[0], min === null ? undefined : grid.keyOf(min), Math.min);
  const last = lesser(found.at(-1), max === null ? undefined : grid.keyOf(max), Math.max);
  const keys: number[] = [];
  if (first === undefined || last === undefined) return keys;
  for (let key = first; key <= last; key = grid.next(key)) {
    if (keys.push(key) > MAX_BUCKETS)
      throw new Refusal(`Trying to create too many buckets. Must be less than or equal to: [${MAX_BUCKETS}]`);
  }
  return keys;
}

function lesser(one: number | undefined, other: number | undefined, choose: (...both: number[]) => number): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return choose(one, other);
}

interface Filled {
  readonly keys: readonly number[];
  readonly groups: ReadonlyMap<number, readonly Document[]>;
}

interface Shown {
  /** Members of a bucket that tell its key. */
  readonly show: (key: number) => JsonObject;
  /** Its name where buckets are keyed. */
  readonly name: (key: number) => string;
}

function answer({ keys, groups }: Filled, definition: JsonObject, context: AggregationContext, { show, name }: Shown): JsonObject {
  const buckets = inOrder(
    keys.map((key) => ({ ...show(key), ...context.bucket(groups.get(key) ?? []) })),
    definition['order'],
  );
  if (definition['keyed'] !== true) return { buckets };
  return { buckets: Object.fromEntries(buckets.map((bucket) => [name(Number(bucket['key'])), bucket])) };
}

function inOrder(buckets: readonly JsonObject[], order: Json | undefined): readonly JsonObject[] {
  if (order === undefined) return buckets;
  const [path, direction] = onlyMember(order, 'order');
  const sign = direction === 'desc' ? -1 : 1;
  const member = path === '_count' ? 'doc_count' : path === '_key' ? 'key' : null;
  if (member === null) throw new Refusal(`histograms are ordered by _key or _count in the lab, not by [${path}]`);
  return buckets.toSorted(
    (one, other) => sign * (Number(one[member]) - Number(other[member])) || Number(one['key']) - Number(other['key']),
  );
}
