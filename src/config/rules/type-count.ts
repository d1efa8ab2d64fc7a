import { z } from 'zod';
import type { CountedBy } from '#domain/alert/rule.ts';
import { field, flag, period } from './kinds.ts';
import { limitRemarks, typeForm, type Around, type Remark } from './type-form.ts';

const timeframe = period.describe('The time within which is counted');

const COUNTING = {
  use_count_query: flag.default(false).describe('Ask for the number of documents instead of documents'),
  use_terms_query: flag.default(false).describe('Ask for the number of documents of each value of query_key'),
  terms_size: z.int().min(1).default(50).describe('How many values are asked for at once'),
};

interface Counting {
  readonly use_count_query: boolean;
  readonly use_terms_query: boolean;
}

/** As in ElastAlert, counting wins over terms. */
function countedBy(keys: Counting): CountedBy {
  if (keys.use_count_query) return 'count';
  return keys.use_terms_query ? 'terms' : 'documents';
}

function countingRemarks({ use_terms_query: terms }: Counting, { query_key: key }: Around): readonly Remark[] {
  return terms && key === undefined ? [{ path: ['use_terms_query'], message: 'needs query_key' }] : [];
}

const frequencyForm = typeForm(
  'frequency',
  z.object({
    num_events: z.int().min(1).describe('So many documents within the timeframe alert'),
    timeframe,
    ...COUNTING,
    attach_related: flag.default(false).describe('The documents before the last one are kept with the alert'),
  }),
  (keys) => ({
    type: 'frequency',
    numEvents: keys.num_events,
    timeframeMs: keys.timeframe,
    countedBy: countedBy(keys),
    termsSize: keys.terms_size,
    attachRelated: keys.attach_related,
  }),
  countingRemarks,
);

/** Shared with spikes of a metric. */
export const SPIKE = {
  timeframe: period.describe('Length of each of the two windows that are compared'),
  spike_height: z.number().gt(0, 'must be above 0').describe('How many times as much'),
  spike_type: z.enum(['up', 'down', 'both']).describe('More, less or either'),
  threshold_ref: z.number().optional().describe('The earlier window must have at least this'),
  threshold_cur: z.number().optional().describe('The later window must have at least this'),
  alert_on_new_data: flag.default(false).describe('A key that was never seen before may alert before both windows are full'),
};

interface SpikeKeys {
  readonly timeframe: number;
  readonly spike_height: number;
  readonly spike_type: 'up' | 'down' | 'both';
  readonly threshold_ref?: number | undefined;
  readonly threshold_cur?: number | undefined;
  readonly alert_on_new_data: boolean;
}

export function spikeWindows(keys: SpikeKeys) {
  return {
    timeframeMs: keys.timeframe,
    spikeHeight: keys.spike_height,
    spikeType: keys.spike_type,
    thresholdRef: keys.threshold_ref ?? null,
    thresholdCur: keys.threshold_cur ?? null,
    alertOnNewData: keys.alert_on_new_data,
  };
}

const spikeForm = typeForm(
  'spike',
  z.object({ ...SPIKE, ...COUNTING, field_value: field.optional().describe("Add up this field's values instead of counting documents") }),
  (keys) => ({
    type: 'spike',
    ...spikeWindows(keys),
    fieldValue: keys.field_value ?? null,
    countedBy: countedBy(keys),
    termsSize: keys.terms_size,
  }),
  (keys, around) => [
    ...countingRemarks(keys, around),
    ...(keys.field_value !== undefined && countedBy(keys) !== 'documents'
      ? [{ path: ['field_value'], message: 'needs documents: leave out use_count_query and use_terms_query' }]
      : []),
  ],
);

const flatlineForm = typeForm(
  'flatline',
  z.object({
    threshold: z.int().min(0).describe('Fewer documents than this within the timeframe alert'),
    timeframe,
    ...COUNTING,
    forget_keys: flag.default(false).describe('A key that alerted is forgotten until it is seen again'),
  }),
  (keys) => ({
    type: 'flatline',
    threshold: keys.threshold,
    timeframeMs: keys.timeframe,
    forgetKeys: keys.forget_keys,
    countedBy: countedBy(keys),
    termsSize: keys.terms_size,
  }),
  (keys, around) => [
    ...countingRemarks(keys, around),
    ...(keys.threshold === 0
      ? [{ path: ['threshold'], message: 'never fires: there are never fewer than 0', harmless: true as const }]
      : []),
  ],
);

const cardinalityForm = typeForm(
  'cardinality',
  z.object({
    cardinality_field: field.describe('The field whose different values are counted'),
    timeframe,
    min_cardinality: z.int().optional().describe('Fewer alert'),
    max_cardinality: z.int().optional().describe('More alert'),
  }),
  (keys) => ({
    type: 'cardinality',
    field: keys.cardinality_field,
    timeframeMs: keys.timeframe,
    min: keys.min_cardinality ?? null,
    max: keys.max_cardinality ?? null,
  }),
  (keys) => limitRemarks(['min_cardinality', keys.min_cardinality], ['max_cardinality', keys.max_cardinality]),
);

export const COUNT_FORMS = [frequencyForm, spikeForm, flatlineForm, cardinalityForm];
