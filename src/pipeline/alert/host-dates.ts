import { z } from 'zod';
import { columnOf, made, type Columned } from '#domain/alert/evaluate/scene.ts';
import { readInstant, within } from '#domain/alert/evaluate/time.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { SearchOutcome, SearchRequest } from '#ports/search.ts';
import { BY_INDEX } from './behind.ts';

/** How the documents of a source are dated, host by host, at one look. */
export interface HostDates {
  /** When it was asked, ms. */
  readonly at: number;
  readonly hosts: ReadonlyMap<string, Dates>;
}

interface Dates {
  /** The newest date, ms. */
  readonly newest: number;
  /** Of the time that is past: what is more in it at the next look came late. */
  readonly past: Pile;
}

/** Documents, and the sum of their dates as their field counts. */
interface Pile {
  readonly count: number;
  readonly sum: number;
}

/** What came since the look before. */
export interface Arrived {
  readonly host: string;
  /** The newest date, ms. */
  readonly newest: number;
  /** Whether that is news. */
  readonly isNewer: boolean;
  /** The mean date of what came for time that was past already, ms; null when nothing did. */
  readonly lateAt: number | null;
}

/** So far behind a host is still known. */
const BACK_MS = 21_600_000;
const AHEAD_MS = 31_536_000_000;
/** What comes so late is late, and not on its way. */
const ON_ITS_WAY_MS = 60_000;
const HOSTS = 500;
export const HOST = 'host.name';

/** What is dated until then was past at that look. */
export function pastUntil({ queryDelayMs }: Rule, at: number): number {
  return at - queryDelayMs - ON_ITS_WAY_MS;
}

/** Asks for it, however far ahead. @param columned how hosts are counted by @param before what was seen at the look before */
export function hostDatesRequest(rule: Rule, columned: Columned, before: HostDates | undefined, now: number): SearchRequest {
  const { index, timestampField: field } = rule;
  const pile = (at: number): JsonObject => ({ filter: within(rule, at - BACK_MS, pastUntil(rule, at)), aggs: { sum: { sum: { field } } } });
  const aggs = { newest: { max: { field } }, past: pile(now), ...(before === undefined ? {} : { since: pile(before.at) }) };
  const query = within(rule, (before?.at ?? now) - BACK_MS, now + AHEAD_MS);
  const hosts = { terms: { field: columnOf(columned.columns, HOST), size: HOSTS }, aggs };
  return { index, body: { size: 0, track_total_hits: false, query, ...made(columned), aggs: { hosts, by: BY_INDEX } } };
}

const value = z.object({ value: z.number().nullable() });
const pile = z.object({ doc_count: z.number(), sum: value });
const bucket = z.object({ key: z.string(), newest: value, past: pile, since: pile.optional() });
const answerSchema = z.object({ hosts: z.object({ buckets: z.array(bucket) }) });

/** @returns null where a host's name can't be counted by: nobody can say whose clock it is */
export function readHostDates(
  rule: Rule,
  outcome: SearchOutcome | undefined,
  before: HostDates | undefined,
): { readonly hosts: HostDates['hosts']; readonly arrived: readonly Arrived[] } | null {
  const { data } = answerSchema.safeParse(outcome?.ok === true ? outcome.aggregations : null);
  if (data === undefined) return null;
  const hosts = new Map<string, Dates>();
  const arrived: Arrived[] = [];
  for (const { key: host, newest, past, since } of data.hosts.buckets) {
    const at = readInstant(rule, newest.value ?? undefined);
    if (at === null) continue;
    hosts.set(host, { newest: at, past: pileOf(past) });
    const last = before?.hosts.get(host);
    const lateAt = last === undefined || since === undefined ? null : meanOfMore(rule, last.past, pileOf(since));
    arrived.push({ host, newest: at, isNewer: last !== undefined && at > last.newest, lateAt });
  }
  return { hosts, arrived };
}

function pileOf({ doc_count: count, sum }: z.output<typeof pile>): Pile {
  return { count, sum: sum.value ?? 0 };
}

function meanOfMore(rule: Rule, before: Pile, after: Pile): number | null {
  const count = after.count - before.count;
  return count > 0 ? readInstant(rule, (after.sum - before.sum) / count) : null;
}
