import { describe, expect, it } from 'vitest';
import { problemsOf } from './written.ts';

/** What stands before the lines of a case: they begin at line 4. */
const HEAD = 'name: A\nindex: logs-*\ntype: any\n';
const FREQUENCY = 'name: A\nindex: logs-*\ntype: frequency\nnum_events: 3\ntimeframe: { minutes: 5 }\n';
const METRIC = 'name: A\nindex: m-*\ntype: metric_aggregation\nmetric_agg_key: cpu\nmetric_agg_type: avg\n';

type Wrong = readonly [text: string, ...messages: readonly string[]];

const KEYS: readonly Wrong[] = [
  [FREQUENCY.replace('num_events', 'num_event'), '4:1: unknown key "num_event", did you mean "num_events"?', '1:1: num_events: is missing'],
  [
    'name: A\nindex: a\ntype: flatline\ntreshold: 1\ntimeframe: 5m\n',
    '4:1: unknown key "treshold", did you mean "threshold"?',
    '1:1: threshold: is missing',
  ],
  [`${METRIC}max_treshold: 1\n`, '6:1: unknown key "max_treshold", did you mean "max_threshold"?'],
  [`${HEAD}fliter: []\n`, '4:1: unknown key "fliter", did you mean "filter"?'],
  [`${HEAD}sevrity: critical\n`, '4:1: unknown key "sevrity", did you mean "severity"?'],
  [`${HEAD}es_hots: a\n`, '4:1: unknown key "es_hots", did you mean "es_host"?'],
  [`${HEAD}zzzzzz: 1\n`, '4:1: unknown key "zzzzzz"'],
  [`${HEAD}name: B\n`, '4:1: Map keys must be unique'],
  [`${HEAD}filter:\n  - term: { a: 1\n`, '6:1: Flow map in block collection must be sufficiently indented and end with a }'],
  [`${HEAD}filter: *nowhere\n`, '1:1: the file: Unresolved alias (the anchor must be set before the alias): nowhere'],
  ['- name: A\n', '1:1: the file: must be a map'],
  ['', '1:1: the file: must be a map'],
  ['name: A\nindex: a\n', '1:1: type: is missing'],
  [HEAD.replace('any', 'frequncy'), '3:7: type: there is no type "frequncy", did you mean "frequency"?'],
  [
    HEAD.replace('any', 'watch_everything'),
    '3:7: type: there is no type "watch_everything": write one of any, blacklist, whitelist, change, new_term, frequency, spike, flatline, cardinality, metric_aggregation, spike_aggregation, percentage_match, forecast, probe',
  ],
  ['name: A\ntype: any\n', '1:1: index: is missing'],
  ['name: "vigie:blind"\nindex: a\ntype: any\n', "1:7: name: names that begin with vigie: are vigie's own"],
];

