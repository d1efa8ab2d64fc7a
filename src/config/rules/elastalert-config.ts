import { formatDuration } from '#kernel/duration.ts';
import { isRecord, type Json } from '#kernel/json.ts';
import { COMMON_KEYS } from './forms.ts';
import { reasonToIgnore } from './ignored-keys.ts';
import { REFUSED_KEYS } from './refused.ts';
import { isSecret } from './secrets.ts';

/** What an ElastAlert's `config.yaml` becomes. */
export interface ImportedConfig {
  /** For `vigie.yaml`: the cluster, and what all rules share. */
  readonly elasticsearch: Readonly<Record<string, Json>>;
  readonly alerts: Readonly<Record<string, Json>>;
  /** What each rule takes from it that doesn't say it itself: ElastAlert lends every key of its configuration to each rule. */
  readonly lent: Readonly<Record<string, unknown>>;
  /** What only a person can decide. */
  readonly decisions: readonly string[];
}

const CREDENTIALS = '/run/credentials/vigie.service';
/** Keys that are taken over into `vigie.yaml`, or that say how ElastAlert itself runs. */
const OF_THE_INSTALLATION: ReadonlySet<string> = new Set([
  ...['rules_folder', 'scan_subdirectories', 'run_every', 'buffer_time', 'es_host', 'es_hosts', 'es_port', 'use_ssl', 'verify_certs'],
  ...['ca_certs', 'client_cert', 'client_key', 'es_url_prefix', 'es_username', 'es_password', 'es_api_key', 'es_bearer', 'aws_region'],
  ...['profile', 'writeback_index', 'writeback_suffix', 'alert_time_limit', 'logging', 'skip_invalid', 'rules_loader', 'boto_profile'],
]);

/** @param written what stands in it */
export function importConfig(written: Readonly<Record<string, unknown>>): ImportedConfig {
  const decisions: string[] = [];
  const address = addressOf(written);
  if (address === null) decisions.push('es_host is not there: write the address of Elasticsearch into elasticsearch.main.url');
  const elasticsearch = {
    url: address ?? 'http://127.0.0.1:9200',
    ...credentials(written, decisions),
    ...(typeof written['ca_certs'] === 'string' ? { ca: `\${file:${written['ca_certs']}}` } : {}),
  };
  if (written['verify_certs'] === false)
    decisions.push('verify_certs is false: vigie trusts no certificate unseen, name the authority in elasticsearch.main.ca');
  if (written['client_cert'] !== undefined)
    decisions.push('client_cert: vigie shows Elasticsearch no certificate: use an account or an api_key');
  const [runEvery, bufferTime] = [durationIn(written['run_every']), durationIn(written['buffer_time'])];
  const alerts = {
    ...(runEvery === null ? {} : { run_every: runEvery }),
    ...(bufferTime === null ? {} : { buffer_time: bufferTime }),
  };
  const others = Object.entries(written).filter(([key]) => !OF_THE_INSTALLATION.has(key));
  const lent = Object.fromEntries(others.filter(([key]) => COMMON_KEYS.has(key) && !isSecret(key)));
  const unknown = others
    .map(([key]) => key)
    .filter((key) => !COMMON_KEYS.has(key) && reasonToIgnore(key) === null && !(key in REFUSED_KEYS));
  if (unknown.length > 0) decisions.push(`config.yaml: ${unknown.join(', ')}: nothing in vigie is called so`);
  return { elasticsearch: { main: elasticsearch }, alerts, lent, decisions };
}

function addressOf(written: Readonly<Record<string, unknown>>): string | null {
  const { es_hosts: hosts, es_host: host, es_port: port, es_url_prefix: prefix, use_ssl: secure } = written;
  const list: readonly unknown[] = Array.isArray(hosts) ? hosts : typeof hosts === 'string' ? hosts.split(',') : [];
  const first =
    list
      .find((each) => typeof each === 'string')
      ?.toString()
      .trim() ?? (typeof host === 'string' ? host : '');
  if (first === '' || /[$\s/@]/u.test(first)) return null;
  const whole = /:\d+$/u.test(first) ? first : `${first}:${typeof port === 'number' || typeof port === 'string' ? port : 9200}`;
  const path = typeof prefix === 'string' && prefix !== '' ? `/${prefix.replaceAll(/^\/+|\/+$/gu, '')}` : '';
  return `${secure === true ? 'https' : 'http'}://${whole}${path}`;
}

/** Secrets stay where they are: what is written names the file that they belong into. */
function credentials(written: Readonly<Record<string, unknown>>, decisions: string[]): Readonly<Record<string, string>> {
  const put = (key: string, file: string): string => {
    decisions.push(`${key}: put it into /etc/vigie/credentials/${file}, and LoadCredential=${file} into the unit`);
    return `\${file:${CREDENTIALS}/${file}}`;
  };
  if (written['es_api_key'] !== undefined) return { api_key: put('es_api_key', 'elasticsearch_api_key') };
  if (written['es_bearer'] !== undefined) {
    decisions.push('es_bearer: vigie knows an account with its password, and an api_key');
    return {};
  }
  const { es_username: user } = written;
  if (typeof user !== 'string' || user === '') return {};
  return { username: user, password: put('es_password', 'elasticsearch_password') };
}

const UNITS: Readonly<Record<string, number>> = { weeks: 604_800_000, days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000 };

/** `{ minutes: 5 }`, as vigie writes it. */
function durationIn(written: unknown): string | null {
  if (!isRecord(written)) return null;
  const ms = Object.entries(written).reduce((sum, [unit, count]) => sum + (UNITS[unit] ?? Number.NaN) * Number(count), 0);
  return Number.isFinite(ms) && ms > 0 ? formatDuration(ms) : null;
}
