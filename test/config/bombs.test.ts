import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '#config/load.ts';
import { loadRules } from '#config/rules/load-rules.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { DEFAULTS } from './rules/written.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vigie-bombs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Nine lists of nine of the list before: a billion elements. */
const LAUGHS = Array.from({ length: 10 }, (_, index) => {
  const name = (number: number): string => `l${number}`;
  return index === 0
    ? `${name(0)}: &l0 [lol]`
    : `${name(index)}: &${name(index)} [${Array(9)
        .fill(`*${name(index - 1)}`)
        .join(', ')}]`;
}).join('\n');
const DEEP = `name: deep\nfilter: ${'['.repeat(50_000)}${']'.repeat(50_000)}\n`;
const LARGE = `name: ${'x'.repeat(BOUNDS.yamlFile.most + 1)}\n`;

function rulesIn(text: string): readonly string[] {
  const file = join(folder, 'rule.yaml');
  writeFileSync(file, text);
  return loadRules([file], DEFAULTS).problems;
}

describe.each([
  ['a billion aliases', `name: laughs\ntype: any\nindex: logs\n${LAUGHS}\n`, /alias/iu],
  ['lists a hundred thousand deep', DEEP, /./u],
  ['more than anybody writes', LARGE, /larger than 1 MB/u],
])('a file with %s', (_what, text, problem) => {
  it('as a rule is refused in words, at once', { timeout: 10_000 }, () => {
    const startedAt = performance.now();
    expect(rulesIn(text).join('\n')).toMatch(problem);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('as the configuration is, too', { timeout: 10_000 }, () => {
    const file = join(folder, 'vigie.yaml');
    writeFileSync(file, text);
    const startedAt = performance.now();
    expect(() => loadConfig(file)).toThrow(problem);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
