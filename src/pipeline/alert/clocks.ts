import { z } from 'zod';
import { readInstant, within } from '#domain/alert/evaluate/time.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { Trouble } from '#domain/alert/trouble.ts';
import type { SearchRequest } from '#ports/search.ts';
import type { PollOptions } from './polling.ts';

/** What keeps an eye on the clocks of those who send documents. */
export interface Clocks {
  /** Asks each source for the newest document of each host, every three minutes. @throws search_*, when the cluster doesn't answer */
  look(rules: readonly Rule[], now: number, signal: AbortSignal): Promise<void>;
  /** Hosts whose documents came from the future, or too late to be looked at, within the last day. */
  troubles(now: number): readonly Trouble[];
}

/** A host that is so much less behind than `LATE_MS` can't be told from one that is a little late. */
const EVERY_MS = 180_000;
/** So far behind a host is still known. */
const BACK_MS = 21_600_000;
const DAY_MS = 86_400_000;
/** A clock may be so far ahead: more than that is no delay of anything. */
const AHEAD_MS = 60_000;
/** So late documents are looked at, beside the rule's own `query_delay`. */
const LATE_MS = 900_000;
const HOSTS = 500;

const value = z.object({ value: z.number().nullable() });
const answerSchema = z.object({ hosts: z.object({ buckets: z.array(z.object({ key: z.string(), newest: value })) }) });

/** When the documents of a host are dated, against when they came. */
interface Wrong {
  /** Ms; below zero: behind. */
  readonly aheadMs: number;
  readonly since: number;
  seenAt: number;
}

interface Seen {
  readonly at: number;
  readonly newest: ReadonlyMap<string, number>;
}

export function watchClocks(searches: PollOptions['searches']): Clocks {
  const wrong = new Map<string, Wrong>();
  const seen = new Map<string, Seen>();
  let askedAt = Number.NEGATIVE_INFINITY;

  /** @param aheadMs that a document was dated before or behind the time at which it came */
  const note = (host: string, aheadMs: number, now: number): void => {
    wrong.set(host, { aheadMs, since: wrong.get(host)?.since ?? now, seenAt: now });
  };

  const compare = (rule: Rule, name: string, newest: ReadonlyMap<string, number>, now: number): void => {
    const before = seen.get(name);
    seen.set(name, { at: now, newest });
    for (const [host, at] of newest) {
      if (at > now + AHEAD_MS) note(host, at - now, now);
      const last = before?.newest.get(host);
      if (before === undefined || last === undefined || at <= last) continue;
      // It came after the look before, which was so long after its date at least.
      const lateMs = before.at - rule.queryDelayMs - at;
      if (lateMs > LATE_MS) note(host, at - now, now);
    }
  };

  return {
    async look(rules, now, signal) {
      if (now - askedAt < EVERY_MS && now >= askedAt) return;
      askedAt = now;
      const watched = rules.filter((rule) => rule.enabled && rule.kind.type !== 'probe');
      for (const [cluster, list] of Map.groupBy(watched, (rule) => rule.cluster)) {
        const search = searches.get(cluster);
        if (search === undefined) continue;
        const sources = [...new Map(list.map((rule) => [`${cluster}\n${rule.index}\n${rule.timestampField}`, rule])).entries()];
        const answers = await search.multi(
          sources.map(([, rule]) => newestByHost(rule, now)),
          signal,
        );
        for (const [position, [name, rule]] of sources.entries()) {
          const answer = answers[position];
          // Where a host's name can't be counted by, nobody can say whose clock it is.
          const read = answer?.ok === true ? answerSchema.safeParse(answer.aggregations) : null;
          if (read?.success !== true) continue;
          const times = read.data.hosts.buckets.flatMap(({ key, newest }) => {
            const at = readInstant(rule, newest.value ?? undefined);
            return at === null ? [] : [[key, at] as const];
          });
          compare(rule, name, new Map(times), now);
        }
      }
    },
    troubles(now) {
      for (const [host, { seenAt }] of wrong) if (now - seenAt >= DAY_MS) wrong.delete(host);
      return [...wrong].map(([host, { aheadMs, since }]) => ({
        key: { clock_of: host },
        since,
        value: Math.abs(aheadMs),
        document: { ahead: aheadMs > 0 },
      }));
    },
  };
}

/** However far ahead. */
function newestByHost(rule: Rule, now: number): SearchRequest {
  const { index, timestampField: field } = rule;
  const newest = { max: { field } };
  const hosts = { terms: { field: 'host.name', size: HOSTS }, aggs: { newest } };
  return { index, body: { size: 0, track_total_hits: false, query: within(rule, now - BACK_MS, now + 365 * DAY_MS), aggs: { hosts } } };
}
