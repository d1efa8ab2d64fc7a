import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Rule } from '#domain/alert/rule.ts';
import { readRules, watchRules, type RuleWatch } from '#app/app/rules.ts';
import { loadAssets } from '#app/app/assets.ts';
import { parseConfig } from '#config/load.ts';
import type { Alerting } from '#pipeline/alert/start.ts';

const RULE = `name: NAME
type: any
index: logs-*
filter: []
alert: debug
`;
const assets = await loadAssets();
let folder: string;
let watching: RuleWatch;
const replaced: (readonly Rule[])[] = [];
const refused: (readonly string[])[] = [];
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vigie-rules-'));
  replaced.length = 0;
  refused.length = 0;
  write('one.yaml', RULE.replace('NAME', 'one'));
  const read = () => readRules(configWith(folder), assets, quiet);
  watching = watchRules({ first: read(), read, folder, alerting: alerting(), channelsOf: async () => ({}), log: quiet });
});
afterEach(() => {
  watching.close();
  rmSync(folder, { recursive: true });
});

function write(file: string, text: string): void {
  writeFileSync(join(folder, file), text);
}

function configWith(rules: string) {
  const text = `mattermost: { url: 'https://team.example.org', token: '\${file:${folder}/token}' }
roles: { operator: { users: [alice, bob], may: [read] } }
alerts: { rules: '${rules}' }
`;
  write('token', 'k'.repeat(26));
  return parseConfig(text, 'vigie.yaml').config;
}

function alerting(): Alerting {
  return {
    get desk(): never {
      throw new Error('nobody asks for it');
    },
    begin: () => undefined,
    replaceRules: async (rules) => void replaced.push(rules),
    refuseRules: async (problems) => void refused.push(problems),
    stop: async () => undefined,
  };
}

describe('rule files', () => {
  it('are taken when one is added, without anybody asking', async () => {
    write('two.yaml', RULE.replace('NAME', 'two'));
    await vi.waitFor(() => expect(replaced.map((rules) => rules.map(({ name }) => name))).toEqual([['one', 'two']]), 10_000);
  });

  it('that are wrong leave those in force untouched, and that is said once', async () => {
    write('two.yaml', RULE.replace('NAME', 'two').replace('index:', 'idnex:'));
    await watching.reload();
    await watching.reload();
    expect(replaced).toEqual([]);
    expect(refused).toEqual([[expect.stringMatching(/two\.yaml:\d+:\d+: .*idnex.*did you mean .*index/u)]]);
  });

  it('are taken once they are right again', async () => {
    write('two.yaml', 'type: [');
    await watching.reload();
    rmSync(join(folder, 'two.yaml'));
    await watching.reload();
    expect([refused.length, replaced.length]).toEqual([1, 1]);
  });

  it('are taken when what they import changes, outside of their folder', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'vigie-imported-'));
    try {
      writeFileSync(join(elsewhere, 'common.yaml'), 'realert: { minutes: 1 }\n');
      write('one.yaml', `import: ${elsewhere}/common.yaml\n${RULE.replace('NAME', 'one')}`);
      await watching.reload();
      replaced.length = 0;
      // Beside it something else is written, and it is replaced by another file, as editors do.
      writeFileSync(join(elsewhere, 'new'), 'realert: { minutes: 7 }\n');
      renameSync(join(elsewhere, 'new'), join(elsewhere, 'common.yaml'));
      await vi.waitFor(() => expect(replaced.map((rules) => rules.map(({ realertMs }) => realertMs))).toEqual([[7 * 60_000]]), 10_000);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it('that mean the same are not taken again', async () => {
    write('one.yaml', `# a remark\n${RULE.replace('NAME', 'one')}`);
    await watching.reload();
    expect(replaced).toEqual([]);
  });
});
