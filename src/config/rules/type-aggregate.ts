import { z } from 'zod';
import { formatDuration } from '#kernel/duration.ts';
import { toJsonObject } from '#kernel/json.ts';
import type { Buckets, Metric } from '#domain/alert/rule.ts';
import { queries } from './common-keys.ts';
import { plainQuery } from './filters.ts';
import { field, flag, period, words } from './kinds.ts';
import { SPIKE, spikeWindows } from './type-count.ts';
import { limitRemarks, typeForm, type Around, type Remark } from './type-form.ts';

const AGGREGATIONS = ['min', 'max', 'avg', 'sum', 'cardinality', 'value_count', 'percentiles'] as const;

const METRIC = {
  metric_agg_key: field.describe('The field that is computed with'),
  metric_agg_type: z.enum(AGGREGATIONS).describe('What is computed'),
  metric_agg_script: z
    .union([z.string().min(1), z.record(z.string(), z.json())], { error: 'must be a script, as text or as a map' })
    .optional()
    .describe('A script in the place of the field'),
  percentile_range: z.number().min(0).max(100).optional().describe('For percentiles: which one'),
};

interface MetricKeys {
  readonly metric_agg_key: string;
  readonly metric_agg_type: (typeof AGGREGATIONS)[number];
  readonly metric_agg_script?: string | Readonly<Record<string, unknown>> | undefined;
  readonly percentile_range?: number | undefined;
}

function metricOf(keys: MetricKeys): Metric {
  const script = keys.metric_agg_script;
  return {
    field: keys.metric_agg_key,
    type: keys.metric_agg_type,
    percentile: keys.metric_agg_type === 'percentiles' ? (keys.percentile_range ?? null) : null,
    script: script === undefined ? null : typeof script === 'string' ? { script } : toJsonObject(script),
  };
}

function metricRemarks(keys: MetricKeys): readonly Remark[] {
  return keys.metric_agg_type === 'percentiles' && keys.percentile_range === undefined
    ? [{ path: ['metric_agg_type'], message: 'percentiles needs percentile_range: which one, such as 95' }]
    : [];
}

const WINDOW = {
  use_run_every_query_size: flag.default(false).describe('The window is run_every and not buffer_time'),
  allow_buffer_time_overlap: flag.default(false).describe('Windows may overlap'),
  bucket_interval: period.optional().describe('The window is cut in pieces of this length'),
  sync_bucket_interval: flag.default(false).describe('Pieces begin at round times'),
};
const MIN_DOC_COUNT = z.int().min(0).default(1).describe('Fewer documents of a key do not count');

interface WindowKeys {
  readonly use_run_every_query_size: boolean;
  readonly allow_buffer_time_overlap: boolean;
  readonly bucket_interval?: number | undefined;
  readonly sync_bucket_interval: boolean;
}

function bucketsOf(keys: WindowKeys, minDocCount: number): Buckets {
  return {
    bucketIntervalMs: keys.bucket_interval ?? null,
    syncBucketInterval: keys.sync_bucket_interval,
    allowBufferTimeOverlap: keys.allow_buffer_time_overlap,
    useRunEveryQuerySize: keys.use_run_every_query_size,
    minDocCount,
  };
}

function windowRemarks(keys: WindowKeys, { runEveryMs, bufferTimeMs }: Around): readonly Remark[] {
  const [name, windowMs] = keys.use_run_every_query_size ? ['run_every', runEveryMs] : ['buffer_time', bufferTimeMs];
  if (keys.bucket_interval === undefined || windowMs % keys.bucket_interval === 0) return [];
  return [{ path: ['bucket_interval'], message: `${name} (${formatDuration(windowMs)}) must be a multiple of it` }];
}