const FORMS: readonly Wrong[] = [
  [FREQUENCY.replace('3', 'three'), '4:13: num_events: must be a number'],
  [FREQUENCY.replace('3', '2.5'), '4:13: num_events: must be a whole number'],
  [FREQUENCY.replace('3', '0'), '4:13: num_events: must be at least 1'],
  [FREQUENCY.replace('{ minutes: 5 }', '5'), '5:12: timeframe: must be a duration such as "minutes: 5" or 5m'],
  [FREQUENCY.replace('{ minutes: 5 }', '5 minutes'), '5:12: timeframe: must be a duration such as "minutes: 5" or 5m'],
  [FREQUENCY.replace('{ minutes: 5 }', '{ minuts: 5 }'), '5:1: timeframe: "minuts" is no unit of time, did you mean "minutes"?'],
  [FREQUENCY.replace('{ minutes: 5 }', '{ months: 1 }'), '5:1: timeframe: "months" is no unit of time'],
  [FREQUENCY.replace('{ minutes: 5 }', '{ minutes: "5" }'), '5:1: timeframe: must be a duration such as "minutes: 5" or 5m'],
  [FREQUENCY.replace('{ minutes: 5 }', '{}'), '5:1: timeframe: must be a duration such as "minutes: 5" or 5m'],
  [FREQUENCY.replace('{ minutes: 5 }', '{ minutes: 0 }'), '5:1: timeframe: must be longer than nothing'],
  [`${HEAD}realert: { minutes: -1 }\n`, '4:1: realert: must be longer than nothing'],
  [`${HEAD}filter: { term: { a: 1 } }\n`, '4:1: filter: must be a list of queries, such as "- term: { field: value }"'],
  [`${HEAD}filter:\n- "a: b"\n`, '5:3: filter.0: must be a query of Elasticsearch, such as "term: { field: value }"'],
  [`${HEAD}query_key: { a: b }\n`, '4:1: query_key: must be the name of a field, or a list of names'],
  [`${HEAD}query_key: [a, b, a]\n`, '4:1: query_key: names a twice'],
  [`${HEAD}is_enabled: "yes"\n`, '4:13: is_enabled: must be true or false'],
  [`${HEAD}severity: urgent\n`, '4:11: severity: must be one of info, warning, critical'],
  [`${HEAD}priority: high\n`, '4:11: priority: must be a number'],
  [`${HEAD}channel: "~Ops"\n`, '4:10: channel: must be the name of a channel as its address shows it: small letters, digits and -'],
  [`${HEAD}runbook_url: wiki/disk\n`, '4:14: runbook_url: must be an address such as https://wiki.example.org/disk'],
  [`${HEAD}summary: { de: Hallo }\n`, '4:12: unknown key "de" in summary'],
  [`${HEAD}summary: [Hallo]\n`, '4:1: summary: must be a text, or one text for each language: { en: …, fr: … }'],
  [`${HEAD}mattermost_msg_color: red\n`, '4:23: mattermost_msg_color: must be good, warning, danger or a colour such as #d24b4e'],
  [
    `${HEAD}mattermost_msg_fields:\n- titel: Host\n  value: a\n`,
    '5:3: unknown key "titel" in mattermost_msg_fields.0, did you mean "title"?',
  ],
  [
    `${HEAD}alert_text_type: jinja\n`,
    '4:18: alert_text_type: must be one of alert_text_only, alert_text_jinja, exclude_fields, aggregation_summary_only',
  ],
  [`${HEAD}timestamp_type: epoch\n`, '4:17: timestamp_type: must be one of iso, unix, unix_ms'],
  [`${HEAD}index: ""\n`.replace('index: logs-*\n', ''), '3:8: index: must not be empty'],
  [`${HEAD}import: 5\n`, '4:9: import: must be a path, or a list of paths'],
];

