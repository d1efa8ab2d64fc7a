import type { Json, JsonObject } from '#kernel/json.ts';
import type { Random } from './random.ts';

type Written = Readonly<Record<string, Json>>;

/** Rules of all twelve types, in ElastAlert's own words, with random options. */
export function makeRules(random: Random, index: string, each: number): readonly JsonObject[] {
  const rules = Object.entries(TYPES).flatMap(([type, options]) =>
    Array.from({ length: each }, (_, number) => ({ name: `${type} ${number + 1}`, type, ...common(random, index), ...options(random) })),
  );
  return rules.map((rule) => Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined)) as JsonObject);
}

const FILTERS: readonly (readonly JsonObject[])[] = [
  [],
  [],
  [{ term: { service: 'pad' } }],
  [{ range: { status: { gte: 400 } } }],
  [{ query: { query_string: { query: 'service:mail OR status:[400 TO *]' } } }],
  [{ bool: { must_not: [{ term: { status: 500 } }] } }, { exists: { field: 'service' } }],
];
const KEYS: readonly Json[] = ['host.name', 'service', 'status', 'flag', 'user', 'a.dotted', 'message.keyword', 'tags', 'id', 'mixed'];

function common(random: Random, index: string): Written {
  const [field, type] = random.chance(0.8)
    ? ['@timestamp', 'iso']
    : random.one([
        ['unix', 'unix'],
        ['unix_ms', 'unix_ms'],
      ] as const);
  return { index, alert: 'debug', filter: random.one(FILTERS), timestamp_field: field, timestamp_type: type };
}

function key(random: Random, most: 0 | 1 | 2 = 2): Written {
  const kind = random.whole(0, most);
  if (kind === 0) return {};
  if (kind === 1) return { query_key: random.one(KEYS) };
  return {
    query_key: random.one([
      ['host.name', 'service'],
      ['service', 'flag'],
      ['status', 'host.name', 'service'],
    ]),
  };
}

function period(random: Random): JsonObject {
  return random.one([{ seconds: 45 }, { minutes: 1 }, { minutes: 2 }, { minutes: 5 }, { minutes: 10 }, { seconds: 330 }]);
}

const maybe = (random: Random, name: string, value: () => Json): Written => (random.chance(0.5) ? { [name]: value() } : {});

function counted(random: Random): Written {
  const how = random.one(['documents', 'documents', 'documents', 'count', 'terms']);
  if (how === 'count') return { use_count_query: true, ...key(random, 1) };
  if (how === 'terms') return { use_terms_query: true, query_key: random.one(['host.name', 'service', 'status']), terms_size: 1_000 };
  return key(random);
}

function spike(random: Random): Written {
  return {
    timeframe: period(random),
    spike_height: random.one([1.5, 2, 3]),
    spike_type: random.one(['up', 'down', 'both']),
    ...maybe(random, 'threshold_ref', () => random.whole(1, 10)),
    ...maybe(random, 'threshold_cur', () => random.whole(1, 10)),
    ...maybe(random, 'alert_on_new_data', () => true),
  };
}

function metric(random: Random): Written {
  const type = random.one(['min', 'max', 'avg', 'sum', 'cardinality', 'value_count', 'percentiles']);
  const field = type === 'cardinality' ? 'user' : 'load';
  return {
    metric_agg_key: field,
    metric_agg_type: type,
    ...(type === 'percentiles' ? { percentile_range: random.one([50, 95]) } : {}),
    terms_size: 1_000,
  };
}

const TYPES: Readonly<Record<string, (random: Random) => Written>> = {
  any: (random) => ({ ...key(random), filter: [{ term: { status: 500 } }] }),
  blacklist: (random) => ({
    ...key(random),
    compare_key: random.one(['user', 'service', 'message']),
    blacklist: random.one([['u0', 'u7'], ['disk full'], ['chat'], ['mail', 'nobody']]),
    ...maybe(random, 'filter_by_list', () => false),
  }),
  whitelist: (random) => ({
    ...key(random),
    compare_key: random.one(['user', 'service', 'message']),
    whitelist: random.one([
      ['u0', 'u1', 'u2', 'u3'],
      ['all is well', 'oh no'],
      ['pad', 'mail', 'wiki'],
    ]),
    ignore_null: random.chance(0.5),
    ...maybe(random, 'filter_by_list', () => false),
  }),
  change: (random) => ({
    query_key: random.one([...KEYS, ['host.name', 'service']]),
    compare_key: random.one(['service', 'flag', 'status', 'user', ['service', 'flag']]),
    ignore_null: random.chance(0.5),
    ...maybe(random, 'timeframe', () => period(random)),
  }),
  frequency: (random) => ({ num_events: random.whole(2, 15), timeframe: period(random), ...counted(random) }),
  spike: (random) => {
    const counting = counted(random);
    return {
      ...spike(random),
      ...counting,
      ...(counting['use_count_query'] === undefined && counting['use_terms_query'] === undefined && random.chance(0.2)
        ? { field_value: 'status' }
        : {}),
    };
  },
  flatline: (random) => ({
    threshold: random.whole(1, 8),
    timeframe: period(random),
    ...counted(random),
    ...maybe(random, 'forget_keys', () => random.chance(0.5)),
  }),
  new_term: (random) => ({
    fields: random.one<Json>([
      ['user'],
      ['service'],
      ['user', 'service'],
      [['service', 'status']],
      [['host.name', 'service', 'user']],
      ['flag'],
      ['status'],
      ['tags'],
      ['id'],
    ]),
    use_keyword_postfix: false,
    terms_window_size: random.one([{ days: 30 }, { minutes: 2 }]),
    ...key(random, 1),
    ...(random.chance(0.2) ? { alert_on_missing_field: true } : {}),
  }),
  cardinality: (random) => ({
    cardinality_field: random.one(['user', 'service', 'status', 'flag', 'tags', 'id', 'mixed']),
    timeframe: period(random),
    ...random.one<Written>([
      { max_cardinality: random.whole(1, 12) },
      { min_cardinality: random.whole(2, 6) },
      { min_cardinality: 2, max_cardinality: 9 },
    ]),
    ...key(random),
  }),
  metric_aggregation: (random) => ({
    ...metric(random),
    ...random.one<Written>([{ max_threshold: random.one([0.5, 1, 3, 10]) }, { min_threshold: random.one([0.1, 1, 3, 10]) }]),
    ...key(random),
    ...window(random),
    ...maybe(random, 'min_doc_count', () => random.whole(1, 4)),
  }),
  spike_aggregation: (random) => ({ ...metric(random), ...spike(random), ...key(random) }),
  percentage_match: (random) => ({
    match_bucket_filter: [{ range: { status: { gte: 400 } } }],
    ...random.one<Written>([{ max_percentage: random.one([0, 20, 50]) }, { min_percentage: random.one([20, 50, 100]) }]),
    ...maybe(random, 'min_denominator', () => random.whole(1, 10)),
    ...key(random, 1),
    ...window(random),
  }),
};

function window(random: Random): Written {
  return random.one<Written>([
    {},
    {},
    {},
    { use_run_every_query_size: true },
    { bucket_interval: { seconds: 30 } },
    { bucket_interval: { seconds: 30 }, sync_bucket_interval: true },
  ]);
}
