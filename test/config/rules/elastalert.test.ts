import { describe, expect, it } from 'vitest';
import { loaded } from './written.ts';

/**
 * Rules as people write them for ElastAlert: its words and its habits (dots in values, old filters, lists of one, options of other alerters that
 * were left behind), none of vigie's keys.
 */
const FILES: Readonly<Record<string, string>> = {
  'few-nodes.yaml': `
es_host: elasticsearch.example.org
es_port: 9200
name: Too few nodes
type: cardinality
index: logs-*
cardinality_field: "node"
min_cardinality: 3
timeframe:
  hours: 2
filter:
- term:
    state: "running"
alert:
- "mattermost"
mattermost_webhook_url: "https://chat.example.org/hooks/abc"
`,
  'new-city.yaml': `
name: Login from another city
type: change
index: auth-*
compare_key: city_name
ignore_null: true
query_key: user_name
timeframe:
  days: 2
filter:
- query:
    query_string:
      query: "kind: login"
alert: [debug]
`,
  'many-errors.yaml': `
name: Many errors
type: frequency
index: app-*
num_events: 30
timeframe: {hours: 1, minutes: 30}
filter:
- query_string: {query: "level:(error OR fatal)"}
realert: {minutes: 15}
exponential_realert: {hours: 4}
use_strftime_index: false
alert_subject: "{0} errors on {1}"
alert_subject_args: [num_hits, host.name]
alert_text: "Look at {0}"
alert_text_type: alert_text_only
alert_text_args:
- kibana_discover_url
alert:
- mattermost:
    mattermost_webhook_url: https://chat.example.org/hooks/abc
    mattermost_channel_override: alerts
    mattermost_msg_fields:
    - {title: Host, value: "{0}", args: [host.name], short: true}
`,
  'new-user.yml': `
name: New user
type: new_term
index: auth-%Y.%m.%d
use_strftime_index: yes
fields:
- "user_name"
- - "user_name"
  - "source.ip"
terms_window_size: {days: 60}
use_keyword_postfix: False
filter:
- bool: {must_not: [{term: {user_name: cron}}]}
alert:
- debug
`,
  'success.yaml': `
name: Requests succeed
type: percentage_match
index: http-*
description: "Almost all requests should succeed"
filter:
- term: {kind: request}
buffer_time: {minutes: 10}
query_key: site.keyword
match_bucket_filter:
- terms: {status: [200, 304]}
min_percentage: 98
min_denominator: 5
percentage_format_string: "%.1f %%"
alert: debug
`,
  'cpu.yaml': `
name: CPU of a host
type: metric_aggregation
index: metricbeat-*
buffer_time: {hours: 1}
metric_agg_key: system.cpu.user.pct
metric_agg_type: avg
query_key: [host.name]
doc_type: metricsets
bucket_interval: {minutes: 10}
sync_bucket_interval: true
allow_buffer_time_overlap: true
use_run_every_query_size: false
min_threshold: 0.05
max_threshold: 0.9
filter:
- term: {metricset.name: cpu}
alert:
- debug
`,
  'cpu-jump.yaml': `
name: CPU jumps
type: spike_aggregation
index: metricbeat-*
timeframe: {hours: 3}
buffer_time: {hours: 1}
metric_agg_key: system.cpu.user.pct
metric_agg_type: max
query_key: host.name
threshold_cur: 0.8
min_doc_count: 4
spike_height: 2
spike_type: "up"
filter: []
alert: debug
`,
  'more.yaml': `
name: More of them
type: spike
index: app-*
threshold_cur: 5
threshold_ref: 2
timeframe: {hours: 2}
spike_height: 3
spike_type: "both"
filter:
- query: {query_string: {query: "field: value"}}
- range: {"@timestamp": {gte: 2020-01-01}}
aggregation: {minutes: 30}
aggregation_key: host.name
summary_table_fields: [host.name]
alert: mattermost
mattermost_webhook_url: ["https://chat.example.org/hooks/abc"]
mattermost_title: More
`,
  'quiet.yaml': `
name: Quiet hosts
type: flatline
index: metricbeat-*
threshold: 1
timeframe: {minutes: 10}
use_terms_query: true
query_key: host.name
forget_keys: true
limit_execution: "* 6-22 * * *"
import: shared/defaults.rule
alert: debug
`,
  'shared/defaults.rule': `
run_every: {minutes: 2}
query_delay: {seconds: 30}
owner: infra
priority: 3
timestamp_type: iso
is_enabled: true
`,
  'bad-words.yaml': `
name: Bad words
type: blacklist
index: app-*
compare_key: request.path
blacklist:
- "/admin"
- "!file shared/paths.txt"
alert: debug
slack_webhook_url: "https://example.org"
slack_username_override: "ElastAlert"
`,
  'shared/paths.txt': '/wp-login.php\n/.env\n',
  'known-users.yaml': `
name: Unknown users
type: whitelist
index: app-*
compare_key: "user_name"
ignore_null: false
whitelist: ["alice", "bob"]
filter_by_list: false
include: ["user_name", "host.name"]
top_count_keys: ["user_name"]
raw_count_keys: false
team: infra
alert_text: "{} belongs to {}"
alert_text_args: [user_name, team]
alert: debug
`,
  'everything.yaml': `
name: Everything
type: any
index: app-*
timestamp_field: "time"
timestamp_type: unix_ms
_source_enabled: true
realert: {minutes: 0}
alert_text_type: alert_text_jinja
alert_text: "{{ user_name }} did {{ _data['what.exactly'] }}"
alert: debug
`,
};