const SENSE: readonly Wrong[] = [
  [METRIC, '1:1: needs min_threshold or max_threshold, or both'],
  [`${METRIC}min_threshold: 0.9\nmax_threshold: 0.1\n`, '6:16: min_threshold: is above max_threshold: it would always fire'],
  [
    METRIC.replace('avg', 'percentiles').concat('max_threshold: 1\n'),
    '5:18: metric_agg_type: percentiles needs percentile_range: which one, such as 95',
  ],
  [
    METRIC.replace('avg', 'average').concat('max_threshold: 1\n'),
    '5:18: metric_agg_type: must be one of min, max, avg, sum, cardinality, value_count, percentiles',
  ],
  [`${METRIC}max_threshold: 1\nbucket_interval: { minutes: 4 }\n`, '7:1: bucket_interval: buffer_time (15m) must be a multiple of it'],
  [
    `${METRIC}max_threshold: 1\nuse_run_every_query_size: true\nrun_every: 5m\nbucket_interval: 2m\n`,
    '9:18: bucket_interval: run_every (5m) must be a multiple of it',
  ],
  [
    'name: A\nindex: m\ntype: spike_aggregation\nmetric_agg_key: a\nmetric_agg_type: avg\nspike_height: 2\nspike_type: up\ntimeframe: 5m\nbucket_interval: 5m\n',
    '9:18: bucket_interval: is not for spikes: they compare whole windows',
  ],
  ['name: A\nindex: m\ntype: spike\nspike_height: 0\nspike_type: up\ntimeframe: 5m\n', '4:15: spike_height: must be above 0'],
  ['name: A\nindex: m\ntype: spike\nspike_height: 2\nspike_type: upp\ntimeframe: 5m\n', '5:13: spike_type: must be one of up, down, both'],
  [
    'name: A\nindex: m\ntype: spike\nspike_height: 2\nspike_type: up\ntimeframe: 5m\nfield_value: a\nuse_count_query: true\n',
    '7:14: field_value: needs documents: leave out use_count_query and use_terms_query',
  ],
  [`${FREQUENCY}use_terms_query: true\n`, '6:18: use_terms_query: needs query_key'],
  ['name: A\nindex: m\ntype: cardinality\ncardinality_field: a\ntimeframe: 5m\n', '1:1: needs min_cardinality or max_cardinality, or both'],
  [
    'name: A\nindex: m\ntype: percentage_match\nmatch_bucket_filter: [{ term: { a: 1 } }]\nmax_percentage: 500\n',
    '5:17: max_percentage: must be at most 100',
  ],
  ['name: A\nindex: m\ntype: percentage_match\nmax_percentage: 5\n', '1:1: match_bucket_filter: is missing'],
  ['name: A\nindex: m\ntype: new_term\n', '1:1: fields: needs fields, or query_key'],
  ['name: A\nindex: m\ntype: new_term\nfields: [a, b]\nuse_terms_query: true\n', '5:18: use_terms_query: works with one field only'],
  [
    'name: A\nindex: m\ntype: new_term\nfields: [a]\nuse_terms_query: true\n',
    '5:18: use_terms_query: needs query_key: a, the same as fields',
  ],
  ['name: A\nindex: m\ntype: change\ncompare_key: a\nignore_null: true\n', '1:1: needs query_key: a change is one of the same key'],
  ['name: A\nindex: m\ntype: whitelist\ncompare_key: a\nwhitelist: [b]\n', '1:1: ignore_null: is missing'],
  [
    'name: A\nindex: m\ntype: blacklist\ncompare_key: [a, b]\nblacklist: [c]\n',
    '4:1: compare_key: must be one field: a list is compared with one value at a time',
  ],
  [
    'name: A\nindex: m\ntype: blacklist\ncompare_key: a\nblacklist:\n- "!file /nowhere/list"\n',
    "6:3: blacklist.0: ENOENT: no such file or directory, open '/nowhere/list'",
  ],
  [
    'name: A\nindex: m\ntype: forecast\nmetric_agg_key: a\nlimit: 0.9\nbeyond: 0.95\n',
    '6:9: beyond: lies behind the limit: it would never alert',
  ],
  [
    `${HEAD}limit_execution: "* 10-18 * *"\n`,
    '4:18: limit_execution: must be a cron line of five columns: minute, hour, day, month, weekday',
  ],
  [`${HEAD}limit_execution: "* 10-25 * * *"\n`, '4:18: limit_execution: has no good hour: 10-25'],
  [`${HEAD}limit_execution: "*/0 * * * mon"\n`, '4:18: limit_execution: has no good minute: */0'],
];

const OWN: readonly Wrong[] = [
  [`${HEAD}cluster: mian\n`, '4:10: cluster: vigie.yaml has no cluster mian, did you mean main?'],
  [`${HEAD}expect: [pica01]\n`, '4:1: expect: needs query_key: the field whose values must report'],
  [`${HEAD}query_key: [a, b]\nexpect: [pica01]\n`, '5:10: expect.0: must be a map of a, b'],
  [`${HEAD}query_key: [a, b]\nexpect:\n- { a: x, c: y }\n`, '6:3: expect.0: must name a, b, as query_key does'],
  [`${HEAD}inhibits: [{}]\n`, '4:12: inhibits.0: must name something: it would keep everything quiet'],
  [`${HEAD}remedy: reboot {host.name}\nquery_key: host.name\n`, '4:9: remedy: there is no action reboot'],
  [
    `${HEAD}remedy: restart {message}\nquery_key: host.name\n`,
    '4:9: remedy: {message} is no field of query_key: only those can be filled in',
  ],
  ['name: P\ntype: probe\ncheck: ping\ntargets: ["pica01:22"]\n', '4:11: targets.0: must be a host, such as pica01.picasoft.net'],
  [
    'name: P\ntype: probe\ncheck: tls\ntargets: ["team.example.org:99999"]\n',
    '4:11: targets.0: must be a host, or host:port, such as team.picasoft.net:443',
  ],
  ['name: P\ntype: probe\ncheck: http\ntargets: []\n', '4:1: targets: must be at least 1 of them'],
  ['name: P\ntype: probe\ncheck: ping\ntargets: [a]\nstatus: 200\n', '5:9: status: is only for check: http'],
  ['name: P\ntype: probe\ncheck: dns\ntargets: [a]\naddresses: [192.0.2]\n', '5:13: addresses.0: must be an address, such as 192.0.2.1'],
  [
    'name: P\ntype: probe\ncheck: smtp\ntargets: [a]\n',
    '3:8: check: must be one of ping, tcp, http, tls, dns, docker, proxmox, gluster, raid, smart, addresses, names',
  ],
];

