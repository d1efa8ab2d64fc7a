import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from '#kit';
import { knownKeys, schemaAt, type Path } from '#config/schema-walk.ts';
import { PRIVATE_KEY, TOKEN } from '#test/config/sample.ts';
import { documents, fenced, ROOT, spansOf } from './documents.ts';
import { addressFrom, endLine, linesOf, onMachine, runLine, startLine } from './shell.ts';

const all = documents();
const textOf = (path: string): string => all.find((each) => each.path === path)?.text ?? '';
const scriptOf = (path: string): readonly string[] => fenced({ path, text: textOf(path) }, 'sh').flatMap(linesOf);

/** What can't be tried on a machine without servers, and without being root: for each, why. */
const ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [/^npm ci(?: --omit=dev)?$/u, 'asks the registry of packages'],
  [/^npm ci && npm test$/u, 'is what runs this'],
  [/^useradd /u, 'makes an account'],
  [/^systemctl /u, 'needs systemd'],
  [/^cp \S+ \/etc\/systemd\//u, 'needs systemd'],
  [/^printf .* \| curl /u, 'needs Mattermost'],
  [/^ssh-keygen -lf /u, 'reads the key of another host'],
  [/^bin\/vigie doctor/u, 'asks all servers'],
  // All that follows is run by test/real/installing.test.ts.
  [/^(?:cat \| )?bin\/vigie setup(?: --yes .*)?$/u, 'needs Mattermost'],
  [/^bin\/vigie check$/u, 'reads what setup has written'],
];

const isElsewhere = (line: string): boolean => ELSEWHERE.some(([form]) => form.test(line));

describe('README.md', () => {
  it('has nothing to type but its two commands', () => {
    expect(scriptOf('README.md')).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
  });

  it('starts a demo that answers', async () => {
    const demo = startLine('npm run demo -- --port 0 --lang fr');
    try {
      const answer = await fetch(await addressFrom(demo));
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain('<html');
    } finally {
      await endLine(demo);
    }
  });

  it('names every action in its table', () => {
    const table = spansOf(
      textOf('README.md')
        .split('\n')
        .filter((line) => line.startsWith('| `'))
        .join('\n'),
    );
    const ids = linesOf(runLine('find handlers -name "*.ts"').output).map((file) => file.replace(/^.*\/|\.ts$/gu, ''));
    const named = (id: string): boolean =>
      table.some((span) => `${span} `.startsWith(`${id} `) || `${span} `.startsWith(`${id.replace('-', ' ')} `));
    expect(ids.length).toBeGreaterThan(40);
    expect(ids.filter((id) => !named(id))).toEqual([]);
  });
});

describe('docs/installing.md', () => {
  const machine = mkdtempSync(join(tmpdir(), 'vigie-installing-'));
  const credentials = join(machine, 'etc/vigie/credentials');
  afterAll(() => rmSync(machine, { recursive: true, force: true }));

  /** A machine needs no ssh-keygen for the fast tests. */
  function play(line: string): string {
    if (line.startsWith('ssh-keygen -q ')) {
      writeFileSync(join(credentials, 'ssh_key'), PRIVATE_KEY, { mode: 0o600 });
      return '';
    }
    const { code, output } = runLine(onMachine(line, machine), TOKEN);
    expect(`${line}: exit ${code}\n${output}`).toContain(': exit 0\n');
    return output;
  }

  it('can be followed line by line, up to what needs servers; vigie check passes before vigie runs', () => {
    mkdirSync(join(machine, 'etc'));
    const lines = scriptOf('docs/installing.md').filter((line) => !isElsewhere(line));
    const said = lines.map((line) => [line, play(line)] as const);
    const ofCheck = said.filter(([line]) => line.startsWith('bin/vigie check')).map(([, output]) => output);
    expect(ofCheck).toEqual([
      expect.stringMatching(/^\d+ rules, handlers and words are in order\n$/u),
      expect.stringMatching(/vigie-as-root\.yaml, handlers and words are in order\n$/u),
    ]);
    expect(said.map(([line]) => line)).toContain('bin/vigie --help');
  });

  it('leaves secrets to their owner alone', () => {
    const modes = ['', 'mattermost_token', 'registry_password', 'ssh_key'].map((name) => statSync(join(credentials, name)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600]);
  });

  it('puts secrets where the unit takes them from, and vigie.yaml looks for them', () => {
    const unit = readFileSync(join(ROOT, 'templates/vigie.service'), 'utf8');
    const config = readFileSync(join(ROOT, 'templates/vigie.yaml'), 'utf8');
    const loaded = [...unit.matchAll(/^LoadCredential=(\w+):\/etc\/vigie\/credentials\/\1$/gmu)].map(([, name = '']) => name);
    const used = [...config.matchAll(/^[^#\n]*\/run\/credentials\/vigie\.service\/(\w+)/gmu)].map(([, name = '']) => name);
    const made = [...textOf('docs/installing.md').matchAll(/ \/etc\/vigie\/credentials\/(\w+)\)?$/gmu)].map(([, name = '']) => name);
    expect([...new Set(used)].toSorted()).toEqual(loaded.toSorted());
    expect(made.toSorted()).toEqual(loaded.toSorted());
  });

  it('says of each thing that newcomers missed where to switch it on', () => {
    const text = textOf('docs/installing.md');
    expect(text).toContain('Enable Bot Account Creation');
    expect(text).toContain('Add the bot to the team');
    expect(text).toMatch(/every\s+private channel that gives a role/u);
    expect(text).toContain('ServiceSettings.AllowedUntrustedInternalConnections');
  });
});

describe.each(all)('$path', ({ text }) => {
  const typed = [...spansOf(text), ...fenced({ path: '', text }, 'sh').flatMap(linesOf)];

  it('names only scripts that package.json has', () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
    const named = typed.flatMap((line) => [...line.matchAll(/npm run ([\w:]+)/gu)].map(([, name = '']) => name));
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it('names only commands that vigie has', () => {
    const named = typed.flatMap((line) => [...line.matchAll(/(?<![\w@./-])(?:\S*bin\/)?vigie ([a-z]+)\b/gu)].map(([, verb = '']) => verb));
    expect(named.filter((verb) => !HELP.includes(` ${verb} `))).toEqual([]);
  });

  it('shows configuration that has only keys which vigie.yaml knows', () => {
    expect(fenced({ path: '', text }, 'yaml').flatMap((block) => unknownKeys(parse(block), []))).toEqual([]);
  });
});

const HELP = runLine('bin/vigie --help').output;

function unknownKeys(value: unknown, path: Path): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => unknownKeys(each, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    if (schemaAt([...path, key]) === null) return [`${[...path, key].join('.')}: ${knownKeys(path).join(', ')}`];
    return unknownKeys(below, [...path, key]);
  });
}
