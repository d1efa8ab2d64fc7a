import { isRecord } from '#kernel/json.ts';
import { nearest } from '#kernel/nearest.ts';
import type { Path } from '../schema-walk.ts';
import type { Merged } from './merged.ts';
import { jinjaText } from './texts.ts';

/** Something in a rule that vigie can't do, and says so by name. */
export interface Refusal {
  readonly path: Path;
  readonly what: string;
  readonly why: string;
}

const TAKEN = ['mattermost', 'debug'];
/** ElastAlert's other alerters. */
export const ALERTERS: readonly string[] = [
  ...[
    'alerta',
    'alertmanager',
    'hipchat',
    'chatwork',
    'command',
    'datadog',
    'dingtalk',
    'discord',
    'email',
    'exotel',
    'flashduty',
    'gelf',
    'gitter',
  ],
  ...[
    'googlechat',
    'hivealerter',
    'indexer',
    'iris',
    'jira',
    'lark',
    'line',
    'matrixhookshot',
    'ms_power_automate',
    'opsgenie',
    'pagerduty',
  ],
  ...[
    'pagertree',
    'post',
    'post2',
    'rocketchat',
    'servicenow',
    'ses',
    'slack',
    'smseagle',
    'sns',
    'sqs',
    'stomp',
    'telegram',
    'tencent_sms',
  ],
  ...['twilio', 'victorops', 'webex_webhook', 'workwechat', 'yzj', 'zabbix'],
];
const OTHER_ALERTER =
  "vigie posts in Mattermost itself (alert: mattermost), and vigie.yaml says whom else it reaches; alerts.takes_over there names those that vigie's post may replace";
const PYTHON = 'vigie runs no Python';
const TIMESTAMP = 'vigie runs no Python, and reads the times iso, unix and unix_ms';

/** Keys that only make sense with Python. */
export const REFUSED_KEYS: Readonly<Record<string, string>> = {
  match_enhancements: PYTHON,
  jinja_filters: PYTHON,
  jinja_template_path: 'of Jinja, vigie fills only {{ field }} in alert_text',
  timestamp_format_expr: TIMESTAMP,
  timestamp_to_datetime_format_expr: TIMESTAMP,
};

/** All that is refused, as one sentence for the file; null when nothing is. */
export function refusal(rule: Merged, takesOver: readonly string[]): string | null {
  const all = [
    ...moduleRefusals(rule),
    ...alertRefusals(rule, takesOver),
    ...keyRefusals(rule),
    ...filterRefusals(rule),
    ...jinjaRefusals(rule),
  ];
  const [first] = all;
  if (first === undefined) return null;
  const parts = [...Map.groupBy(all, ({ why }) => why)].map(
    ([why, list]) => `${[...new Set(list.map(({ what }) => what))].join(', ')}: ${why}`,
  );
  return `${rule.ofValue(first.path)}: refused: ${parts.join('; ')}`;
}

function moduleRefusals(rule: Merged): readonly Refusal[] {
  const type = rule.get('type');
  return typeof type === 'string' && type.includes('.') ? [{ path: ['type'], what: `type "${type}"`, why: PYTHON }] : [];
}

/** The names of the alerters, each with its place. */
export function alertNames(rule: Merged): readonly { readonly name: string; readonly path: Path }[] {
  const written = rule.get('alert');
  if (written === undefined || written === null) return [];
  const list: readonly unknown[] = Array.isArray(written) ? written : [written];
  return list.flatMap((entry, index) => {
    const path: Path = Array.isArray(written) ? ['alert', index] : ['alert'];
    return (isRecord(entry) ? Object.keys(entry).slice(0, 1) : [String(entry)]).map((name) => ({ name, path }));
  });
}

/** One line for each alerter that vigie's post replaces. */
export function takenOver(rule: Merged, takesOver: readonly string[]): readonly string[] {
  return alertNames(rule)
    .filter(({ name }) => takesOver.includes(name))
    .map(({ name, path }) => `${rule.ofValue(path)}: alert: ${name} is replaced by vigie's post, as alerts.takes_over says`);
}

function alertRefusals(rule: Merged, takesOver: readonly string[]): readonly Refusal[] {
  return alertNames(rule).flatMap(({ name, path }) => {
    if (takesOver.includes(name)) return [];
    if (ALERTERS.includes(name)) return [{ path, what: `alert "${name}"`, why: OTHER_ALERTER }];
    return name.includes('.') ? [{ path, what: `alert "${name}"`, why: PYTHON }] : [];
  });
}

/** A name that no alerter has: a slip, not something to be refused. */
export function alertProblems(rule: Merged): readonly string[] {
  return alertNames(rule).flatMap(({ name, path }) => {
    if (TAKEN.includes(name) || ALERTERS.includes(name) || name.includes('.')) return [];
    const meant = nearest(name, [...TAKEN, ...ALERTERS]);
    return [`${rule.ofValue(path)}: alert: there is no alerter "${name}"${meant === null ? '' : `, did you mean "${meant}"?`}`];
  });
}

function keyRefusals(rule: Merged): readonly Refusal[] {
  const keys = Object.entries(REFUSED_KEYS).flatMap(([what, why]) => {
    const value = rule.get(what);
    const empty = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
    return empty ? [] : [{ path: [what], what, why }];
  });
  const custom = String(rule.get('timestamp_type')).trim().toLowerCase() === 'custom';
  return custom ? [{ path: ['timestamp_type'], what: 'timestamp_type: custom', why: TIMESTAMP }, ...keys] : keys;
}

function filterRefusals(rule: Merged): readonly Refusal[] {
  const filter = rule.get('filter');
  const items: readonly unknown[] = Array.isArray(filter) ? filter : [];
  return items.flatMap((item, index) => {
    const language = ['eql', 'esql'].find((key) => isRecord(item) && Object.hasOwn(item, key));
    if (language === undefined) return [];
    return [{ path: ['filter', index], what: `filter "${language}"`, why: 'vigie counts with queries of Elasticsearch, write it as one' }];
  });
}

function jinjaRefusals(rule: Merged): readonly Refusal[] {
  if (rule.get('alert_text_type') !== 'alert_text_jinja') return [];
  const root = String(rule.get('jinja_root_name') ?? '_data');
  const keys = ['alert_subject', 'alert_text'].filter((key) => rule.has(key) && jinjaText(String(rule.get(key)), root) === null);
  return keys.map((key) => ({ path: [key], what: key, why: 'of Jinja, vigie fills only {{ field }}' }));
}
