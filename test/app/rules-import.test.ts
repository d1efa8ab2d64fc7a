import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { rulesImport } from '#app/app/rules-import.ts';
import { loadRules } from '#config/rules/load-rules.ts';
import { ruleDefaults } from '#config/rules/rule-defaults.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vigie-import-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, 'elastalert', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function run(): { readonly code: number; readonly said: string } {
  const lines: string[] = [];
  const code = rulesImport(join(folder, 'elastalert'), join(folder, 'out'), (text, given) => {
    lines.push(text);
    return given;
  });
  return { code, said: lines.join('\n').replaceAll(folder, '') };
}

const out = (...path: readonly string[]): string => readFileSync(join(folder, 'out', ...path), 'utf8');

const CONFIG = `rules_folder: /opt/elastalert/rules
run_every: { minutes: 1 }
buffer_time: { minutes: 15 }
es_host: elasticsearch.example.org
es_port: 9243
use_ssl: true
es_username: elastalert
es_password: hunter2
writeback_index: elastalert_status
alert_time_limit: { days: 2 }
realert: { minutes: 30 }
slack_webhook_url: https://hooks.example.org/x
`;
const DISK = `name: Disk
index: metricbeat-*
type: frequency
num_events: 3
timeframe: { minutes: 5 }
filter: [
{term: {event: "disk"}}
]
alert:
- slack
- email
email: a@example.org
`;

describe('vigie rules import', () => {
  it('takes rules and configuration, says what changed, what was refused, and what to decide', () => {
    put({
      'config.yaml': CONFIG,
      'rules/disk.yaml': DISK,
      'rules/web/errors.yaml': 'name: Errors\nindex: logs-*\ntype: any\nrealert: { hours: 1 }\nalert: debug\nblacklist: [a]\n',
      'rules/python.yaml': 'name: P\nindex: a\ntype: mymodule.MyRule\n',
      'rules/hosts.txt': 'pica01\n',
    });
    const { code, said } = run();
    expect(code).toBe(1);
    expect(said).toContain('2 of 3 rules are in /out/rules, and the part of vigie.yaml in /out/vigie-part.yaml');
    expect(said).toMatch(/changed, since config\.yaml lent it to them:\n {2}disk\.yaml: realert\n/u);
    expect(said).toMatch(
      /refused, and kept in \/out\/refused:\n {2}.*python\.yaml:3:7: refused: type "mymodule\.MyRule": vigie runs no Python/u,
    );
    expect(said).toMatch(/to decide:\n {2}es_password: put it into \/etc\/vigie\/credentials\/elasticsearch_password/u);
    expect(said).toMatch(/email, slack: vigie's post stands for them/u);
    expect(said).not.toContain('hunter2');
    expect(readdirSync(join(folder, 'out', 'rules'), { recursive: true, encoding: 'utf8' }).toSorted()).toEqual([
      'disk.yaml',
      'hosts.txt',
      'web',
      'web/errors.yaml',
    ]);
    expect(parse(out('vigie-part.yaml'))).toEqual({
      elasticsearch: {
        main: {
          url: 'https://elasticsearch.example.org:9243',
          username: 'elastalert',
          password: '${file:/run/credentials/vigie.service/elasticsearch_password}',
        },
      },
      alerts: { rules: '/etc/vigie/rules', run_every: '1m', buffer_time: '15m', takes_over: ['email', 'slack'] },
    });
    expect(out('vigie-part.yaml')).not.toContain('hunter2');
  });

  it('writes rules that load, with what ElastAlert lends to each', () => {
    put({ 'config.yaml': CONFIG, 'rules/disk.yaml': DISK });
    expect(run().code).toBe(0);
    const { rules, problems } = loadRules([join(folder, 'out/rules')], {
      ...ruleDefaults(null, () => null),
      takesOver: ['slack', 'email'],
    });
    expect(problems).toEqual([]);
    expect(rules.map(({ name, realertMs }) => [name, realertMs])).toEqual([['Disk', 1_800_000]]);
    expect(out('rules/disk.yaml')).toMatch(/^name: Disk\n[\s\S]*\n\n# From config\.yaml\nrealert:\n {2}minutes: 30\n$/u);
  });

  it('says what is wrong with a rule where it is written to: an import that lies elsewhere', () => {
    put({ 'config.yaml': CONFIG, 'common/base.yaml': 'index: a-*\ntype: any\n', 'rules/a.yaml': 'name: A\nimport: ../common/base.yaml\n' });
    const { code, said } = run();
    expect(code).toBe(1);
    expect(said).toMatch(/to decide:[\s\S]*a\.yaml:2:9: import: there is no file \.\.\/common\/base\.yaml/u);
  });

  it('copies no secret of a rule, and names what it left out', () => {
    put({
      'rules/disk.yaml': `${DISK}es_password: hunter2\nslack_webhook_url: https://hooks.example.org/hunter2\n`,
      'rules/smtp_auth.yaml': 'user: a\npassword: hunter2\n',
    });
    const { said } = run();
    expect(said).toMatch(
      /secrets, which were not copied[^\n]*:\n {2}disk\.yaml: es_password, slack_webhook_url\n {2}smtp_auth\.yaml: password\n/u,
    );
    expect(`${out('rules/disk.yaml')}${out('refused/smtp_auth.yaml')}${said}`).not.toContain('hunter2');
  });

  it('reads a folder of rules without a configuration', () => {
    put({ 'a.yaml': 'name: A\nindex: a-*\ntype: any\n' });
    const { code, said } = run();
    expect(code).toBe(0);
    expect(said).toContain('1 of 1 rules');
    expect(said).toContain('there is no config.yaml');
  });

  it('writes over nothing, and says what is not there', () => {
    put({ 'a.yaml': 'name: A\nindex: a-*\ntype: any\n' });
    mkdirSync(join(folder, 'out'));
    writeFileSync(join(folder, 'out', 'mine'), '');
    expect(run()).toEqual({ code: 2, said: '/out is not empty: name a folder that is not there yet, with --into' });
    rmSync(join(folder, 'elastalert'), { recursive: true });
    expect(run()).toEqual({ code: 2, said: '/elastalert: there is no such folder' });
  });

  it('tells a configuration that can not be read', () => {
    put({ 'config.yaml': 'a: [1\n' });
    expect(run()).toMatchObject({ code: 1, said: expect.stringMatching(/^\/elastalert\/config\.yaml: /u) });
  });
});
