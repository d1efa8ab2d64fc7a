import { describe, expect, it } from 'vitest';
import { loaded, ruleOf, warningsOf } from './written.ts';

const ANY = 'name: A\nindex: logs-*\ntype: any\n';
const MINUTE = 60_000;

describe('keys of any rule', () => {
  it("has ElastAlert's defaults, and vigie.yaml's", () => {
    expect(ruleOf('index: a\ntype: any\n')).toMatchObject({
      name: 'a',
      file: 'rules/a.yaml',
      enabled: true,
      severity: 'warning',
      cluster: 'main',
      filter: [],
      timestampField: '@timestamp',
      timestampType: 'iso',
      queryKey: [],
      runEveryMs: MINUTE,
      bufferTimeMs: 15 * MINUTE,
      queryDelayMs: 0,
      limitExecution: null,
      realertMs: MINUTE,
      exponentialRealertMs: null,
      include: null,
      topCountKeys: [],
      topCountNumber: 5,
      forMs: 0,
      resolveAfterMs: null,
      groupBy: null,
      channel: null,
      chart: true,
      subject: null,
      text: null,
      fields: [],
      discover: null,
      remedy: null,
    });
  });

  it('reads every one of them', () => {
    const rule = ruleOf(
      `${ANY}is_enabled: no\nquery_key: [host.name, user.name]\ntimestamp_field: time\ntimestamp_type: " UNIX_MS "\nbuffer_time: { hours: 1 }\nrun_every: 5m\nquery_delay: { seconds: 90 }\nlimit_execution: "* 8-18 * * mon-fri"\nrealert: { hours: 2 }\nexponential_realert: { days: 1, hours: 12 }\ninclude: [message]\ntop_count_keys: [user.name, source.ip]\ntop_count_number: 3\n`,
    );
    expect(rule).toMatchObject({
      enabled: false,
      queryKey: ['host.name', 'user.name'],
      timestampField: 'time',
      timestampType: 'unix_ms',
      bufferTimeMs: 60 * MINUTE,
      runEveryMs: 5 * MINUTE,
      queryDelayMs: 90_000,
      limitExecution: '* 8-18 * * mon-fri',
      realertMs: 120 * MINUTE,
      exponentialRealertMs: 36 * 60 * MINUTE,
      include: ['message', 'time', 'host.name', 'user.name', 'source.ip'],
      topCountNumber: 3,
    });
  });

  it("reads vigie's own", () => {
    const rule = ruleOf(
      `${ANY}query_key: host.name\nseverity: critical\nfor: 15m\nresolve_after: { minutes: 10 }\nexpect: [pica01, 7]\ninhibits:\n- { host.name: "{host.name}" }\ngroup_by: host.name\nchannel: infra\nsummary: Disk full\nrunbook: { en: Clean, fr: Nettoyer }\nrunbook_url: https://wiki.example.org/disk\nchart: false\nremedy: restart {host.name}\ncluster: backup\n`,
    );
    expect(rule).toMatchObject({
      severity: 'critical',
      forMs: 15 * MINUTE,
      resolveAfterMs: 10 * MINUTE,
      expect: [{ 'host.name': 'pica01' }, { 'host.name': '7' }],
      inhibits: [{ 'host.name': '{host.name}' }],
      groupBy: ['host.name'],
      channel: 'infra',
      summary: { en: 'Disk full', fr: 'Disk full' },
      runbook: { en: 'Clean', fr: 'Nettoyer' },
      runbookUrl: 'https://wiki.example.org/disk',
      chart: false,
      remedy: 'restart {host.name}',
      cluster: 'backup',
    });
  });

  it('takes maps of what is expected when the key has several fields', () => {
    expect(ruleOf(`${ANY}query_key: [a, b]\nexpect:\n- { a: x, b: y }\n`).expect).toEqual([{ a: 'x', b: 'y' }]);
  });

  it.each([
    ['priority: 1', 'info'],
    ['priority: 2', 'warning'],
    ['priority: 3', 'critical'],
    ['priority: 5', 'critical'],
    ['priority: 5\nseverity: info', 'info'],
  ])('makes a severity of %j', (lines, severity) => {
    expect(ruleOf(`${ANY}${lines}\n`).severity).toBe(severity);
  });

  it('takes an empty query_key as none', () => {
    expect(ruleOf(`${ANY}query_key: []\n`).queryKey).toEqual([]);
    expect(loaded({ 'a.yaml': `${ANY}query_key: []\nexpect: [a]\n` }).problems).toEqual([
      'rules/a.yaml:5:1: expect: needs query_key: the field whose values must report',
    ]);
  });

  it('shows the description where there is no summary', () => {
    expect(ruleOf(`${ANY}description: Says why\n`).summary).toEqual({ en: 'Says why', fr: 'Says why' });
    expect(ruleOf(`${ANY}description: Says why\nsummary: Short\n`).summary).toEqual({ en: 'Short', fr: 'Short' });
  });

  it('unwraps the old way of writing filters, and leaves dates as they are', () => {
    const rule = ruleOf(
      `${ANY}filter:\n- query:\n    query_string:\n      query: "a: b"\n- range: { day: { gte: 2024-01-01 } }\n- term: { on: yes }\n`,
    );
    expect(rule.filter).toEqual([{ query_string: { query: 'a: b' } }, { range: { day: { gte: '2024-01-01' } } }, { term: { true: true } }]);
  });

  it.each([
    ['logstash-%Y.%m.%d', 'logstash-*'],
    ['a-%Y.%m.%d-x, b-%Y', 'a-*-x,b-*'],
    ['plain-*', 'plain-*'],
  ])('searches the days of a dated index: %s', (index, searched) => {
    expect(ruleOf(`index: ${index}\ntype: any\nuse_strftime_index: true\n`).index).toBe(searched);
  });

  it('does not wait a minute between alerts that are aggregated, and groups by the key of the aggregation', () => {
    expect(ruleOf(`${ANY}aggregation: { hours: 1 }\naggregation_key: user.name\n`)).toMatchObject({ realertMs: 0, groupBy: ['user.name'] });
  });

  it('fills in variables of the environment that are set', () => {
    const rule = ruleOf(
      'index: "${TEAM}-*"\ntype: frequency\nnum_events: $EVENTS\ntimeframe: 1m\nfilter: [{ regexp: { a: "b$UNKNOWN" } }]\n',
    );
    expect(rule).toMatchObject({ index: 'tech-*', kind: { numEvents: 50 }, filter: [{ regexp: { a: 'b$UNKNOWN' } }] });
  });

  it('has the same hash as long as it looks for the same', () => {
    const hash = ruleOf(ANY).hash;
    expect(ruleOf(`${ANY}summary: Another\nseverity: info\n`).hash).toBe(hash);
    expect(ruleOf(`${ANY}filter: [{ term: { a: 1 } }]\n`).hash).not.toBe(hash);
    expect(ruleOf(`${ANY}query_key: a\n`).hash).not.toBe(hash);
    expect(ruleOf(`${ANY}cluster: backup\n`).hash).not.toBe(hash);
  });
});

