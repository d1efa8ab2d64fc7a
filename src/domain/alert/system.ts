import type { Rule, Severity } from './rule.ts';

/** Rules that vigie brings itself: what keeps it from being blind in silence, and what it does by itself from failing in silence. */
const SYSTEM_RULES = {
  'vigie:blind': 'critical',
  'vigie:source': 'critical',
  'vigie:stale': 'critical',
  'vigie:silent': 'critical',
  'vigie:failing': 'warning',
  'vigie:late': 'warning',
  'vigie:counted': 'info',
  'vigie:skipped': 'warning',
  'vigie:forgotten': 'warning',
  'vigie:clock': 'info',
  'vigie:job': 'warning',
  'vigie:backup': 'warning',
  'vigie:chat': 'critical',
  'vigie:machine': 'warning',
} as const satisfies Record<string, Severity>;

export type SystemRuleName = keyof typeof SYSTEM_RULES;
export const SYSTEM_RULE_NAMES: readonly SystemRuleName[] = [
  'vigie:blind',
  'vigie:source',
  'vigie:stale',
  'vigie:silent',
  'vigie:failing',
  'vigie:late',
  'vigie:counted',
  'vigie:skipped',
  'vigie:forgotten',
  'vigie:clock',
  'vigie:job',
  'vigie:backup',
  'vigie:chat',
  'vigie:machine',
];
/** What belongs together is one post: ten backups that are too old have one reason. */
const TOGETHER: ReadonlySet<string> = new Set<SystemRuleName>(['vigie:job', 'vigie:backup']);

export function isSystemRule(name: string): boolean {
  return name.startsWith('vigie:');
}

/** The rule behind an alert of vigie's own: nothing of it is looked up in Elasticsearch. */
export function systemRule(name: SystemRuleName): Rule {
  return {
    name,
    file: 'vigie',
    kind: { type: 'any' },
    enabled: true,
    severity: SYSTEM_RULES[name],
    cluster: '',
    index: '',
    filter: [],
    timestampField: '@timestamp',
    timestampType: 'iso',
    queryKey: [],
    runEveryMs: 60_000,
    bufferTimeMs: 0,
    queryDelayMs: 0,
    limitExecution: null,
    include: null,
    topCountKeys: [],
    topCountNumber: 0,
    forMs: 0,
    resolveAfterMs: 0,
    realertMs: 0,
    exponentialRealertMs: null,
    expect: [],
    inhibits: [],
    groupBy: TOGETHER.has(name) ? ['rule'] : null,
    channel: null,
    summary: {},
    runbook: {},
    runbookUrl: null,
    chart: false,
    subject: null,
    text: null,
    fields: [],
    color: null,
    discover: null,
    remedy: null,
    hash: name,
  };
}
