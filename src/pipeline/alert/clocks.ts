import type { Rule } from '#domain/alert/rule.ts';
import type { Trouble } from '#domain/alert/trouble.ts';
import { hostDatesRequest, pastUntil, readHostDates, type Arrived, type HostDates } from './host-dates.ts';
import type { PollOptions } from './polling.ts';

/** What keeps an eye on the clocks of those who send documents. */
export interface Clocks {
  /** Asks each source how the documents of each host are dated, every three minutes, or at once. @throws search_*, when the cluster doesn't answer */
  look(rules: readonly Rule[], circumstances: Circumstances, signal: AbortSignal): Promise<void>;
  /** Hosts whose documents came from the future, or too late to be looked at, within the last day. */
  troubles(now: number): readonly Trouble[];
}

export interface Circumstances {
  readonly now: number;
  /** Hosts that seem to be silent. */
  readonly silent: ReadonlySet<string>;
  readonly atOnce: boolean;
}

const EVERY_MS = 180_000;
const DAY_MS = 86_400_000;
/** A clock may be so far ahead: more than that is no delay of anything. */
const AHEAD_MS = 60_000;
/** So late documents are looked at, beside the rule's own `query_delay`. */
const LATE_MS = 900_000;
/** What is told of a clock may be so far off before it is told anew. */
const SAME_MS = 60_000;

/** When the documents of a host are dated, against when they came. */
interface Wrong {
  /** Ms; below zero: behind. */
  readonly aheadMs: number;
  readonly since: number;
  readonly seenAt: number;
  /** When something last came that is dated so; null: it was never seen to come, it was just there. */
  readonly cameAt: number | null;
}

export function watchClocks(searches: PollOptions['searches']): Clocks {
  const wrong = new Map<string, Wrong>();
  const seen = new Map<string, HostDates>();
  let askedAt = Number.NEGATIVE_INFINITY;

  /** @param aheadMs that a document was dated before or behind the time at which it came @param came since the look before */
  const note = (host: string, aheadMs: number, now: number, came: boolean): void => {
    const known = wrong.get(host);
    const isSame = known !== undefined && Math.abs(known.aheadMs - aheadMs) < SAME_MS;
    const cameAt = came ? now : (known?.cameAt ?? null);
    wrong.set(host, { aheadMs: isSame ? known.aheadMs : aheadMs, since: known?.since ?? now, seenAt: now, cameAt });
  };

  const judge = (rule: Rule, before: HostDates | undefined, arrived: readonly Arrived[], { now, silent }: Circumstances): void => {
    for (const { host, newest, isNewer, lateAt } of arrived) {
      if (newest > now + AHEAD_MS) note(host, newest - now, now, isNewer);
      if (lateAt === null || before === undefined) continue;
      // It came after the look before, which was so long after its date at least. Of one that seems to be silent, less tells enough.
      const lateMs = before.at - rule.queryDelayMs - lateAt;
      if (lateMs > LATE_MS || (silent.has(host) && lateAt <= pastUntil(rule, before.at))) note(host, lateAt - now, now, true);
    }
  };

  return {
    async look(rules, circumstances, signal) {
      const { now, atOnce } = circumstances;
      if (now - askedAt < EVERY_MS && now >= askedAt && !atOnce) return;
      askedAt = now;
      const watched = rules.filter((rule) => rule.enabled && rule.kind.type !== 'probe');
      for (const [cluster, list] of Map.groupBy(watched, (rule) => rule.cluster)) {
        const search = searches.get(cluster);
        if (search === undefined) continue;
        const sources = [...new Map(list.map((rule) => [`${cluster}\n${rule.index}\n${rule.timestampField}`, rule])).entries()];
        const requests = sources.map(([name, rule]) => hostDatesRequest(rule, seen.get(name), now));
        const answers = await search.multi(requests, signal);
        for (const [position, [name, rule]] of sources.entries()) {
          const before = seen.get(name);
          const read = readHostDates(rule, answers[position], before);
          if (read === null) continue;
          seen.set(name, { at: now, hosts: read.hosts });
          judge(rule, before, read.arrived, circumstances);
        }
      }
    },
    troubles(now) {
      for (const [host, { seenAt }] of wrong) if (now - seenAt >= DAY_MS) wrong.delete(host);
      return [...wrong].map(([host, { aheadMs, since, cameAt }]) => ({
        key: { clock_of: host },
        since,
        value: Math.abs(aheadMs),
        document: { ahead: aheadMs > 0, coming: cameAt !== null && now - cameAt < 2 * EVERY_MS },
        isCurrent: true,
      }));
    },
  };
}