describe('texts', () => {
  it('are filled by position', () => {
    const rule = ruleOf(
      `${ANY}alert_subject: "<{}> {0} {{}}"\nalert_subject_args: [host.name]\nalert_text: "{1}, {0}"\nalert_text_args: [a, b]\n`,
    );
    expect(rule.subject).toMatchObject({ text: '<{0}> {0} {}', args: ['host.name'] });
    expect(rule.text).toMatchObject({ text: '{1}, {0}', args: ['a', 'b'], missing: '<MISSING VALUE>' });
  });

  it('are filled by name', () => {
    expect(ruleOf(`${ANY}alert_text: "{who} at {when}"\nalert_text_kw: { user.name: who, "@timestamp": when }\n`).text).toMatchObject({
      text: '{0} at {1}',
      args: ['user.name', '@timestamp'],
    });
  });

  it('stand as they are without arguments', () => {
    expect(ruleOf(`${ANY}alert_text: "100 % {"\n`).text).toMatchObject({ text: '100 % {', args: [] });
  });

  it("are filled by Jinja's simplest places", () => {
    const rule = ruleOf(`${ANY}alert_text_type: alert_text_jinja\nalert_text: "{{ user.name }} on {{_data['host.name']}}"\n`);
    expect(rule.text).toMatchObject({ text: '{0} on {1}', args: ['user.name', 'host.name'] });
  });

  it("know the rule's own keys, also those that only they know", () => {
    const rule = ruleOf(
      `${ANY}owner: alice\nteam_name: infra\nalert_missing_value: "?"\nalert_text: "{} {} {} {}"\nalert_text_args: [owner, team_name, priority, user.name]\ninclude_rule_params_in_matches: [shelf]\nshelf: 3\n`,
    );
    expect(rule.text).toMatchObject({ own: { owner: 'alice', team_name: 'infra', priority: '2' }, missing: '?' });
  });

  it('are fetched with the fields that they name', () => {
    expect(ruleOf(`${ANY}include: [a]\nalert_text: "{}"\nalert_text_args: [b]\n`).include).toEqual(['a', '@timestamp', 'b']);
  });

  it("take over Mattermost's options", () => {
    const rule = ruleOf(
      `${ANY}alert: mattermost\nmattermost_channel_override: "#Infra"\nmattermost_title: Disk\nmattermost_title_link: https://example.org\nmattermost_msg_pretext: Look\nmattermost_footer: End\nmattermost_msg_color: danger\nalert_text: "{}"\nalert_text_args: [a]\nmattermost_msg_fields:\n- title: Host\n  value: "on {0}"\n  args: [host.name]\n  short: true\n- title: Users\n  args: [user.name, user.id]\n- title: Fixed\n  value: "{}"\n`,
    );
    expect(rule).toMatchObject({
      channel: 'infra',
      color: 'danger',
      subject: { text: 'Disk', args: [] },
      text: { text: 'Look\n{0}\nEnd\nhttps://example.org', args: ['a'] },
      fields: [
        { title: 'Host', text: 'on {0}', args: ['host.name'], short: true },
        { title: 'Users', text: '{0}\n{1}', args: ['user.name', 'user.id'], short: false },
        { title: 'Fixed', text: '{}', args: [], short: false },
      ],
    });
  });

  it('take options from within the alert, and references to other keys', () => {
    const rule = ruleOf(
      `${ANY}owner: alice\nmattermost_title: outer\nalert:\n- mattermost:\n    mattermost_title: "$owner$"\n    mattermost_channel_override: infra\n`,
    );
    expect(rule).toMatchObject({ subject: { text: 'alice' }, channel: 'infra' });
  });

  it('link to Kibana', () => {
    const kibana = 'generate_kibana_discover_url: true\nkibana_discover_app_url: "app/discover#/"\nkibana_discover_index_pattern_id: abc\n';
    const more = 'kibana_url: "http://kibana:5601/"\nkibana_discover_columns: [message]\nkibana_discover_from_timedelta: { minutes: 2 }\n';
    expect(ruleOf(ANY + kibana + more).discover).toEqual({
      url: 'http://kibana:5601/app/discover',
      dataView: 'abc',
      columns: ['message'],
      fromMs: 2 * MINUTE,
      toMs: 10 * MINUTE,
    });
    expect(ruleOf(ANY, { kibanaUrl: 'https://kibana.example.org' }).discover?.url).toBe('https://kibana.example.org/app/discover');
  });
});

