import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
/** The last column of an attempt: `` `test/acceptance/roles.test.ts` › is not held by %s, %s ``. */
const NAMED = /\| `(?<file>test\/[\w./-]+\.ts)` › (?<title>.+) \|$/u;

/** Attempts of the threat model, each with the test that makes it. */
function attempts(): { readonly line: string; readonly file: string; readonly title: string }[] {
  const lines = readFileSync(join(ROOT, 'docs/security.md'), 'utf8').split('\n');
  const rows = lines.filter((line) => line.startsWith('| ') && !line.startsWith('| Tries'));
  return rows.map((line) => {
    const { file = '', title = '' } = NAMED.exec(line)?.groups ?? {};
    return { line, file, title: title.replaceAll(String.raw`\|`, '|') };
  });
}

/** Whether a title stands in the file as somebody wrote it, in whichever quotes. */
function stands(source: string, title: string): boolean {
  const written = [title, title.replaceAll("'", String.raw`\'`), title.replaceAll('`', '\\`')];
  return written.some((text) => ["'", '"', '`'].some((quote) => source.includes(`${quote}${text}${quote}`)));
}

describe('the threat model', () => {
  it('has many attempts, each with what is tried, what comes of it, what stops it, and its test', () => {
    expect(attempts().length).toBeGreaterThan(80);
    for (const { line, file } of attempts()) {
      expect(line.split(/(?<!\\)\|/u)).toHaveLength(6);
      expect(file, line).not.toBe('');
    }
  });

  it.each(attempts())('is tried: $file › $title', ({ file, title }) => {
    expect(existsSync(join(ROOT, file)), `${file} does not exist`).toBe(true);
    expect(stands(readFileSync(join(ROOT, file), 'utf8'), title), `${file} has no test "${title}"`).toBe(true);
  });
});
