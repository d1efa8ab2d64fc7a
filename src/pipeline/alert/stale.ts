import { z } from 'zod';
import { readInstant, within } from '#domain/alert/evaluate/time.ts';
import type { Rule } from '#domain/alert/rule.ts';
import { sourceKey } from '#domain/alert/together.ts';
import type { Trouble } from '#domain/alert/trouble.ts';
import type { SearchOutcome, SearchRequest } from '#ports/search.ts';
import { watchedSources, type Errand } from './along.ts';

/** An index that took nothing for so long is stale. */
const STALE_AFTER_MS = 900_000;

const value = z.object({ value: z.number().nullable() });
const newestSchema = z.object({
  newest: value,
  by: z.object({ buckets: z.array(z.object({ key: z.string(), newest: value })) }).optional(),
});
/** Indices behind one pattern that are told apart. */
const INDICES = 500;

/** What is older than ten years is no news, and no time: seconds since the epoch would be milliseconds long ago. */
const OLDEST_MS = 315_360_000_000;

/** The newest document up to now: one that is dated tomorrow hides nothing. */
function newestOf(rule: Rule, now: number): SearchRequest {
  const { index, timestampField: field } = rule;
  const newest = { max: { field } };
  const query = within(rule, now - OLDEST_MS, now);
  return {
    index,
    body: {
      size: 0,
      track_total_hits: false,
      query,
      aggs: { newest, by: { terms: { field: '_index', size: INDICES }, aggs: { newest } } },
    },
  };
}

/** When the newest document of a source was, up to now, and of each index behind it. */
export interface Newest {
  readonly cluster: string;
  readonly index: string;
  /** Null: there is none. */
  readonly at: number | null;
  readonly byIndex: ReadonlyMap<string, number>;
}

/** What is asked of one cluster: the newest document of each source. */
export interface NewestErrand extends Errand {
  /** One of each source. */
  readonly rules: readonly Rule[];
}

/** Of each source that rules look at, whatever they look for. */
export function newestErrands(rules: readonly Rule[], now: number): readonly NewestErrand[] {
  return watchedSources(rules).map(({ cluster, sources }) => {
    const one = sources.map(([, rule]) => rule);
    return { cluster, rules: one, requests: one.map((rule) => newestOf(rule, now)) };
  });
}

/** A source whose search failed is left out: nobody can say. */
export function newestIn({ cluster, rules }: NewestErrand, answers: readonly SearchOutcome[]): readonly Newest[] {
  return rules.flatMap((rule, position): Newest[] => {
    const answer = answers[position];
    const read = answer?.ok === true ? newestSchema.safeParse(answer.aggregations) : null;
    if (read?.success !== true) return [];
    const at = readInstant(rule, read.data.newest.value ?? undefined);
    const each = (read.data.by?.buckets ?? []).flatMap(({ key, newest }) => {
      const own = readInstant(rule, newest.value ?? undefined);
      return own === null ? [] : [[key, own] as const];
    });
    return [{ cluster, index: rule.index, at, byIndex: new Map(each) }];
  });
}

/** What makes a source stale sooner, and what lets it stay so. */
interface Circumstances {
  /** By `sourceKey`, for how long several of its hosts have been silent (ms). */
  readonly silent: ReadonlyMap<string, number>;
  /** Those that were stale a moment ago: they are until something comes. */
  readonly before: readonly Trouble[];
}

/** Sources that sent nothing for a while. */
export function staleAmong(newest: readonly Newest[], now: number, { silent, before }: Circumstances): readonly Trouble[] {
  const stale = newest.filter(({ cluster, index, at }) => {
    if (at === null || now - at > STALE_AFTER_MS) return true;
    const wasStale = before.some(({ key, value: last }) => key['cluster'] === cluster && key['index'] === index && last === at);
    return wasStale || now - at >= (silent.get(sourceKey(cluster, index)) ?? STALE_AFTER_MS);
  });
  return stale.map(({ cluster, index, at }) => ({ key: { cluster, index }, since: at ?? now, value: at ?? 0, document: { newest: at } }));
}
