import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from '#app/app/check.ts';
import { added } from '#test/config/sample.ts';
import { written } from '#test/config/rules/written.ts';

const RULE = 'index: logs-*\ntype: any\nquery_key: host.name\n';

async function run(files: readonly string[], path = '/nowhere/vigie.yaml') {
  const lines: string[] = [];
  const code = await check(path, files, (text, given) => {
    lines.push(text);
    return given;
  });
  return { code, text: lines.join('\n') };
}

function configFor(rules: string): string {
  const path = join(rules, '../vigie.yaml');
  writeFileSync(path, added(`alerts: { rules: ${rules} }`));
  return path;
}

describe('vigie check', () => {
  it('checks the rules that the configuration names', async () => {
    const path = configFor(written({ 'a.yaml': `${RULE}es_host: x\n`, 'b.yaml': `${RULE}fitler: []\n` }));
    expect(await run([], path)).toEqual({
      code: 1,
      text: expect.stringContaining('rules/b.yaml:4:1: unknown key "fitler", did you mean "filter"?'),
    });
  });

  it('tells warnings, and that all is well', async () => {
    const path = configFor(written({ 'a.yaml': `${RULE}es_host: x\n` }));
    const { code, text } = await run([], path);
    expect(code).toBe(0);
    expect(text).toContain('warning: rules/a.yaml:4:1: es_host: ignored: the cluster is named in vigie.yaml');
    expect(text).toContain('1 rules, handlers and words are in order');
  });

  it('checks folders and files of rules without a configuration', async () => {
    const folder = written({ 'a.yaml': 'type: any\n' });
    expect(await run([folder])).toEqual({ code: 1, text: 'rules/a.yaml:1:1: index: is missing' });
    const file = join(folder, 'a.yaml');
    expect(await run([file])).toEqual({ code: 1, text: `${file}:1:1: index: is missing` });
  });

  it('says of a file that is not there that it is not there', async () => {
    const { code, text } = await run(['/nowhere/disk.yaml']);
    expect(code).toBe(1);
    expect(text).toContain('/nowhere/disk.yaml: ENOENT');
  });
});

describe('a remedy', () => {
  it.each([
    ['restart {host.name}', null],
    ['redémarrer {host.name}', null],
    ['scale pad 2', null],
    ['restrat pad', 'Unknown action `restrat`. Did you mean `restart`?'],
    ['restart', '`restart` needs `SERVICE`: see `help restart`.'],
    ['services', 'services changes nothing: a remedy is an action'],
    ['settle abc done looked', 'settle is a danger: no rule may propose it'],
    ['deploy pad registry.example.org/pad:1', 'image is an image: a remedy has only names in it'],
    ['restart pad --emergency "quick"', 'must be the plain command, without --emergency, --at or --dry-run'],
    ['approve abc', 'approve changes nothing: a remedy is an action'],
  ])('%s', async (remedy, problem) => {
    const { text } = await run([written({ 'a.yaml': `${RULE}remedy: ${JSON.stringify(remedy)}\n` })]);
    expect(text.includes('remedy:') ? text : null).toBe(problem === null ? null : `rules/a.yaml:4:9: remedy: ${problem}`);
  });
});

describe('a rule of the policy', () => {
  const problem = async (yaml: string): Promise<readonly string[]> => {
    const path = join(written({}), '../vigie.yaml');
    writeFileSync(path, added(yaml));
    return (await run([], path)).text.split('\n').filter((line) => line.includes('match'));
  };

  it('is for something that there is, where the configuration alone says what there is', async () => {
    const policy = (target: string): string => `policy: [{ match: { target: "${target}" }, set: { approvers: 2 } }]`;
    expect(await problem(`${policy('alice.exmaple.org')}\nnames: { public: [alice.example.org], zones: {} }`)).toEqual([
      'vigie.yaml:10:29: policy.0.match.target: nothing here is called alice.exmaple.org, did you mean alice.example.org?',
    ]);
    expect(await problem(`${policy('alice*')}\nnames: { public: [alice.example.org] }`)).toEqual([]);
  });

  it('may be for a service that only the Swarm knows, or for a person', async () => {
    expect(
      await problem('policy: [{ match: { target: pad }, set: { approvers: 2 } }]\nswarm: { host: "unix:///var/run/docker.sock" }'),
    ).toEqual([]);
    expect(await problem('policy: [{ match: { action: oncall-swap, target: alice }, set: { approvers: 2 } }]')).toEqual([]);
  });
});
