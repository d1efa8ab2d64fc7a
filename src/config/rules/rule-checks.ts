import { nearest } from '#kernel/nearest.ts';
import { formatDuration } from '#kernel/duration.ts';
import type { Rule } from '#domain/alert/rule.ts';
import { cronProblem } from './cron-line.ts';
import type { ElastalertKeys, VigieKeys } from './common-keys.ts';
import type { RuleDefaults } from './rule-defaults.ts';
import type { Remark } from './type-form.ts';

const MONTH = 31 * 86_400_000;

/** Keys of any type that don't fit each other, or the configuration. */
export function commonRemarks(keys: ElastalertKeys, own: VigieKeys, type: string, defaults: RuleDefaults): readonly Remark[] {
  return [
    ...indexRemarks(keys, type),
    ...enabledRemarks(keys),
    ...keyRemarks(keys),
    ...timeRemarks(keys),
    ...clusterRemarks(own, defaults),
    ...expectRemarks(own.expect, keys.query_key ?? []),
    ...inhibitRemarks(own.inhibits),
    ...remedyRemarks(own.remedy, type === 'probe' ? ['target'] : (keys.query_key ?? []), defaults),
  ];
}

function indexRemarks({ index, use_strftime_index: dated }: ElastalertKeys, type: string): readonly Remark[] {
  if (type === 'probe') return index === undefined ? [] : [{ path: ['index'], message: 'a probe looks into no index', harmless: true }];
  if (index === undefined) return [{ path: [], message: 'index: is missing' }];
  if (index.trim() === '') return [{ path: ['index'], message: 'must not be empty' }];
  return !dated && /%[a-zA-Z]/u.test(index)
    ? [{ path: ['index'], message: 'is taken as it is, since use_strftime_index is not true', harmless: true }]
    : [];
}

function enabledRemarks({ is_enabled: enabled }: ElastalertKeys): readonly Remark[] {
  if (enabled !== null) return [];
  return [{ path: ['is_enabled'], message: 'is empty, which ElastAlert takes for false: it never looks', harmless: true }];
}

function keyRemarks({ query_key: key, timestamp_type: timestamp }: ElastalertKeys): readonly Remark[] {
  const twice = key?.find((name, index) => key.indexOf(name) !== index);
  return [
    ...(twice === undefined ? [] : [{ path: ['query_key'], message: `names ${twice} twice` }]),
    ...(isTimestampType(timestamp) ? [] : [{ path: ['timestamp_type'], message: 'must be one of iso, unix, unix_ms' }]),
  ];
}

function isTimestampType(written: string): boolean {
  return timestampTypeOf(written) !== null;
}

export function timestampTypeOf(written: string): Rule['timestampType'] | null {
  const type = written.trim().toLowerCase();
  return type === 'iso' || type === 'unix' || type === 'unix_ms' ? type : null;
}

function timeRemarks(keys: ElastalertKeys): readonly Remark[] {
  const { timeframe, realert, exponential_realert: ceiling, limit_execution: cron, aggregation } = keys;
  const wrong = cron === undefined ? null : cronProblem(cron);
  const remarks: Remark[] = wrong === null ? [] : [{ path: ['limit_execution'], message: wrong }];
  if (timeframe !== undefined && timeframe > MONTH)
    remarks.push({ path: ['timeframe'], message: `every look reads ${formatDuration(timeframe)}`, harmless: true });
  if (ceiling !== undefined && ceiling < (realert ?? 60_000))
    remarks.push({ path: ['exponential_realert'], message: 'is shorter than realert: it has no effect', harmless: true });
  if (aggregation !== undefined)
    remarks.push({
      path: ['aggregation'],
      message: 'ignored: vigie groups alerts by group_by and waits as vigie.yaml says',
      harmless: true,
    });
  return remarks;
}

function clusterRemarks({ cluster }: VigieKeys, { clusters }: RuleDefaults): readonly Remark[] {
  if (cluster === undefined || clusters.length === 0 || clusters.includes(cluster)) return [];
  const meant = nearest(cluster, clusters);
  return [{ path: ['cluster'], message: `vigie.yaml has no cluster ${cluster}${meant === null ? '' : `, did you mean ${meant}?`}` }];
}

function expectRemarks(expected: VigieKeys['expect'], key: readonly string[]): readonly Remark[] {
  if (expected.length === 0) return [];
  if (key.length === 0) return [{ path: ['expect'], message: 'needs query_key: the field whose values must report' }];
  return expected.flatMap((entry, index) => {
    const path = ['expect', index];
    if (typeof entry === 'string') return key.length === 1 ? [] : [{ path, message: `must be a map of ${key.join(', ')}` }];
    const same = Object.keys(entry).length === key.length && key.every((name) => Object.hasOwn(entry, name));
    return same ? [] : [{ path, message: `must name ${key.join(', ')}, as query_key does` }];
  });
}

function inhibitRemarks(inhibits: VigieKeys['inhibits']): readonly Remark[] {
  return inhibits.flatMap((matchers, index) =>
    Object.keys(matchers).length === 0
      ? [{ path: ['inhibits', index], message: 'must name something: it would keep everything quiet' }]
      : [],
  );
}

/** Only what the rule itself says becomes a command, with values of its key in it: never what else stands in a document. */
function remedyRemarks(remedy: string | undefined, key: readonly string[], defaults: RuleDefaults): readonly Remark[] {
  if (remedy === undefined) return [];
  const path = ['remedy'];
  const strange = [...remedy.matchAll(/\{([^{}]*)\}/gu)].map(([, name = '']) => name).find((name) => !key.includes(name));
  if (strange !== undefined) return [{ path, message: `{${strange}} is no field of query_key: only those can be filled in` }];
  const wrong = defaults.checkRemedy(remedy);
  return wrong === null ? [] : [{ path, message: wrong }];
}