const metricForm = typeForm(
  'metric_aggregation',
  z.object({
    ...METRIC,
    ...WINDOW,
    min_doc_count: MIN_DOC_COUNT,
    min_threshold: z.number().optional().describe('Less than this alerts'),
    max_threshold: z.number().optional().describe('More than this alerts'),
    metric_format_string: words.optional().describe('How the value is written'),
  }),
  (keys) => ({
    type: 'metric_aggregation',
    metric: metricOf(keys),
    ...bucketsOf(keys, keys.min_doc_count),
    minThreshold: keys.min_threshold ?? null,
    maxThreshold: keys.max_threshold ?? null,
    formatString: keys.metric_format_string ?? null,
  }),
  (keys, around) => [
    ...metricRemarks(keys),
    ...limitRemarks(['min_threshold', keys.min_threshold], ['max_threshold', keys.max_threshold]),
    ...windowRemarks(keys, around),
  ],
);

const spikeForm = typeForm(
  'spike_aggregation',
  z.object({ ...METRIC, ...SPIKE, ...WINDOW, min_doc_count: MIN_DOC_COUNT }),
  (keys) => ({
    type: 'spike_aggregation',
    metric: metricOf(keys),
    ...spikeWindows(keys),
    ...bucketsOf({ ...keys, bucket_interval: undefined }, keys.min_doc_count),
  }),
  (keys) => [
    ...metricRemarks(keys),
    ...(keys.bucket_interval === undefined
      ? []
      : [{ path: ['bucket_interval'], message: 'is not for spikes: they compare whole windows' }]),
  ],
);

const percentageForm = typeForm(
  'percentage_match',
  z.object({
    match_bucket_filter: queries.describe('Queries that a document must match to count'),
    min_percentage: z.number().min(0).max(100).optional().describe('Less than this alerts'),
    max_percentage: z.number().min(0).max(100).optional().describe('More than this alerts'),
    min_denominator: z.int().min(0).default(0).describe('Fewer documents do not count'),
    percentage_format_string: words.optional().describe('How the value is written'),
    ...WINDOW,
  }),
  (keys) => ({
    type: 'percentage_match',
    matchFilter: keys.match_bucket_filter.map(plainQuery),
    minPercentage: keys.min_percentage ?? null,
    maxPercentage: keys.max_percentage ?? null,
    minDenominator: keys.min_denominator,
    formatString: keys.percentage_format_string ?? null,
    ...bucketsOf(keys, 1),
  }),
  (keys, around) => [
    ...limitRemarks(['min_percentage', keys.min_percentage], ['max_percentage', keys.max_percentage]),
    ...windowRemarks(keys, around),
  ],
);

const HOUR = 3_600_000;

const forecastForm = typeForm(
  'forecast',
  z.object({
    ...METRIC,
    metric_agg_type: z.enum(AGGREGATIONS).default('avg').describe('What is computed'),
    limit: z.number().describe('The value that must not be reached'),
    direction: z.enum(['up', 'down']).default('up').describe('From which side it is reached'),
    within: period.default(24 * HOUR).describe('It alerts when the limit will be reached within this time'),
    timeframe: period.default(6 * HOUR).describe('The line is drawn through so much of the past'),
    beyond: z.number().optional().describe('Quiet as long as the value has not come so far'),
  }),
  (keys) => ({
    type: 'forecast',
    metric: metricOf(keys),
    limit: keys.limit,
    direction: keys.direction,
    withinMs: keys.within,
    timeframeMs: keys.timeframe,
    beyond: keys.beyond ?? null,
  }),
  (keys) => [
    ...metricRemarks(keys),
    ...(isPast(keys.beyond, keys.limit, keys.direction)
      ? [{ path: ['beyond'], message: 'lies behind the limit: it would never alert' }]
      : []),
  ],
);

function isPast(beyond: number | undefined, limit: number, direction: 'up' | 'down'): boolean {
  return beyond !== undefined && (direction === 'up' ? beyond >= limit : beyond <= limit);
}

export const AGGREGATE_FORMS = [metricForm, spikeForm, percentageForm, forecastForm];
