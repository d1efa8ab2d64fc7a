import type { Rule, RuleKind } from '#domain/alert/rule.ts';
import { rule } from '#test/domain/alert/builders.ts';

/** So many documents of one host make a frequency rule fire. */
export const BURST = 200;

const RUN_EVERY_MS = 10_000;
const MINUTE_MS = 60_000;
const SERVICES = ['web', 'pad', 'chat', 'mail', 'cloud', 'wiki'];
const METRICS = ['system.cpu.total.norm.pct', 'system.memory.used.pct', 'system.filesystem.used.pct', 'system.load.norm.1'];
const TERMS = ['http.request.method', 'log.level', 'url.path', 'event.dataset', 'host.os.platform'];
const BUCKETS = {
  bucketIntervalMs: null,
  syncBucketInterval: false,
  allowBufferTimeOverlap: false,
  useRunEveryQuerySize: false,
  minDocCount: 1,
};
const COUNTED = { countedBy: 'documents', termsSize: 50 } as const;

/** What a rule is, by its number among those of its type and its window. */
type Maker = (number: number, windowMs: number) => Partial<Rule> & { readonly kind: RuleKind };

const MAKERS = {
  frequency: (number, timeframeMs) => ({
    index: 'filebeat-*',
    filter: [{ terms: { 'service.name': [pick(SERVICES, number), burstService(number)] } }, { term: { 'log.level': 'error' } }],
    kind: { type: 'frequency', numEvents: BURST, timeframeMs, attachRelated: false, ...COUNTED },
  }),
  metric_aggregation: (number) => ({
    kind: {
      type: 'metric_aggregation',
      metric: { field: pick(METRICS, number), type: number % 2 === 0 ? 'avg' : 'max', percentile: null, script: null },
      minThreshold: null,
      maxThreshold: 1_000,
      formatString: null,
      ...BUCKETS,
    },
  }),
  flatline: (number, timeframeMs) => ({
    queryKey: number % 2 === 0 ? ['host.name'] : [],
    kind: { type: 'flatline', threshold: 1, timeframeMs, forgetKeys: false, ...COUNTED },
  }),
  spike: (number, timeframeMs) => ({
    index: 'filebeat-*',
    queryKey: number % 2 === 0 ? ['service.name'] : [],
    kind: {
      type: 'spike',
      timeframeMs,
      spikeHeight: 10,
      spikeType: 'up',
      thresholdRef: 10,
      thresholdCur: null,
      alertOnNewData: false,
      fieldValue: null,
      ...COUNTED,
    },
  }),
  cardinality: (_number, timeframeMs) => ({
    index: 'filebeat-*',
    kind: { type: 'cardinality', field: 'url.path', timeframeMs, min: null, max: 40 },
  }),
  new_term: (number) => ({
    index: 'filebeat-*',
    queryKey: [],
    kind: {
      type: 'new_term',
      fields: [[pick(TERMS, number)]],
      termsWindowMs: 60 * MINUTE_MS,
      windowStepMs: 60 * MINUTE_MS,
      termsSize: 50,
      alertOnMissingField: false,
      useTermsQuery: false,
    },
  }),
} as const satisfies Record<string, Maker>;

/** Of each type, in every fifty. */
const MIX = { frequency: 15, metric_aggregation: 10, flatline: 8, spike: 7, cardinality: 5, new_term: 5 } as const;
const FIFTY = Object.entries(MIX).flatMap(([type, count]) => Array.from({ length: count }, () => type));

/** Rules of all types, with windows of 5 to 15 minutes, that stay quiet on what the Beats write. Each ten hold several types. */
export function benchRules(count: number): readonly Rule[] {
  const made = new Map<string, number>();
  return Array.from({ length: count }, (_, index) => {
    // Seven and fifty have no common factor: every one of the fifty comes once in fifty.
    const type = FIFTY[(index * 7) % FIFTY.length] ?? 'frequency';
    const number = made.get(type) ?? 0;
    made.set(type, number + 1);
    const windowMs = (5 + (index % 11)) * MINUTE_MS;
    const name = `${type}-${number}`;
    return rule({
      name,
      file: `rules/${name}.yaml`,
      runEveryMs: RUN_EVERY_MS,
      bufferTimeMs: windowMs,
      hash: name,
      ...make(type, number, windowMs),
    });
  });
}

/** The service that one frequency rule alone looks at, beside one of the usual ones. */
export function burstService(number: number): string {
  return `burst-${number}`;
}

function make(type: string, number: number, windowMs: number): ReturnType<Maker> {
  const makers: Readonly<Record<string, Maker>> = MAKERS;
  const maker = makers[type] ?? MAKERS.frequency;
  return maker(number, windowMs);
}

function pick(list: readonly string[], number: number): string {
  return list[number % list.length] ?? '';
}