describe('rules written for ElastAlert', () => {
  const { rules, problems, warnings } = loaded(FILES);
  const rule = (name: string) => rules.find((each) => each.name === name);

  it('load as they are', () => {
    expect(problems).toEqual([]);
    expect(new Set(rules.map(({ kind }) => kind.type)).size).toBe(12);
  });

  it('mean what they meant', () => {
    expect(rule('Quiet hosts')).toMatchObject({
      runEveryMs: 120_000,
      queryDelayMs: 30_000,
      severity: 'critical',
      limitExecution: '* 6-22 * * *',
    });
    expect(rule('New user')).toMatchObject({ index: 'auth-*', kind: { fields: [['user_name'], ['user_name', 'source.ip']] } });
    expect(rule('Bad words')).toMatchObject({ kind: { values: ['/admin', '/wp-login.php', '/.env'] } });
    expect(rule('Many errors')).toMatchObject({
      channel: 'alerts',
      realertMs: 900_000,
      kind: { timeframeMs: 5_400_000 },
      fields: [{ text: '{0}' }],
    });
    expect(rule('More of them')).toMatchObject({ realertMs: 0, groupBy: ['host.name'], filter: [{ query_string: {} }, { range: {} }] });
    expect(rule('Unknown users')?.text).toMatchObject({ own: { team: 'infra' } });
    expect(rule('Everything')).toMatchObject({ timestampField: 'time', timestampType: 'unix_ms', realertMs: 0 });
  });

  it('are told what of them is read over', () => {
    expect(warnings).toEqual([
      'rules/bad-words.yaml:10:1: slack_webhook_url, slack_username_override: ignored: vigie has no such alerter; it posts in Mattermost by itself',
      'rules/cpu.yaml:9:1: doc_type: ignored: Elasticsearch has no use for it any more',
      'rules/everything.yaml:7:1: _source_enabled: ignored: documents are read as they were stored',
      'rules/few-nodes.yaml:2:1: es_host, es_port: ignored: the cluster is named in vigie.yaml',
      'rules/few-nodes.yaml:16:1: mattermost_webhook_url: ignored: vigie posts with its own account, as vigie.yaml says',
      'rules/many-errors.yaml:20:5: mattermost_webhook_url: ignored: vigie posts with its own account, as vigie.yaml says',
      'rules/more.yaml:15:1: summary_table_fields: ignored: vigie groups alerts into posts by group_by, and waits as vigie.yaml says',
      'rules/more.yaml:17:1: mattermost_webhook_url: ignored: vigie posts with its own account, as vigie.yaml says',
      'rules/more.yaml:13:1: aggregation: ignored: vigie groups alerts by group_by and waits as vigie.yaml says',
      'rules/shared/defaults.rule:5:11: priority: whoever is woken by a critical alert needs a runbook, or a runbook_url',
    ]);
  });
});
