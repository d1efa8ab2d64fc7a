import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRuleFile, loadRules } from '#config/rules/load-rules.ts';
import { DEFAULTS, loaded, written } from './written.ts';

const ANY = 'index: logs-*\ntype: any\n';

describe('files of rules', () => {
  it('are all .yaml and .yml of a folder and below, by name', () => {
    const { rules } = loaded({
      'b.yml': ANY,
      'a.yaml': ANY,
      'infra/c.yaml': ANY,
      '..data/d.yaml': ANY,
      'README.md': '#',
      'shared.inc': 'x: 1',
    });
    expect(rules.map(({ name, file }) => [name, file])).toEqual([
      ['a', 'rules/a.yaml'],
      ['b', 'rules/b.yml'],
      ['c', 'rules/infra/c.yaml'],
    ]);
  });

  it('may be named one by one', () => {
    const path = join(written({ 'a.yaml': ANY, 'b.yaml': 'oops' }), 'a.yaml');
    expect(loadRules([path], DEFAULTS)).toMatchObject({ rules: [{ name: 'a', file: path }], problems: [], files: [path] });
  });

  it('say what is wrong in all of them at once, and still give the good ones', () => {
    const { rules, problems } = loaded({ 'a.yaml': 'type: any\n', 'b.yaml': ANY, 'c.yaml': `${ANY}fitler: []\n` });
    expect(rules.map(({ name }) => name)).toEqual(['b']);
    expect(problems).toEqual(['rules/a.yaml:1:1: index: is missing', 'rules/c.yaml:3:1: unknown key "fitler", did you mean "filter"?']);
  });

  it('must not have the same name twice', () => {
    const { problems } = loaded({ 'a.yaml': `${ANY}name: Disk\n`, 'b.yaml': `${ANY}name: Disk\n` });
    expect(problems).toEqual(['rules/b.yaml:3:7: name: rules/a.yaml has the name "Disk" already']);
  });

  it('know the other rules that they inhibit', () => {
    const inhibits = 'inhibits: [{ rule: Serivce down }]\n';
    const { warnings } = loaded({ 'a.yaml': ANY + inhibits, 'b.yaml': `${ANY}name: Service down\n` });
    expect(warnings).toEqual(['rules/a.yaml:3:20: inhibits.0.rule: there is no rule "Serivce down", did you mean "Service down"?']);
  });

  it('are missed when they are not there', () => {
    expect(loadRules(['/nowhere/rules'], DEFAULTS).problems).toEqual([
      "/nowhere/rules: ENOENT: no such file or directory, stat '/nowhere/rules'",
    ]);
  });

  it('give the same answer each time', () => {
    const folder = written({ 'a.yaml': ANY, 'b.yaml': `${ANY}import: c.inc\n`, 'c.inc': 'severity: info\n' });
    expect(loadRules([folder], DEFAULTS)).toEqual(loadRules([folder], DEFAULTS));
  });

  it.each([
    ['name: A\ntype: any\n', true],
    ['import: base.inc\n', true],
    ['language: fr\nmattermost: {}\n', false],
    ['- a\n', false],
    ['a: [\n', false],
  ])('are told from a configuration: %j', (text, expected) => {
    expect(isRuleFile(text)).toBe(expected);
  });
});

