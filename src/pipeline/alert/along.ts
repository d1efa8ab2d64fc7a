import type { Clock } from '#kernel/clock.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { Search, SearchOutcome, SearchRequest } from '#ports/search.ts';

/** What one cluster is to be asked, for somebody who reads the answers later. */
export interface Errand {
  readonly cluster: string;
  readonly requests: readonly SearchRequest[];
}

/** One rule of a source, by the source's name. */
export type Source = readonly [name: string, rule: Rule];

/** The sources that rules look at, by their clusters. */
export function watchedSources(rules: readonly Rule[]): readonly { readonly cluster: string; readonly sources: readonly Source[] }[] {
  const watched = rules.filter((rule) => rule.enabled && rule.kind.type !== 'probe');
  return [...Map.groupBy(watched, (rule) => rule.cluster)].map(([cluster, list]) => ({
    cluster,
    sources: [...new Map(list.map((rule) => [`${cluster}\n${rule.index}\n${rule.timestampField}`, rule])).entries()],
  }));
}

/** Its answers, in their order. @throws search_*, when the cluster doesn't answer */
export type AnswersTo = (errand: Errand) => Promise<readonly SearchOutcome[]>;

/** What was to be asked in a tick, and how it is answered. */
export interface Asked<T extends Errand> {
  /** Ms. */
  readonly now: number;
  /** Null where it isn't time for any. */
  readonly errands: readonly T[] | null;
  readonly answersTo: AnswersTo;
}

/** Searches of one tick, of which some go along with others, so that they cost no round trip of their own. */
export interface Along {
  /** The same clusters: the first round trip over each takes its errands along. */
  readonly searches: ReadonlyMap<string, Search>;
  /** Asks now whatever didn't go along. */
  answersTo(errand: Errand, signal: AbortSignal): Promise<readonly SearchOutcome[]>;
}

/**
 * Whoever waits for a look mustn't wait much longer for what goes along: where a round trip takes so long, errands are asked apart from then on. The very
 * first one tells nothing of them: it asks for the whole time before, and everything is cold.
 */
const SLOW_MS = 2_000;
/** Where they are answered within this by themselves, they go along again. */
const QUICK_MS = 1_000;

/** @returns what sends the errands of a tick */
export function createAlong(searches: ReadonlyMap<string, Search>, clock: Pick<Clock, 'now'>): (errands: readonly Errand[]) => Along {
  const slow = new Set<string>();
  const begun = new Set<string>();
  const timed = async <T>(cluster: string, act: () => Promise<T>): Promise<T> => {
    const begin = clock.now();
    try {
      return await act();
    } finally {
      const took = clock.now() - begin;
      const isFirst = !begun.has(cluster);
      begun.add(cluster);
      if (took > SLOW_MS && !isFirst) slow.add(cluster);
      else if (took <= QUICK_MS) slow.delete(cluster);
    }
  };
  return (errands) => {
    const going = errands.filter(({ cluster }) => !slow.has(cluster));
    const along = new Map(
      [...Map.groupBy(going, ({ cluster }) => cluster)].flatMap(([cluster, list]) => {
        const search = searches.get(cluster);
        return search === undefined ? [] : [[cluster, takeAlong(search, list, timed)] as const];
      }),
    );
    return {
      searches: new Map([...searches, ...[...along].map(([cluster, { search }]) => [cluster, search] as const)]),
      async answersTo(errand, signal) {
        const { cluster, requests } = errand;
        const gone = along.get(cluster)?.answersTo(errand) ?? null;
        if (gone !== null) return await gone;
        const search = searches.get(cluster);
        return search === undefined ? [] : await timed(cluster, () => search.multi(requests, signal));
      },
    };
  };
}

interface Taking {
  readonly search: Search;
  /** Null for what wasn't taken along. */
  answersTo(errand: Errand): Promise<readonly SearchOutcome[]> | null;
}

type Timed = <T>(cluster: string, act: () => Promise<T>) => Promise<T>;

function takeAlong(search: Search, errands: readonly Errand[], timed: Timed): Taking {
  const requests = errands.flatMap((errand) => errand.requests);
  let answered: Promise<readonly SearchOutcome[]> | null = null;
  return {
    search: {
      cluster: search.cluster,
      get atOnce() {
        return search.atOnce;
      },
      async multi(own, signal) {
        if (answered !== null) return await search.multi(own, signal);
        const all = timed(search.cluster, () => search.multi([...own, ...requests], signal));
        answered = all.then((outcomes) => outcomes.slice(own.length));
        // Whoever asked first is told as well, and may be the only one who listens.
        answered.catch(() => undefined);
        return (await all).slice(0, own.length);
      },
      fields: (index, pattern, signal) => search.fields(index, pattern, signal),
      sources: (index, signal) => search.sources(index, signal),
      blocks: (index, signal) => search.blocks(index, signal),
      info: (signal) => search.info(signal),
      close: () => search.close(),
    },
    answersTo(errand) {
      if (answered === null || !errands.includes(errand)) return null;
      const before = errands.slice(0, errands.indexOf(errand)).reduce((sum, each) => sum + each.requests.length, 0);
      return answered.then((outcomes) => outcomes.slice(before, before + errand.requests.length));
    },
  };
}
