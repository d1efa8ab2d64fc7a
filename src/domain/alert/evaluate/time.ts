import { numberOf, type Json, type JsonObject } from '#kernel/json.ts';
import type { Span } from '../look.ts';
import type { Rule } from '../rule.ts';

/** Seconds since the epoch stay below this until the year 5138, milliseconds are above it since 1973. */
const SECONDS_BELOW = 100_000_000_000;
/** Dates with nanoseconds come as such in a hit's `sort`. */
const NANOSECONDS_ABOVE = 100_000_000_000_000_000;
const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}T[\d:.,]+$/u;

type Timed = Pick<Rule, 'timestampField' | 'timestampType'>;

/** A moment (ms) as the rule's timestamp field holds it. */
export function asInstant(rule: Timed, at: number): Json {
  if (rule.timestampType === 'unix') return at / 1_000;
  return rule.timestampType === 'unix_ms' ? at : new Date(at).toISOString();
}

/** After `after`, up to and including `until` (ms), as ElastAlert's windows are. */
export function within(rule: Timed, after: number, until: number): JsonObject {
  return ranging(rule, (at) => ({ gt: at(after), lte: at(until) }));
}

/** From `start` on, before `end` (ms), as buckets are. */
export function between(rule: Timed, start: number, end: number): JsonObject {
  return ranging(rule, (at) => ({ gte: at(start), lt: at(end) }));
}

/** Of one pattern, one index may count seconds since the epoch and another milliseconds: which of them a number is shows in its size. */
function ranging(rule: Timed, bounds: (at: (ms: number) => Json) => JsonObject): JsonObject {
  const field = rule.timestampField;
  if (rule.timestampType === 'iso') return { range: { [field]: bounds((ms) => asInstant(rule, ms)) } };
  const units = (['unix', 'unix_ms'] as const).map((timestampType) => ({ ...rule, timestampType }));
  return { bool: { should: units.map((unit) => ({ range: { [field]: bounds((ms) => asInstant(unit, ms)) } })), minimum_should_match: 1 } };
}

/** @returns milliseconds, or null for what is no time */
export function readInstant(rule: Timed, value: Json | undefined): number | null {
  const number = numberOf(value) ?? readText(rule, value);
  if (number === null || !Number.isFinite(number)) return null;
  if (rule.timestampType !== 'iso' && number < SECONDS_BELOW) return Math.round(number * 1_000);
  return number > NANOSECONDS_ABOVE ? Math.floor(number / 1_000_000) : number;
}

function readText(rule: Timed, value: Json | undefined): number | null {
  if (typeof value !== 'string' || value === '') return null;
  if (rule.timestampType !== 'iso') return Number(value);
  return Date.parse(WITHOUT_ZONE.test(value) ? `${value}Z` : value);
}

/**
 * The moments at which a rule that looked every `runEveryMs` would have looked within a span. Its end is always the last; a look that comes a
 * little late stretches the last tick instead of adding one.
 */
export function ticksOf(span: Span, runEveryMs: number): readonly number[] {
  const count = Math.max(1, Math.round((span.to - span.from) / runEveryMs));
  return Array.from({ length: count }, (_, index) => (index === count - 1 ? span.to : span.from + (index + 1) * runEveryMs));
}

/** Those of the looks before, down to `start` and without it; the last of them is `from`. */
export function ticksBefore(from: number, start: number, runEveryMs: number): readonly number[] {
  const count = Math.max(0, Math.ceil((from - start) / runEveryMs));
  return Array.from({ length: count }, (_, index) => from - (count - 1 - index) * runEveryMs);
}