describe('import', () => {
  it('lets the importing file win, and adds filters up', () => {
    const { rules, problems } = loaded({
      'a.yaml': `${ANY}import: base.inc\nseverity: critical\nrunbook: x\nfilter:\n- term: { a: 1 }\n`,
      'base.inc': 'severity: info\nchannel: infra\nfilter:\n- term: { b: 2 }\n',
    });
    expect(problems).toEqual([]);
    expect(rules).toMatchObject([{ severity: 'critical', channel: 'infra', filter: [{ term: { b: 2 } }, { term: { a: 1 } }] }]);
  });

  it('takes a list, whose later files win, and what those import', () => {
    const { rules } = loaded({
      'a.yaml': `${ANY}import: [one.inc, two.inc]\nfilter: [{ term: { own: 1 } }]\n`,
      'one.inc': 'channel: one\nowner: one\nfilter: [{ term: { one: 1 } }]\n',
      'two.inc': 'channel: two\nimport: three.inc\nfilter: [{ term: { two: 1 } }]\n',
      'three.inc': 'channel: three\nseverity: info\nfilter: [{ term: { three: 1 } }]\n',
    });
    expect(rules).toMatchObject([
      {
        channel: 'two',
        severity: 'info',
        filter: [{ term: { one: 1 } }, { term: { three: 1 } }, { term: { two: 1 } }, { term: { own: 1 } }],
      },
    ]);
  });

  it('looks from the folder of the rule, then of the importing file', () => {
    const { rules, problems } = loaded({
      'a.yaml': `${ANY}import: shared/base.inc\n`,
      'shared/base.inc': 'import: [more.inc, shared/other.inc]\n',
      'shared/more.inc': 'channel: more\n',
      'shared/other.inc': 'severity: info\n',
    });
    expect(problems).toEqual([]);
    expect(rules).toMatchObject([{ channel: 'more', severity: 'info' }]);
  });

  it('says in which file something is wrong', () => {
    const { problems } = loaded({
      'a.yaml': `${ANY}import: shared/base.inc\nfilter: [{ term: { a: 1 } }]\n`,
      'b.yaml': `${ANY}import: shared/base.inc\n`,
      'shared/base.inc': 'severity: urgent\nchanel: infra\nfilter: [{ term: { a: 1 } }, 5]\n',
    });
    expect(problems).toEqual([
      'rules/shared/base.inc:2:1: unknown key "chanel", did you mean "channel"?',
      'rules/shared/base.inc:3:30: filter.1: must be a query of Elasticsearch, such as "term: { field: value }"',
      'rules/shared/base.inc:1:11: severity: must be one of info, warning, critical',
    ]);
  });

  it('names a file that is not there', () => {
    expect(loaded({ 'a.yaml': `${ANY}import: [b.inc]\n` }).problems).toEqual(['rules/a.yaml:3:10: import: there is no file b.inc']);
  });

  it('names a circle', () => {
    const { problems } = loaded({ 'a.yaml': `${ANY}import: b.inc\n`, 'b.inc': 'import: c.inc\n', 'c.inc': 'import: b.inc\n' });
    expect(problems).toEqual(['rules/c.inc:1:9: import: goes round in a circle: rules/a.yaml → rules/b.inc → rules/c.inc → rules/b.inc']);
  });

  it('takes the same file by two ways', () => {
    const { problems } = loaded({
      'a.yaml': `${ANY}import: [b.inc, c.inc]\n`,
      'b.inc': 'import: d.inc\n',
      'c.inc': 'import: d.inc\n',
      'd.inc': 'owner: x\n',
    });
    expect(problems).toEqual([]);
  });

  it('tells which files to watch', () => {
    const folder = written({ 'a.yaml': `${ANY}import: b.inc\n`, 'b.inc': 'owner: x\n' });
    expect(loadRules([folder], DEFAULTS).files).toEqual([join(folder, 'a.yaml'), join(folder, 'b.inc')]);
  });
});

describe('lists in files', () => {
  it('are read line by line, beside other values', () => {
    const folder = written({
      'a.yaml': 'index: a\ntype: blacklist\ncompare_key: user\nblacklist:\n- root\n- "!file names.txt"\n- !file more/names.txt\n',
      'names.txt': 'alice  \r\n\nbob\n',
      'more/names.txt': 'carol\n',
    });
    const { rules, problems, files } = loadRules([folder], DEFAULTS);
    expect(problems).toEqual([]);
    expect(rules).toMatchObject([{ kind: { values: ['root', 'alice', 'bob', 'carol'] } }]);
    expect(files).toContain(join(folder, 'names.txt'));
  });

  it('change the hash with their content', () => {
    const folder = written({
      'a.yaml': 'index: a\ntype: whitelist\nignore_null: true\ncompare_key: user\nwhitelist: ["!file names.txt"]\n',
      'names.txt': 'alice\n',
    });
    const before = loadRules([folder], DEFAULTS).rules[0]?.hash;
    writeFileSync(join(folder, 'names.txt'), 'alice\nbob\n');
    expect(loadRules([folder], DEFAULTS).rules[0]?.hash).not.toBe(before);
  });
});
