import type { Clock } from '#kernel/clock.ts';
import type { Log } from '#ports/log.ts';
import type { Cursors } from '#ports/store.ts';
import type { Columned } from '#domain/alert/evaluate/scene.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { Found, Search, SearchOutcome, SearchRequest } from '#ports/search.ts';
import type { Trouble } from '#domain/alert/trouble.ts';
import { HOST, hostDatesRequest, pastUntil, readHostDates, type Arrived, type HostDates } from './host-dates.ts';
import { watchedSources, type Asked, type Errand, type Source } from './along.ts';
import { namesIn } from './behind.ts';
import { keepClocks, rememberedClocks } from './clocks-kept.ts';
import { learnColumns } from './columns.ts';
import { isDue } from './schedule.ts';

/** What keeps an eye on the clocks of those who send documents. */
export interface Clocks {
  /** How the documents of each host are dated in each source, every three minutes; null between. */
  errands(rules: readonly Rule[], now: number): readonly DatesErrand[] | null;
  /** Reads what was asked, or asks at once. @throws search_*, when the cluster doesn't answer */
  look(rules: readonly Rule[], circumstances: Circumstances, asked: Asked<DatesErrand>, signal: AbortSignal): Promise<void>;
  /** Hosts whose documents came from the future, or too late to be looked at, within the last day. */
  troubles(now: number): readonly Trouble[];
}

