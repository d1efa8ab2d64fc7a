import type { Alert } from '#domain/alert/alert.ts';
import type { Rule } from '#domain/alert/rule.ts';
import { systemRule } from '#domain/alert/system.ts';

/** A metric rule that looks every minute, on hosts; whatever a test doesn't care about is as the loader would leave it. */
export function rule(change: Partial<Rule> = {}): Rule {
  return {
    ...systemRule('vigie:blind'),
    name: 'disk',
    file: 'rules/disk.yaml',
    kind: {
      type: 'metric_aggregation',
      metric: { field: 'system.filesystem.used.pct', type: 'max', percentile: null, script: null },
      minThreshold: null,
      maxThreshold: 0.9,
      formatString: null,
      bucketIntervalMs: null,
      syncBucketInterval: false,
      allowBufferTimeOverlap: false,
      useRunEveryQuerySize: false,
      minDocCount: 1,
    },
    severity: 'warning',
    cluster: 'main',
    index: 'metricbeat-*',
    queryKey: ['host.name'],
    runEveryMs: 60_000,
    bufferTimeMs: 900_000,
    resolveAfterMs: null,
    summary: { en: 'Disk almost full', fr: 'Disque presque plein' },
    hash: 'h1',
    ...change,
  };
}

/** A disk of one host that is almost full, told to nobody yet. */
export function anAlert(change: Partial<Alert> = {}): Alert {
  return {
    id: 'k7p',
    rule: 'disk',
    key: { 'host.name': 'pica01' },
    severity: 'warning',
    state: 'firing',
    sight: 'seen',
    startedAt: 0,
    firingAt: 0,
    lastAt: 0,
    clearSince: null,
    resolvedAt: null,
    value: 0.93,
    limit: 0.9,
    matches: 1,
    document: {},
    starts: [],
    flapping: false,
    quietUntil: null,
    takenBy: null,
    takenAt: null,
    group: null,
    missed: false,
    ...change,
  };
}
