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
  it.each(['description', 'alert_subject', 'alert_subject_args', 'alert_text', 'aggregation_key', 'limit_execution', 'query_key'])(
    '%s may be left empty',
    (key) => {
      expect(ruleOf(`${ANY}${key}:\n`)).toMatchObject({ ...ruleOf(ANY), file: 'rules/a.yaml' });
    },
  );

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
