import type { Json, JsonObject } from '#kernel/json.ts';
import type { Document, Value } from './document.ts';
import { readDate } from './dates.ts';
import { objectIn, onlyMember } from './json-reading.ts';
import type { QueryContext, QueryKind, Test, TimeBounds } from './query-kind.ts';
import { Refusal } from './refusal.ts';

const MEMBERS: readonly string[] = [
  'gt',
  'gte',
  'lt',
  'lte',
  'format',
  'time_zone',
  'boost',
  'relation',
  '_name',
  'from',
  'to',
  'include_lower',
  'include_upper',
];

export const range: QueryKind = (member, context) => {
  const [field, bounds] = onlyMember(member, 'range');
  return rangeTest(field, objectIn(bounds, 'range'), context);
};

interface Bounds {
  readonly low: Value | null;
  readonly high: Value | null;
  readonly openLow: boolean;
  readonly openHigh: boolean;
}

/** Whether one of the field's values lies between the bounds, read as the field's kind has them. */
export function rangeTest(field: string, given: JsonObject, context: QueryContext): Test {
  const stranger = Object.keys(given).find((key) => !MEMBERS.includes(key));
  if (stranger !== undefined) throw new Refusal(`[range] query does not support [${stranger}]`);
  const read = new Map<string, Bounds>();
  return (document: Document) => {
    const kind = document.kindOf(field);
    if (kind === null) return false;
    let bounds = read.get(kind);
    if (bounds === undefined) {
      bounds = boundsOf(field, kind, given, context);
      read.set(kind, bounds);
    }
    for (const value of document.values(field)) if (within(value, bounds)) return true;
    return false;
  };
}

function within(value: Value, { low, high, openLow, openHigh }: Bounds): boolean {
  if (low !== null && (openLow ? value <= low : value < low)) return false;
  return high === null || (openHigh ? value < high : value <= high);
}

function boundsOf(field: string, kind: string, given: JsonObject, context: QueryContext): Bounds {
  const low = given['gt'] ?? given['gte'] ?? given['from'] ?? null;
  const high = given['lt'] ?? given['lte'] ?? given['to'] ?? null;
  const openLow = given['gt'] != null || given['include_lower'] === false;
  const openHigh = given['lt'] != null || given['include_upper'] === false;
  const read = (bound: Json, roundUp: boolean): Value | null =>
    bound === null ? null : boundOf({ field, kind }, bound, { ...formatIn(given), roundUp, now: context.now });
  return { low: read(low, openLow), high: read(high, !openHigh), openLow, openHigh };
}

interface Ranged {
  readonly field: string;
  readonly kind: string;
}

/** @param reading how a date is read */
function boundOf({ field, kind }: Ranged, bound: Json, reading: Parameters<typeof readDate>[1]): Value {
  if (typeof bound === 'object') throw new Refusal(`[range] query does not support a bound of [${JSON.stringify(bound)}]`);
  if (kind === 'date') return readDate(String(bound), reading);
  if (kind === 'double') {
    const number = Number(bound);
    if (typeof bound === 'boolean' || Number.isNaN(number))
      throw new Refusal(`failed to create query: For input string: "${bound}" in field [${field}]`);
    return number;
  }
  return kind === 'boolean' ? bound === true || bound === 'true' : String(bound);
}

function formatIn({ format, time_zone: timeZone }: JsonObject): { format?: string; timeZone?: string } {
  return { ...(typeof format === 'string' ? { format } : {}), ...(typeof timeZone === 'string' ? { timeZone } : {}) };
}

/** A range on the time field, both ends included: nothing outside of it matches. */
export function boundsOfTime(field: string, given: JsonObject, context: QueryContext): TimeBounds {
  const { low, high } = boundsOf(field, 'date', given, context);
  return { from: typeof low === 'number' ? low : Number.NEGATIVE_INFINITY, to: typeof high === 'number' ? high : Number.POSITIVE_INFINITY };
}
