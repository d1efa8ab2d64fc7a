import { z } from 'zod';
import { readInstant, within } from '#domain/alert/evaluate/time.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { Trouble } from '#domain/alert/trouble.ts';
import type { SearchRequest } from '#ports/search.ts';
import type { PollOptions } from './polling.ts';

/** An index that took nothing for so long is stale. */
const STALE_AFTER_MS = 900_000;

const newestSchema = z.object({ newest: z.object({ value: z.number().nullable() }) });

/** What is older than ten years is no news, and no time: seconds since the epoch would be milliseconds long ago. */
const OLDEST_MS = 315_360_000_000;

/** The newest document up to now: one that is dated tomorrow hides nothing. */
function newestOf(rule: Rule, now: number): SearchRequest {
  const { index, timestampField: field } = rule;
  const query = within(rule, now - OLDEST_MS, now);
  return { index, body: { size: 0, track_total_hits: false, query, aggs: { newest: { max: { field } } } } };
}

/** Sources that sent nothing for a while, whatever the rules on them look for. @throws search_*, when the cluster doesn't answer */
export async function staleIndices(
  rules: readonly Rule[],
  searches: PollOptions['searches'],
  now: number,
  signal: AbortSignal,
): Promise<readonly Trouble[]> {
  const troubles: Trouble[] = [];
  const watched = rules.filter((rule) => rule.enabled && rule.kind.type !== 'probe');
  for (const [cluster, list] of Map.groupBy(watched, (rule) => rule.cluster)) {
    const search = searches.get(cluster);
    if (search === undefined) continue;
    const indices = [...new Map(list.map((rule) => [`${rule.index}\n${rule.timestampField}`, rule])).values()];
    const answers = await search.multi(
      indices.map((rule) => newestOf(rule, now)),
      signal,
    );
    for (const [position, rule] of indices.entries()) {
      const { index } = rule;
      const answer = answers[position];
      const read = answer?.ok === true ? newestSchema.safeParse(answer.aggregations) : null;
      if (read?.success !== true) continue;
      const newest = readInstant(rule, read.data.newest.value ?? undefined);
      if (newest !== null && now - newest <= STALE_AFTER_MS) continue;
      troubles.push({ key: { cluster, index }, since: newest ?? now, value: newest ?? 0, document: { newest } });
    }
  }
  return troubles;
}