export interface DatesErrand extends Errand {
  /** One rule of each source, by its name. */
  readonly sources: readonly Source[];
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

interface Dated {
  /** Of a document, or of several in the mean, ms. */
  readonly dated: number;
  /** Since the look before. */
  readonly came: boolean;
}

/** When the documents of a host are dated, against when they came. */
interface Wrong {
  /** Ms; below zero: behind. */
  readonly aheadMs: number;
  readonly since: number;
  readonly seenAt: number;
  /** When something last came that is dated so; null: it was never seen to come, it was just there. */
  readonly cameAt: number | null;
}

const AS_NAMED: Columned = { columns: {} };
const NO_ANSWER: SearchOutcome = { ok: false, problem: { code: 'internal', params: { reason: 'no answer' } } };

/** What the columns of hosts are known for: so many shards, and the indices that have documents. */
interface Known extends Columned {
  readonly of?: string;
}

/** It may be for the mapping of an index that is new. */
function isStrange(answer: SearchOutcome | undefined, known: Known | undefined): boolean {
  if (answer?.ok !== true) return answer?.problem.code === 'search_incomplete' || answer?.problem.code === 'search_refused';
  return known?.of !== undefined && behindOf(answer) !== known.of;
}

function behindOf(answer: Found): string {
  return `${answer.shards ?? 0} ${namesIn(answer) ?? ''}`;
}

interface Surroundings {
  readonly searches: ReadonlyMap<string, Search>;
  readonly log: Log;
  readonly facts: Pick<Cursors, 'fact' | 'remember'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** What was wrong when vigie ended is wrong when it starts: nobody is told twice, nor of silence for want of a clock. */
export async function watchClocks({ searches, facts, clock, log }: Surroundings): Promise<Clocks> {
  const known = await rememberedClocks(facts, log);
  const startedAt = clock.now();
  const wrong = new Map<string, Wrong>(
    [...known].map(([host, { coming, ...kept }]) => [host, { ...kept, cameAt: coming ? startedAt : null }]),
  );
  const seen = new Map<string, HostDates>();
  const columned = new Map<string, Known>();
  let askedAt: number | null = null;

  const note = (host: string, { dated, came }: Dated, { now, before = now }: { readonly now: number; readonly before?: number }): void => {
    const known = wrong.get(host);
    // It came somewhen since the look before; and what comes no more only comes nearer.
    const isSame = known !== undefined && (!came || (known.aheadMs > dated - now - SAME_MS && known.aheadMs < dated - before + SAME_MS));
    const aheadMs = isSame ? known.aheadMs : dated > now ? dated - now : dated - (before + now) / 2;
    wrong.set(host, { aheadMs, since: known?.since ?? now, seenAt: now, cameAt: came ? now : (known?.cameAt ?? null) });
  };

  const isComing = ({ cameAt }: Wrong, now: number): boolean => cameAt !== null && now - cameAt < 2 * EVERY_MS;
  const keep = keepClocks(facts, log);

  /** By which column hosts are counted: other indices may have another. */
  const learn = async (sources: readonly Source[], search: Search, now: number, signal: AbortSignal): Promise<void> => {
    const byHost = sources.map(([, rule]) => ({
      rule: { ...rule, kind: { type: 'any' as const }, queryKey: [HOST] },
      memory: null,
      span: { to: now },
    }));
    const learned = await learnColumns(byHost, search, signal);
    for (const [position, [name]] of sources.entries()) {
      const one = learned[position];
      if (one?.ok === true) columned.set(name, { columns: one.names, readings: one.readings });
    }
  };

  const judge = (rule: Rule, before: HostDates | undefined, arrived: readonly Arrived[], { now, silent }: Circumstances): void => {
    for (const { host, newest, isNewer, lateAt } of arrived) {
      if (newest > now + AHEAD_MS)
        note(host, { dated: newest, came: isNewer }, { now, ...(before === undefined ? {} : { before: before.at }) });
      if (lateAt === null || before === undefined) continue;
      // It came after the look before, which was so long after its date at least. Of one that seems to be silent, less tells enough.
      const lateMs = before.at - rule.queryDelayMs - lateAt;
      if (lateMs > LATE_MS || (silent.has(host) && lateAt <= pastUntil(rule, before.at)))
        note(host, { dated: lateAt, came: true }, { now, before: before.at });
    }
  };

  const requestsOf = (sources: readonly Source[], now: number): readonly SearchRequest[] =>
    sources.map(([name, rule]) => hostDatesRequest(rule, columned.get(name) ?? AS_NAMED, seen.get(name), now));

  const errandsAt = (rules: readonly Rule[], now: number): readonly DatesErrand[] =>
    watchedSources(rules).map(({ cluster, sources }) => ({ cluster, sources, requests: requestsOf(sources, now) }));

  /** As asked; once more by their new columns where those of other indices were meant. */
  const answersOf = async (
    errand: DatesErrand,
    { answersTo, now }: Asked<DatesErrand>,
    signal: AbortSignal,
  ): Promise<readonly SearchOutcome[]> => {
    const { cluster, sources } = errand;
    const answers = await answersTo(errand);
    const search = searches.get(cluster);
    const strange = sources.filter(([name], position) => isStrange(answers[position], columned.get(name)));
    if (strange.length === 0 || search === undefined) return answers;
    await learn(strange, search, now, signal);
    const anew = await answersTo({ cluster, requests: requestsOf(strange, now) });
    return sources.map((source, position) => (strange.includes(source) ? anew[strange.indexOf(source)] : answers[position]) ?? NO_ANSWER);
  };

  const read = async (
    errands: readonly DatesErrand[],
    circumstances: Circumstances,
    asked: Asked<DatesErrand>,
    signal: AbortSignal,
  ): Promise<void> => {
    const { now } = asked;
    for (const errand of errands) {
      const answers = await answersOf(errand, asked, signal);
      for (const [position, [name, rule]] of errand.sources.entries()) {
        const answer = answers[position];
        const before = seen.get(name);
        const dates = readHostDates(rule, answer, before);
        if (answer?.ok === true) columned.set(name, { ...(columned.get(name) ?? AS_NAMED), of: behindOf(answer) });
        if (dates === null) continue;
        seen.set(name, { at: now, hosts: dates.hosts });
        judge(rule, before, dates.arrived, circumstances);
      }
    }
  };

  return {
    errands(rules, now) {
      if (!isDue(EVERY_MS, askedAt, now)) return null;
      askedAt = now;
      return errandsAt(rules, now);
    },
    async look(rules, circumstances, asked, signal) {
      const { now } = asked;
      const errands = asked.errands ?? (circumstances.atOnce ? errandsAt(rules, now) : null);
      if (errands === null) return;
      askedAt = now;
      try {
        await read(errands, circumstances, asked, signal);
      } finally {
        await keep(new Map([...wrong].map(([host, one]) => [host, { ...one, coming: isComing(one, now) }])), now);
      }
    },
    troubles(now) {
      for (const [host, { seenAt }] of wrong) if (now - seenAt >= DAY_MS) wrong.delete(host);
      return [...wrong].map(([host, one]) => ({
        key: { clock_of: host },
        since: one.since,
        value: Math.abs(one.aheadMs),
        document: { ahead: one.aheadMs > 0, coming: isComing(one, now) },
        isCurrent: true,
      }));
    },
  };
}
