import { BOUNDS } from '#kernel/bounds.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Wanted } from './asked.ts';
import type { Metric, Source, Split, Target } from './metric.ts';
import { bucketStarts, type Span } from './span.ts';

/** A search as `Search` takes it. */
export interface MetricSearch {
  readonly index: string;
  readonly body: JsonObject;
}

/** Where Docker's labels stand, by the age of the Beat. */
const SERVICE_LABELS = ['container.labels.com_docker_swarm_service_name', 'docker.container.labels.com_docker_swarm_service_name'] as const;
const SERVICE_NAME = 'service.name';
const ROUTER_NAME = 'traefik.access.frontend_name';
/** More devices than one machine has; of containers, those that use most. */
const MOST_PARTS = 40;
const MOST_NAMES = BOUNDS.metricNames.most;

/** Everything of one metric of one target, in buckets: see `readBuckets`. */
export function metricSearch({ reading, target }: Wanted, span: Span): MetricSearch {
  const curves = reading.panels.flatMap((panel) => panel.curves);
  const aggs: Record<string, JsonObject> = {};
  for (const [index, { source }] of curves.entries()) Object.assign(aggs, leafOf(`c${index}`, source));
  const time = { date_histogram: { field: '@timestamp', fixed_interval: `${span.stepMs / 1_000}s`, min_doc_count: 1 }, aggs };
  return {
    index: reading.index,
    body: {
      size: 0,
      track_total_hits: false,
      query: {
        bool: { filter: [...within(span), targetFilter(target), ...reading.filter, ...present(curves.map(({ source }) => source))] },
      },
      aggs: reading.split === null ? { time } : { parts: partsOf(reading.split, curves[0]?.source, time) },
    },
  };
}

/** One bucket more at the beginning: a counter's first rate needs the value before. */
function within(span: Span): readonly JsonObject[] {
  const from = (bucketStarts(span)[0] ?? span.from) - span.stepMs;
  return [{ range: { '@timestamp': { gte: from, lte: span.to, format: 'epoch_millis' } } }];
}

/** Documents of other metric sets aren't even looked at. */
function present(sources: readonly Source[]): readonly JsonObject[] {
  const fields = sources.flatMap((source) => ('field' in source ? [{ exists: { field: source.field } }] : []));
  // What counts documents counts those without the field of another curve as well.
  return fields.length < sources.length ? [] : [{ bool: { should: fields, minimum_should_match: 1 } }];
}

export function targetFilter({ kind, name }: Target): JsonObject {
  if (kind === 'host') return { term: { 'host.name': name } };
  // Traefik names a router after its service, and says where it learnt of it.
  const router = name.replaceAll(/[^A-Za-z0-9]+/gu, '-');
  const routers = [...new Set([name, router])].flatMap((each) => [each, `${each}@docker`, `${each}@swarm`]);
  const named = [...SERVICE_LABELS, SERVICE_NAME].map((field) => ({ term: { [field]: name } }));
  return { bool: { should: [...named, { terms: { [ROUTER_NAME]: routers } }], minimum_should_match: 1 } };
}

function partsOf({ field, shown }: Split, source: Source | undefined, time: JsonObject): JsonObject {
  const most = shown === 'each' && source?.kind === 'value' ? { most: { max: { field: source.field } } } : {};
  const order = 'most' in most ? { order: { most: 'desc' } } : {};
  return { terms: { field, size: MOST_PARTS, ...order }, aggs: { ...most, time } };
}

function leafOf(name: string, source: Source): Record<string, JsonObject> {
  switch (source.kind) {
    case 'value':
      return { [name]: { [source.aggregation]: { field: source.field } } };
    case 'counter':
      return { [name]: { max: { field: source.field } }, last: { max: { field: '@timestamp' } } };
    case 'percentile':
      return { [name]: { percentiles: { field: source.field, percents: [source.percent], keyed: false } } };
    case 'share':
      return { [name]: { filter: source.match } };
    case 'events':
      return {};
    default:
      return source satisfies never;
  }
}

/** Who reported within the last day: what a word may name. */
export function namesSearch(metrics: readonly Metric[], now: number): MetricSearch {
  const readings = metrics.flatMap(({ readings: { host, service } }) => [host, service]).filter((reading) => reading !== null);
  const terms = (field: string): JsonObject => ({ terms: { field, size: MOST_NAMES } });
  return {
    index: [...new Set(readings.map(({ index }) => index))].join(','),
    body: {
      size: 0,
      track_total_hits: false,
      query: { range: { '@timestamp': { gte: now - 86_400_000, lte: now, format: 'epoch_millis' } } },
      aggs: {
        hosts: terms('host.name'),
        services: terms(SERVICE_NAME),
        label: terms(SERVICE_LABELS[0]),
        old_label: terms(SERVICE_LABELS[1]),
      },
    },
  };
}
