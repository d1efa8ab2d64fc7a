import type { Gauges, RequestCount } from './registry.ts';

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  /** A command came in by this way, and ended so. */
  count(means: string, outcome: string): void;
}

/** Prometheus' text format; as prom-client names it. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * What /metrics shows. Where nobody scrapes, prom-client with its observers is never loaded: four megabytes. So what Node measures of itself
 * begins with the first scrape; commands are counted from the start.
 */
export function createMetrics(gauges: Omit<Gauges, 'requests'>): Metrics {
  const counts = new Map<string, RequestCount>();
  let loading: Promise<{ metrics(): Promise<string> }> | null = null;
  return {
    contentType: CONTENT_TYPE,
    async text() {
      loading ??= import('./registry.ts').then(({ createRegistry }) => createRegistry({ ...gauges, requests: () => counts.values() }));
      return await (await loading).metrics();
    },
    count(means, outcome) {
      const key = JSON.stringify([means, outcome]);
      counts.set(key, { means, outcome, count: (counts.get(key)?.count ?? 0) + 1 });
    },
  };
}
