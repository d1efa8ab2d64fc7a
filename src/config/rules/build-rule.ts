import { basename, extname } from 'node:path';
import { sha256 } from '#kernel/hash.ts';
import type { Rule, RuleKind, Severity } from '#domain/alert/rule.ts';
import { buildPost } from './build-post.ts';
import type { ElastalertKeys, MattermostKeys, VigieKeys } from './common-keys.ts';
import { plainQuery, withoutDates } from './filters.ts';
import type { Merged } from './merged.ts';
import { commonRemarks, timestampTypeOf } from './rule-checks.ts';
import type { RuleDefaults } from './rule-defaults.ts';
import type { Drafted, Remark } from './type-form.ts';

const MINUTE = 60_000;
/** A forecast swings with every burst: it must hold. */
const FORECAST_FOR = 60 * MINUTE;

export interface Built {
  readonly rule: Rule;
  readonly remarks: readonly Remark[];
}

export interface ReadKeys {
  readonly keys: ElastalertKeys;
  readonly own: VigieKeys;
  readonly mattermost: MattermostKeys;
}

/** Puts together what was read: nothing in it is wrong by itself any more. */
export function buildRule(merged: Merged, read: ReadKeys, { kind, remarks }: Drafted, defaults: RuleDefaults): Built {
  const { keys, own } = read;
  const { post, remarks: postRemarks } = buildPost({ rule: merged, ...read }, defaults);
  const source = sourceOf(keys, own, kind, defaults);
  const summary = own.summary ?? (keys.description ? { en: keys.description, fr: keys.description } : {});
  const rule: Rule = {
    name: keys.name ?? basename(merged.file, extname(merged.file)),
    file: merged.file,
    kind,
    enabled: keys.is_enabled ?? false,
    severity: own.severity ?? severityOf(keys.priority),
    ...source,
    ...paceOf(keys, defaults),
    include: includeOf(
      keys,
      kind,
      [post.subject, post.text, ...post.fields].flatMap((text) => text?.args ?? []),
    ),
    topCountKeys: keys.top_count_keys,
    topCountNumber: keys.top_count_number,
    forMs: own.for ?? (kind.type === 'forecast' ? FORECAST_FOR : 0),
    resolveAfterMs: own.resolve_after ?? null,
    expect: own.expect.map((entry) => (typeof entry === 'string' ? { [source.queryKey[0] ?? '']: entry } : entry)),
    inhibits: own.inhibits,
    groupBy: own.group_by ?? keys.aggregation_key ?? null,
    summary,
    runbook: own.runbook ?? {},
    runbookUrl: own.runbook_url ?? null,
    chart: own.chart,
    remedy: own.remedy ?? null,
    ...post,
    hash: sha256(JSON.stringify({ kind, ...source })),
  };
  const common = commonRemarks(keys, own, kind.type, defaults);
  return { rule, remarks: [...remarks, ...common, ...postRemarks, ...runbookRemarks(rule, merged)] };
}

/** Where it looks, and at what. */
function sourceOf(keys: ElastalertKeys, own: VigieKeys, kind: RuleKind, { clusters }: RuleDefaults) {
  const index = keys.index ?? '';
  return {
    cluster: own.cluster ?? clusters[0] ?? 'default',
    index: keys.use_strftime_index
      ? withoutDates(index)
      : index
          .split(',')
          .map((part) => part.trim())
          .join(','),
    filter: keys.filter.map(plainQuery),
    timestampField: keys.timestamp_field,
    timestampType: timestampTypeOf(keys.timestamp_type) ?? 'iso',
    queryKey: kind.type === 'probe' ? ['target'] : (keys.query_key ?? []),
  } satisfies Partial<Rule>;
}

function paceOf(keys: ElastalertKeys, defaults: RuleDefaults) {
  return {
    runEveryMs: keys.run_every ?? defaults.runEveryMs,
    bufferTimeMs: keys.buffer_time ?? defaults.bufferTimeMs,
    queryDelayMs: keys.query_delay,
    limitExecution: keys.limit_execution ?? null,
    // ElastAlert's own defaults.
    realertMs: keys.realert ?? (keys.aggregation === undefined ? MINUTE : 0),
    exponentialRealertMs: keys.exponential_realert ?? null,
  } satisfies Partial<Rule>;
}

/** ElastAlert's priority has no meaning of its own but a default, 2: that is a warning. */
function severityOf(priority: number | undefined): Severity {
  if (priority === undefined || priority === 2) return 'warning';
  return priority < 2 ? 'info' : 'critical';
}

/** The fields that are asked for, and those that the rule itself needs. */
function includeOf(keys: ElastalertKeys, kind: RuleKind, named: readonly string[]): readonly string[] | null {
  if (keys.include === undefined || keys.include.includes('*')) return null;
  const compared = kind.type === 'change' ? kind.compareKeys : 'compareKey' in kind ? [kind.compareKey] : [];
  return [...new Set([...keys.include, keys.timestamp_field, ...(keys.query_key ?? []), ...compared, ...keys.top_count_keys, ...named])];
}

function runbookRemarks({ severity, runbook, runbookUrl, enabled }: Rule, merged: Merged): readonly Remark[] {
  if (!enabled || severity !== 'critical' || Object.keys(runbook).length > 0 || runbookUrl !== null) return [];
  const path = merged.has('severity') ? ['severity'] : ['priority'];
  return [{ path, message: 'whoever is woken by a critical alert needs a runbook, or a runbook_url', harmless: true }];
}
