import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeBlock, codeSpan, escapeText, mention } from '#messages/markdown.ts';

/** Text that is likely to break out: marks, mentions and blanks more often than letters. */
const hostile = fc.string({
  unit: fc.constantFrom(
    '`',
    '``',
    '|',
    '\\',
    '@',
    'all',
    'bob',
    '*',
    '_',
    '[',
    ']',
    '(http://x)',
    '~',
    '\n',
    '\r\n',
    '\t',
    ' ',
    '#',
    '<',
    '>',
    '!',
    'é',
    '\u202e',
    '\u2066',
    '😀',
    '```',
    '-',
  ),
});

/** As CommonMark reads a code span that begins the text: what is inside, and what stands behind it. */
function readSpan(markdown: string): { inside: string; behind: string } | null {
  const [run = ''] = /^`+/u.exec(markdown) ?? [];
  if (run === '') return null;
  for (const match of markdown.slice(run.length).matchAll(/`+/gu)) {
    if (match[0].length !== run.length) continue;
    const inside = markdown.slice(run.length, run.length + match.index);
    const strip = inside.startsWith(' ') && inside.endsWith(' ') && inside.trim() !== '';
    return { inside: strip ? inside.slice(1, -1) : inside, behind: markdown.slice(run.length + match.index + run.length) };
  }
  return null;
}

describe('text from outside', () => {
  it('never holds a mention that notifies', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(escapeText(text)).not.toMatch(/@(?!\u200b)/u);
      }),
    );
  });

  it('never holds a mark of Markdown that is not escaped, nor a line break', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const bare = escapeText(text).replaceAll(/\\[\\`*_~[\]<>#|!]/gu, '');
        expect(bare).not.toMatch(/[\\`*_~[\]<>#|!\n\r]/u);
      }),
    );
  });

  it('loses nothing but blanks and what would turn the text around', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const read = escapeText(text).replaceAll(/\\(.)/gu, '$1').replaceAll('\u200b', '');
        expect(read).toBe(text.replaceAll(/\s+/gu, ' ').replaceAll(/[\u202a-\u202e\u2066-\u2069]/gu, ''));
      }),
    );
  });

  it.each([
    ['@all', '@\u200ball'],
    ['\\@all', '\\\\@\u200ball'],
    ['[x](http://evil)', '\\[x\\](http://evil)'],
    ['a|b', 'a\\|b'],
    ['two\nlines', 'two lines'],
    ['\u202Egnp.exe', 'gnp.exe'],
    [7, '7'],
    [null, ''],
    [undefined, ''],
    [{ a: 1 }, '{"a":1}'],
  ])('%j becomes %j', (value, text) => {
    expect(escapeText(value)).toBe(text);
  });
});

describe('a code span', () => {
  it('is never broken out of', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const markdown = codeSpan(text);
        if (markdown === '') expect(text.replaceAll(/[\u202a-\u202e\u2066-\u2069]/gu, '')).toBe('');
        else expect(readSpan(markdown)?.behind).toBe('');
      }),
      { examples: [['`'], ['``'], ['` `'], ['a`b``c'], ['|'], [' `'], ['\n']] },
    );
  });

  it('stays in its cell of a table, on one line', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(codeSpan(text)).not.toMatch(/[|\n\r]/u);
      }),
    );
  });

  it('shows what it was given', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const wanted = text
          .replaceAll(/\s+/gu, ' ')
          .replaceAll(/[\u202a-\u202e\u2066-\u2069]/gu, '')
          .replaceAll('|', '∣');
        expect((readSpan(codeSpan(text))?.inside ?? '').trim()).toBe(wanted.trim());
      }),
    );
  });
});

describe('a code block', () => {
  it('is never broken out of', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const lines = codeBlock(text).split('\n');
        const [fence = '', ...inside] = lines;
        const closing = inside.findIndex((line) => /^ {0,3}`+\s*$/u.test(line) && line.trim().length >= fence.length);
        expect([fence.replaceAll('`', ''), closing]).toEqual(['', inside.length - 1]);
      }),
    );
  });
});

describe('a mention', () => {
  it.each(['alice', 'alice.b-c_2', '0day'])('of %s notifies', (name) => {
    expect(mention(name)).toBe(`@${name}`);
  });

  it.each(['', 'Alice', 'alice bob', 'alice\n@all', '@alice', '-alice', 'alice)', 'x'.repeat(65), null, undefined])(
    'of %j, which is no user name, does not',
    (name) => {
      expect(mention(name)).not.toMatch(/@(?!\u200b)/u);
    },
  );

  it('never notifies more than one', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        expect(mention(name).match(/@(?!\u200b)/gu)?.length ?? 0).toBeLessThanOrEqual(1);
      }),
    );
  });
});
