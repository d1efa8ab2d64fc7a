import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from '#kit';
import { configurationReference } from '../../tools/configuration-reference.ts';
import { documents, ROOT } from './documents.ts';

const README_LINES = 150;
/** Shorter lines, such as the heads of tables, may stand in several documents. */
const TELLING = 60;

const all = documents();
const textOf = (path: string): string => all.find((each) => each.path === path)?.text ?? '';

describe('README.md', () => {
  it(`has at most ${README_LINES} lines: it is for the first five minutes`, () => {
    expect(textOf('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(README_LINES);
  });

  it('has the two commands to begin with', () => {
    expect(textOf('README.md')).toContain('```sh\nnpm ci && npm run demo\n```');
    expect(textOf('README.md')).toContain('```sh\nnpm ci && npm test\n```');
  });
});

describe('documents', () => {
  it.each(all)('$path opens with what it is for', ({ text }) => {
    const [title = '', first = ''] = text.split('\n\n');
    expect(title).toMatch(/^# \S[^\n]*$/u);
    expect(first).toMatch(/^[\p{L}`*[]/u);
  });

  it('do not repeat one another', () => {
    const told = new Map<string, string[]>();
    for (const { path, text } of all)
      for (const line of new Set(text.split('\n').filter((each) => each.length >= TELLING)))
        told.set(line, [...(told.get(line) ?? []), path]);
    expect([...told].filter(([, paths]) => paths.length > 1)).toEqual([]);
  });
});

describe('docs/configuration.md', () => {
  it('says of every key of the schema what it is and what it does', () => {
    const rows = configurationReference()
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(150);
    expect(rows.filter((row) => row.includes('|  |') && !row.includes('.title.'))).toEqual([]);
  });

  it('has defaults, forms of one key, and keys below lists and names', () => {
    const text = configurationReference();
    expect(text).toContain('| `timezone` | a time zone | `Europe/Paris` |');
    expect(text).toContain('| `mattermost.token` | a secret | *required* |');
    expect(text).toContain('| `policy[].set.settled` | a duration | nothing |');
    expect(text).toContain('| `backups.copies.NAME.ssh.host` | user@host or user@host:port | *required* |');
    expect(text).toContain('| `pagers.NAME (email).port` | a number from 1 to 65535 | nothing |');
  });
});

describe('docs/dependencies.md', () => {
  const names = z.record(z.string(), z.string()).default({});
  const manifest = z.object({ dependencies: names, optionalDependencies: names, devDependencies: names });
  const own = manifest.parse(readJson('package.json'));
  const tools = manifest.parse(readJson('tools/package.json'));
  const listed = [own.dependencies, own.optionalDependencies, own.devDependencies, tools.dependencies].flatMap((each) => Object.keys(each));
  /** Package, licence, why. */
  const rows = [...textOf('docs/dependencies.md').matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|/gmu)].map(
    ([, name = '', licence = '', why = '']) => ({ name, licence: licence.trim(), why: why.trim() }),
  );

  it('has a line for each package that package.json names, and for no other', () => {
    expect(rows.map(({ name }) => name).toSorted()).toEqual(listed.toSorted());
  });

  it('says why each is there', () => {
    expect(rows.filter(({ why }) => why.length < 10)).toEqual([]);
  });

  it('names the licence that the package itself names', () => {
    const wrong = rows.filter(({ name, licence }) => Object.hasOwn(own.dependencies, name) && licenceOf(name) !== licence);
    expect(wrong).toEqual([]);
  });

  function licenceOf(name: string): string {
    const old = z.array(z.object({ type: z.string() })).default([]);
    const { license, licenses } = z
      .object({ license: z.string().optional(), licenses: old })
      .parse(readJson(join('node_modules', name, 'package.json')));
    return license ?? licenses.map(({ type }) => type).join(' OR ');
  }
});

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}
