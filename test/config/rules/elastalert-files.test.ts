import { describe, expect, it } from 'vitest';
import { parseConfig } from '#config/load.ts';
import { reindented } from '#config/rules/reindent.ts';
import { added, problemsOf as configProblems } from '#test/config/sample.ts';
import { loaded, problemsOf, ruleOf, warningsOf } from './written.ts';

const ANY = 'name: A\nindex: a-*\ntype: any\n';

describe('files that PyYAML reads', () => {
  it.each([
    ['a quoted text that goes on at the first column', 'alert_text: "first\nsecond"\n', 'first second'],
    ['one in single quotes', "alert_text: 'it''s\nhere'\n", "it's here"],
    ['a quoted text that goes on behind a tab', 'alert_text: "first\n\tsecond\n\t\tthird"\n', 'first second third'],
    ['one in single quotes, behind spaces and a tab', "alert_text: 'first\n \tsecond'\n", 'first second'],
    ['a backslash before a tab', 'alert_text: "one \\\n\ttwo"\n', 'one two'],
    ['a line of a tab alone in a quoted text', 'alert_text: "first\n\t\nsecond"\n', 'first\nsecond'],
    ['a backslash at the end of a quoted line', 'alert_text: "one \\\ntwo"\n', 'one two'],
  ])('with %s', (_what, lines, text) => {
    expect(ruleOf(`${ANY}${lines}`).text?.text).toBe(text);
  });

  it('with brackets that close, or go on, at the first column', () => {
    const { filter } = ruleOf(`${ANY}filter: [\n  {term: {a: "x",\nb: "y"}},\n{term: {c: "z"}}\n]\n`.replace(',\nb: "y"', ''));
    expect(filter).toEqual([{ term: { a: 'x' } }, { term: { c: 'z' } }]);
    expect(
      ruleOf(`${ANY}filter:\n- query:\n    query_string:\n      query: "a: 1 AND\nb: 2"\n- bool: {must: [\n{term: {a: 1}}\n]}\n`).filter,
    ).toEqual([{ query_string: { query: 'a: 1 AND b: 2' } }, { bool: { must: [{ term: { a: 1 } }] } }]);
  });

  it('say the line of what is wrong beside it', () => {
    expect(problemsOf(`${ANY}alert_text: "first\nsecond"\ntreshold: 3\n`)).toEqual(['rules/a.yaml:6:1: unknown key "treshold"']);
  });

  it('are told as they stand when even PyYAML could not read them', () => {
    expect(problemsOf(`${ANY}alert_text: "first\nsecond\n`)[0]).toMatch(/^rules\/a\.yaml:/u);
  });

  it('keep block texts, comments and apostrophes as they are', () => {
    const text = 'a: it\'s\nb: |\n  "open [ {\nc: "x # no\nmore" # a " quote\nd: [1, # ]\n2]\n';
    expect(reindented(text)).toBe('a: it\'s\nb: |\n  "open [ {\nc: "x # no\n more" # a " quote\nd: [1, # ]\n 2]\n');
  });
});

describe('keys of ElastAlert and of the tools around it', () => {
  it('is_enabled left empty switches a rule off, as in ElastAlert, and says so', () => {
    expect(ruleOf(`${ANY}is_enabled:\n`).enabled).toBe(false);
    expect(warningsOf(`${ANY}is_enabled:\n`)).toEqual([expect.stringMatching(/is_enabled: is empty, which ElastAlert takes for false/u)]);
  });

  it('filter_by_list left empty means that nothing is looked for by the list, as in ElastAlert', () => {
    const list = 'name: A\nindex: a-*\ntype: blacklist\ncompare_key: x\nblacklist: [a]\n';
    expect(ruleOf(`${list}filter_by_list:\n`).kind).toMatchObject({ filterByList: false });
  });

  it.each(['sync_bucket_interval', 'allow_buffer_time_overlap', 'use_run_every_query_size'])('%s left empty is false', (key) => {
    const metric =
      'name: A\nindex: a-*\ntype: spike_aggregation\nmetric_agg_key: x\nmetric_agg_type: max\nspike_height: 2\nspike_type: up\ntimeframe: 5m\n';
    expect(ruleOf(`${metric}${key}:\n`)).toMatchObject({ ...ruleOf(metric), file: 'rules/a.yaml' });
  });

  it.each([
    'description',
    'alert_subject',
    'alert_subject_args',
    'alert_text',
    'aggregation_key',
    'limit_execution',
    'query_key',
    'jinja_root_name',
    'search_extra_index',
  ])('%s may be left empty', (key) => {
    expect(ruleOf(`${ANY}${key}:\n`)).toMatchObject({ ...ruleOf(ANY), file: 'rules/a.yaml' });
  });

  it.each([
    ['__praeco_full_path: "a/b"\n', /__praeco_full_path: ignored: Praeco keeps it for itself$/u],
    ['use_kibana4_dashboard: https://k.example.org\n', /use_kibana4_dashboard: ignored: it made links to Kibana 4/u],
    ['new_style_string_format: true\n', /ignored: texts are filled in the new style$/u],
    ['hipchat_auth_token: x\n', /hipchat_auth_token: ignored/u],
  ])('%j is read over by name', (line, warning) => {
    expect(warningsOf(`${ANY}${line}`)).toEqual([expect.stringMatching(warning)]);
  });
});

describe('alerts.takes_over', () => {
  it("lets vigie's post stand for an alerter, with a line for each, and refuses the others still", () => {
    expect(warningsOf(`${ANY}alert:\n- slack\n- email\n`, { takesOver: ['slack', 'email'] })).toEqual([
      "rules/a.yaml:5:3: alert: slack is replaced by vigie's post, as alerts.takes_over says",
      "rules/a.yaml:6:3: alert: email is replaced by vigie's post, as alerts.takes_over says",
    ]);
    expect(loaded({ 'a.yaml': `${ANY}alert: [slack, jira]\n` }, { takesOver: ['slack'] }).problems).toEqual([
      expect.stringMatching(/^rules\/a\.yaml:4:16: refused: alert "jira": .*alerts\.takes_over/u),
    ]);
  });

  it('is checked against the alerters that there are', () => {
    expect(parseConfig(added('alerts: { takes_over: [slack, email] }'), 'vigie.yaml').config.alerts.takes_over).toEqual(['slack', 'email']);
    expect(configProblems(added('alerts: { takes_over: [slakc] }'))).toEqual([
      'vigie.yaml:10:24: alerts.takes_over.0: ElastAlert has no alerter slakc, did you mean slack?',
    ]);
  });
});

describe('numbers beyond 2^53', () => {
  it('keep their digits', () => {
    expect(ruleOf(`${ANY}filter:\n- term: { id: 12345678901234567 }\n- term: { id: 42 }\n`).filter).toEqual([
      { term: { id: '12345678901234567' } },
      { term: { id: 42 } },
    ]);
  });
});