describe('warnings', () => {
  it.each([
    ['es_host: a\nes_port: 9200\nuse_ssl: true', ['4:1: es_host, es_port, use_ssl: ignored: the cluster is named in vigie.yaml']],
    [
      'mattermost_webhook_url: https://example.org/hooks/x',
      ['4:1: mattermost_webhook_url: ignored: vigie posts with its own account, as vigie.yaml says'],
    ],
    [
      'slack_webhook_url: a\nemail: b',
      ['4:1: slack_webhook_url, email: ignored: vigie has no such alerter; it posts in Mattermost by itself'],
    ],
    ['num_events: 3', ['4:1: num_events: ignored: type any has no use for it']],
    ['aggregation: { hours: 1 }', ['4:1: aggregation: ignored: vigie groups alerts by group_by and waits as vigie.yaml says']],
    [
      'aggregation: { schedule: "2 4 * * mon" }',
      ['4:1: aggregation: ignored: vigie groups alerts by group_by and waits as vigie.yaml says'],
    ],
    ['severity: critical', ['4:11: severity: whoever is woken by a critical alert needs a runbook, or a runbook_url']],
    ['severity: critical\nrunbook: Wake up', []],
    ['realert: 1h\nexponential_realert: 10m', ['5:22: exponential_realert: is shorter than realert: it has no effect']],
    ['timeframe: { weeks: 6 }', ['4:1: timeframe: every look reads 42d']],
    ['mattermost_channel_override: [a, b]', ['4:1: mattermost_channel_override: vigie posts an alert once, in a']],
    ['mattermost_channel_override: "@alice"', ['4:30: mattermost_channel_override: vigie posts alerts in channels only']],
    ['alert_text: "{0:.2f}"\nalert_text_args: [a]', ['4:13: alert_text: shows a field as it is where {0:.2f} asks for a form']],
    [
      'generate_kibana_discover_url: true',
      ['4:31: generate_kibana_discover_url: needs kibana_url, or the address of Kibana in vigie.yaml: there will be no link'],
    ],
    ['inhibits: [{ rule: B }]', ['4:20: inhibits.0.rule: there is no rule "B", did you mean "A"?']],
    ['alert: debug\nraw_count_keys: false\nsearch_extra_index: true', []],
  ])('of %j', (lines, expected) => {
    expect(warningsOf(`${ANY}${lines}\n`)).toEqual(expected.map((message) => `rules/a.yaml:${message}`));
  });

  it('says that a dated index is taken as it is', () => {
    expect(warningsOf('index: a-%Y\ntype: any\n')).toEqual([
      'rules/a.yaml:1:8: index: is taken as it is, since use_strftime_index is not true',
    ]);
  });

  it('keep no rule from running', () => {
    expect(loaded({ 'a.yaml': `${ANY}es_host: a\n` }).rules).toHaveLength(1);
  });
});
