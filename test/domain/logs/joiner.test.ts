import { describe, expect, it } from 'vitest';
import { BOUNDS } from '#kernel/bounds.ts';
import { Joiner, type Said } from '#domain/logs/joiner.ts';

/** The entries that lines come to, all of one source and a millisecond apart. */
function entriesOf(lines: readonly string[], apartMs = 1): readonly string[] {
  const entries: Said[] = [];
  const joiner = new Joiner<Said>((entry) => entries.push(entry));
  for (const [index, text] of lines.entries()) joiner.add('pad.1', { at: index * apartMs, text, cut: 0 });
  joiner.end();
  return entries.map(({ text }) => text);
}

const TRACES: Readonly<Record<string, readonly string[]>> = {
  Python: [
    'Traceback (most recent call last):',
    '  File "/app/pad.py", line 12, in save',
    '    store(text)',
    'ValueError: too long',
    '',
    'During handling of the above exception, another exception occurred:',
    '',
    'Traceback (most recent call last):',
    '  File "/app/pad.py", line 14, in save',
    'KeyError: "pad"',
  ],
  Java: [
    '2026-11-29 03:12:09 ERROR o.x.Pad - failed',
    'java.lang.IllegalStateException: boom'.replace('java', '\tjava'),
    '\tat org.example.Pad.save(Pad.java:12)',
    'Caused by: java.io.IOException: disk full',
    '\tat org.example.Disk.write(Disk.java:3)',
    '\t... 12 more',
  ],
  Go: [
    'panic: runtime error: index out of range [3] with length 3',
    '',
    'goroutine 1 [running]:',
    'main.save(0x12, 0x34)',
    '\t/src/main.go:12 +0x1d',
    'main.main()',
    '\t/src/main.go:5 +0x20',
    'exit status 2',
  ],
  Node: [
    '/app/pad.js:12',
    '    throw new TypeError("boom")',
    '    ^',
    '',
    'TypeError: boom',
    '    at save (/app/pad.js:12:11)',
    '    at Object.<anonymous> (/app/pad.js:20:1)',
  ],
  PHP: [
    'PHP Fatal error:  Uncaught Exception: boom in /app/pad.php:12',
    'Stack trace:',
    '#0 /app/index.php(3): save()',
    '#1 {main}',
    '  thrown in /app/pad.php on line 12',
  ],
  Rust: [
    "thread 'main' panicked at src/main.rs:2:5:",
    '  index out of bounds',
    'note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace',
  ],
};

describe('lines that are one entry', () => {
  it.each(Object.entries(TRACES))('a trace of %s, and nothing before or behind it', (_, trace) => {
    expect(entriesOf(['before', ...trace, 'behind', 'and more'])).toEqual(['before', trace.join('\n'), 'behind', 'and more']);
  });

  it('are not lines that merely follow', () => {
    const lines = ['GET /a 200', 'GET /b 200', '', '# title', '#1 done'];
    expect(entriesOf(lines)).toEqual(lines);
  });

  it('are not lines that come much later', () => {
    expect(entriesOf(['one', '  two'], 60_000)).toEqual(['one', '  two']);
  });

  it('are told apart by who wrote them, however mixed they come', () => {
    const entries: string[] = [];
    const joiner = new Joiner<Said>(({ text }) => entries.push(text));
    for (const [source, text] of [
      ['a', 'Error: a'],
      ['b', 'Error: b'],
      ['a', '  at a'],
      ['b', '  at b'],
    ] as const)
      joiner.add(source, { at: 0, text, cut: 0 });
    joiner.end();
    expect(entries).toEqual(['Error: a\n  at a', 'Error: b\n  at b']);
  });

  it('are bounded, and say how much is missing', () => {
    const entries: Said[] = [];
    const joiner = new Joiner<Said>((entry) => entries.push(entry));
    const lines = ['Error: deep', ...Array.from({ length: 3_000 }, () => `    at ${'x'.repeat(50)}`)];
    for (const text of lines) joiner.add('a', { at: 0, text, cut: 0 });
    joiner.end();
    const [{ text, cut }] = entries as [Said];
    expect(entries).toHaveLength(1);
    expect(text.length).toBeLessThanOrEqual(BOUNDS.logEntry.most + 1);
    expect(text.length + cut).toBe(lines.join('\n').length);
  });

  it('are given up for others where very many write at once', () => {
    const entries: string[] = [];
    const joiner = new Joiner<Said>(({ text }) => entries.push(text));
    for (let source = 0; source < 1_000; source += 1) joiner.add(String(source), { at: 0, text: String(source), cut: 0 });
    expect(entries.length).toBeGreaterThan(900);
    joiner.end();
    expect(entries).toHaveLength(1_000);
  });
});