const TEXTS: readonly Wrong[] = [
  [
    `${HEAD}alert_text: "{0} on {1}"\nalert_text_args: [host.name]\n`,
    '4:13: alert_text: has more places than alert_text_args names fields (1)',
  ],
  [
    `${HEAD}alert_subject: "{} {}"\nalert_subject_args: [a]\n`,
    '4:16: alert_subject: has more places than alert_subject_args names fields (1)',
  ],
  [`${HEAD}alert_text: "100 % {"\nalert_text_args: [a]\n`, '4:13: alert_text: has a single "{": write {{ for a brace, {} for a field'],
  [`${HEAD}alert_text: "{host}"\nalert_text_kw: { host.name: hots }\n`, '4:13: alert_text: has no field for {host}'],
  [
    `${HEAD}mattermost_msg_fields:\n- title: Host\n  value: "{} {}"\n  args: [host.name]\n`,
    '6:10: mattermost_msg_fields.0.value: has more places than mattermost_msg_fields_args names fields (1)',
  ],
];

const MATTERMOST =
  "vigie posts in Mattermost itself (alert: mattermost), and vigie.yaml says whom else it reaches; alerts.takes_over there names those that vigie's post may replace";

const REFUSED: readonly Wrong[] = [
  [`${HEAD}alert: slack\nslack_webhook_url: https://example.org\n`, `4:8: refused: alert "slack": ${MATTERMOST}`],
  [`${HEAD}alert:\n- mattermost\n- email\n- jira\n`, `6:3: refused: alert "email", alert "jira": ${MATTERMOST}`],
  [`${HEAD}alert:\n- email:\n    email: a@example.org\n`, `5:3: refused: alert "email": ${MATTERMOST}`],
  [`${HEAD}alert: my.module.Alerter\n`, '4:8: refused: alert "my.module.Alerter": vigie runs no Python'],
  [`${HEAD}alert: matermost\n`, '4:8: alert: there is no alerter "matermost", did you mean "mattermost"?'],
  [HEAD.replace('any', '"rules.mine.Custom"'), '3:7: refused: type "rules.mine.Custom": vigie runs no Python'],
  [`${HEAD}match_enhancements: [elastalert.DropMatch]\n`, '4:1: refused: match_enhancements: vigie runs no Python'],
  [
    `${HEAD}timestamp_type: custom\ntimestamp_format_expr: "ts[:23]"\n`,
    '4:17: refused: timestamp_type: custom, timestamp_format_expr: vigie runs no Python, and reads the times iso, unix and unix_ms',
  ],
  [`${HEAD}filter:\n- eql: any where true\n`, '5:3: refused: filter "eql": vigie counts with queries of Elasticsearch, write it as one'],
  [
    `${HEAD}alert_text_type: alert_text_jinja\nalert_text: "{% if a %}b{% endif %}"\n`,
    '5:13: refused: alert_text: of Jinja, vigie fills only {{ field }}',
  ],
  [
    `${HEAD}alert: opsgenie\nmatch_enhancements: [a.B]\njinja_filters: [c.D]\nfrequncy: 1\n`,
    `4:8: refused: alert "opsgenie": ${MATTERMOST}; match_enhancements, jinja_filters: vigie runs no Python`,
    '7:1: unknown key "frequncy"',
  ],
];

const WRONG: readonly Wrong[] = [...KEYS, ...FORMS, ...SENSE, ...OWN, ...TEXTS, ...REFUSED];

describe('a wrong rule file', () => {
  it.each(WRONG)('%#. %j', (text, ...messages) => {
    expect(problemsOf(text)).toEqual(messages.map((message) => `rules/a.yaml:${message}`));
  });

  it('comes in at least sixty kinds', () => {
    expect(new Set(WRONG.map(([text]) => text)).size).toBeGreaterThanOrEqual(60);
  });
});
