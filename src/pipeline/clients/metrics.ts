import { isRecord, type JsonObject } from '#kernel/json.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import { namesIn, readAsked, targetOf, wordsOf, type MetricNames } from '#domain/metrics/asked.ts';
import { BEATS_METRICS } from '#domain/metrics/beats.ts';
import { isMeasured, later, readBuckets } from '#domain/metrics/buckets.ts';
import { viewsOf } from '#domain/metrics/charts.ts';
import type { Watched } from '#domain/metrics/limits.ts';
import type { Metric } from '#domain/metrics/metric.ts';
import { metricSearch, namesSearch, type MetricSearch } from '#domain/metrics/search.ts';
import { earlier, spanOf } from '#domain/metrics/span.ts';
import type { MetricsReader } from '#ports/clients.ts';
import type { Search } from '#ports/search.ts';
import type { SwarmReader } from '#ports/swarm.ts';

export interface MetricsOptions {
  /** The first one is asked where no cluster is named. */
  readonly searches: ReadonlyMap<string, Search>;
  readonly swarm: Pick<SwarmReader, 'services'> | null;
  /** Of the configuration; one named like vigie's own takes its place. */
  readonly metrics: readonly Metric[];
  /** What else machines are called than their documents call them, all names of one together. */
  readonly hostNames?: readonly (readonly string[])[];
  /** Whose limits are drawn into the charts. */
  readonly rules?: readonly Watched[];
  readonly now: () => number;
}

type Names = Pick<MetricNames, 'hosts' | 'services'>;

/** What a machine or a service is called changes seldom: names are kept so long, and looked up again for one that isn't among them. */
const NAMES_MS = 600_000;

/** Metrics as handlers ask for them: one round trip, and one before it when a name isn't known yet. */
export function createMetrics({ searches, swarm, metrics: own, hostNames: called = [], rules = [], now }: MetricsOptions): MetricsReader {
  const names = new Map<string, Names & { readonly at: number }>();
  const metrics = [...own, ...BEATS_METRICS.filter(({ name }) => own.every((each) => each.name !== name))];
  const namesFor = async (search: Search, words: readonly string[], signal: AbortSignal): Promise<Names> => {
    const known = names.get(search.cluster);
    if (known !== undefined && known.at > now() - NAMES_MS && words.every((word) => targetOf(word, { ...known, called, metrics }) !== null))
      return known;
    const [found, services] = await Promise.all([lookUp(search, metrics, now(), signal), servicesOf(swarm, signal)]);
    const fresh = { at: now(), hosts: found.hosts, services: new Set([...services, ...found.services]) };
    names.set(search.cluster, fresh);
    return fresh;
  };
  return {
    async read(text, cluster, signal, compareMs = null) {
      const search = clusterOf(searches, cluster);
      const words = wordsOf(text);
      const asked = readAsked(words, { ...(await namesFor(search, namesIn(words, metrics), signal)), called, metrics });
      const span = spanOf(asked.periodMs, now());
      const spans = compareMs === null ? [span] : [span, earlier(span, compareMs)];
      const answers = await answersOf(
        search,
        spans.flatMap((each) => asked.wanted.map((wanted) => metricSearch(wanted, each))),
        signal,
      );
      const measured = asked.wanted.map((wanted, index) => {
        const curves = readBuckets(wanted.reading, answers[index] ?? {}, span);
        if (compareMs === null) return { wanted, curves };
        const then = answers[asked.wanted.length + index] ?? {};
        const before = isMeasured(wanted.reading, then) ? readBuckets(wanted.reading, then, earlier(span, compareMs)) : [];
        return { wanted, curves, before: before.map((curve) => later(curve, compareMs)) };
      });
      return {
        from: span.from,
        to: span.to,
        targets: [...new Set(asked.wanted.map(({ target }) => target.name))],
        periodMs: asked.periodMs,
        views: viewsOf(measured, span, { watched: rules, comparedMs: compareMs }),
      };
    },
  };
}

function clusterOf(searches: ReadonlyMap<string, Search>, name: string | null): Search {
  const [first] = searches.values();
  if (first === undefined) throw new VigieError('search_not_configured');
  const found = name === null ? first : searches.get(name);
  if (found === undefined) throw new VigieError('cluster_unknown', { cluster: name, nearest: nearest(name ?? '', searches.keys()) });
  return found;
}

/** All in one round trip. A part that failed fails the whole: half an answer would read as "nothing happened". */
async function answersOf(search: Search, requests: readonly MetricSearch[], signal: AbortSignal): Promise<readonly JsonObject[]> {
  const outcomes = await search.multi(requests, signal);
  return outcomes.map((outcome) => {
    if (!outcome.ok) throw new VigieError(outcome.problem.code, outcome.problem.params);
    return outcome.aggregations;
  });
}

async function lookUp(search: Search, metrics: readonly Metric[], now: number, signal: AbortSignal): Promise<Names> {
  const [found = {}] = await answersOf(search, [namesSearch(metrics, now)], signal);
  const services = ['services', 'label', 'old_label'].flatMap((name) => keysOf(found[name]));
  return { hosts: new Set(keysOf(found['hosts'])), services: new Set(services) };
}

function keysOf(terms: unknown): readonly string[] {
  const buckets = isRecord(terms) ? terms['buckets'] : null;
  return Array.isArray(buckets) ? buckets.filter(isRecord).map((bucket) => String(bucket['key'])) : [];
}

/** A Swarm that doesn't answer must not hide what Elasticsearch knows. */
async function servicesOf(swarm: MetricsOptions['swarm'], signal: AbortSignal): Promise<readonly string[]> {
  try {
    return (await swarm?.services(signal))?.map(({ name }) => name) ?? [];
  } catch {
    return [];
  }
}
