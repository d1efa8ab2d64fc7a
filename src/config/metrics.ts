import { z } from 'zod';
import { parseDuration } from '#kernel/duration.ts';
import type { Metric, Source } from '#domain/metrics/metric.ts';
import { NAME } from './kinds.ts';

const METRIC_NAME = z
  .string()
  .regex(/^\p{Ll}[\p{Ll}\p{N}_-]*$/u, 'must be a word of small letters, digits, - and _')
  .refine((name) => parseDuration(name) === null, 'reads as a period: nobody could ask for it');

const metric = z.strictObject({
  index: NAME.describe('Where its documents are, such as metricbeat-*'),
  field: NAME.optional().describe('The field that is read; none for count'),
  aggregation: z
    .enum(['avg', 'min', 'max', 'sum', 'count', 'rate'])
    .default('avg')
    .describe('What is made of it; count: documents a second; rate: growth a second of a counter'),
  unit: z
    .enum(['percent', 'bytes', 'bytes_per_second', 'count', 'per_second', 'seconds', 'milliseconds', 'load', 'none'])
    .default('none')
    .describe('How it is written; percent: a fraction of 1'),
  filter: z.array(z.record(z.string(), z.json())).default([]).describe('Queries that must all match'),
  by: z.enum(['host', 'service']).default('host').describe('What it is asked of'),
  title: z.strictObject({ en: NAME, fr: NAME }).describe('What it is called'),
});

/** `metrics:` of vigie.yaml. */
export const metrics = z.record(METRIC_NAME, metric).default({});

/** In the form that `metrics` reads. */
export function metricsOf(config: { readonly metrics: z.output<typeof metrics> }): readonly Metric[] {
  return Object.entries(config.metrics).map(([name, { index, field, aggregation, unit, filter, by, title }]) => {
    const panels = [{ title: name, unit, curves: [{ part: '', source: sourceOf(aggregation, field ?? '') }] }];
    const reading = { index, filter, split: null, panels };
    return { name, aliases: [], words: title, readings: { host: null, service: null, [by]: reading } };
  });
}

function sourceOf(aggregation: z.output<typeof metric>['aggregation'], field: string): Source {
  if (aggregation === 'count') return { kind: 'events' };
  return aggregation === 'rate' ? { kind: 'counter', field } : { kind: 'value', field, aggregation };
}
