import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visible, visibleLine } from '#kernel/visible.ts';
import { codeBlock, codeContent, codeSpan, escapeFilled, escapeText, mention, plainWords, rawLine } from '#messages/markdown.ts';

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
    '&#x202e;',
    '$x$',
    ':x:',
    ':white_check_mark:',
    'https://evil.example',
    'www.evil.example',
    'evil.org/a',
    'mailto:eve',
    '#tag',
    '\u001b[2J',
    '\u200d',
  ),
});

/** What Mattermost makes links, emoji, formulas and other characters of: the rules `url`, `autolink`, `inlinelatex` of its Markdown, and its names. */
const WORKS = [
  /(?<![a-z\d.+-])(?:https?|ftp|mailto|tel):(?:\/{1,3}|[\p{L}\d%])|www\d{0,3}[.]|[\p{L}\d.-]+[.]\p{L}{2,4}\//iu,
  /<(?:[^ >]+(?:@|:\/)|www\d{0,3}\.)[^ >]+>/u,
  /\$/u,
  /:(?!\d\d:)[a-zA-Z0-9_+-]+:/u,
  /&(?!amp;|lt;|#36;)#?\w+;/u,
  /(?<!&)#\p{L}/u,
] as const;
/** What a terminal obeys, and what hides between letters; vigie's own zero-width space behind a mark is none of it. */
const HIDDEN = /[\p{Cs}\u00ad\u061c\u200c-\u200f\u2028-\u202e\u2060-\u206f\u2424\ufeff]|(?![\n\t])\p{Cc}/u;

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
        const bare = escapeText(text).replaceAll(/\\[\\`*_~[\]<>#|!]|&#36;/gu, '');
        expect(bare).not.toMatch(/[\\`*_~[\]<>#|!\n\r]/u);
      }),
    );
  });

  it('never becomes a link, an emoji, a formula, a tag or another character, and hides nothing', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const works of WORKS) expect(escapeText(text)).not.toMatch(works);
        for (const out of [escapeText(text), codeSpan(text), codeBlock(text), rawLine(text), plainWords(escapeText(text))])
          expect(out).not.toMatch(HIDDEN);
      }),
      { numRuns: 500 },
    );
  });

  it('loses nothing but blanks', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(plainWords(escapeText(text))).toBe(visibleLine(text));
      }),
    );
  });

  it.each([
    ['@all', '@\u200ball'],
    ['\\@all', '\\\\@\u200ball'],
    ['[x](http://evil)', '\\[x\\](http:\u200b//evil)'],
    ['see https://evil.example/x', 'see https:\u200b//evil\u200b.example/x'],
    ['www.evil.example', 'www\u200b.evil.example'],
    ['mailto:eve', 'mailto:\u200beve'],
    [':lock: at 12:30:45', ':\u200block: at 12:30:45'],
    ['<eve@evil.example>', '&lt;eve@\u200bevil.example\\>'],
    ['&#8238; & &lt; $x$', '&amp;\\#8238; & &amp;lt; &#36;x&#36;'],
    ['- [ ] item', '\u200b- \\[ \\] item'],
    ['=== done', '\u200b=== done'],
    [-5, '-5'],
    ['a|b', 'a\\|b'],
    ['two\nlines', 'two lines'],
    ['\u202Egnp.exe', '⟨U+202E⟩gnp.exe'],
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
        if (markdown === '') expect(text).toBe('');
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
        const wanted = visibleLine(text).replaceAll('|', '∣');
        expect((readSpan(codeSpan(text))?.inside ?? '').trim()).toBe(wanted.trim());
      }),
    );
  });
});

describe('what a terminal is given', () => {
  it('is code as it was, back-ticks, stars and backslashes included', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        // Blanks at the ends of a code span don't count.
        const span = plainWords(`**log** ${codeSpan(text)}.`).replaceAll(' ', '');
        expect(span).toBe(`log${visibleLine(text).replaceAll('|', '∣').replaceAll(' ', '')}.`);
        expect(plainWords(`log\n${codeBlock(text)}\nend`)).toBe(`log\n${visible(text).trimEnd()}\nend`);
      }),
      { examples: [['a `b` **c** \\_d'], ['``` \n```'], [' `'], ['$x$ &amp;']] },
    );
  });
});

describe('a name within a command that is shown as code', () => {
  it('ends it nowhere, and is shown without backslashes', () => {
    expect(codeContent('my_blog` @all |\u202e')).toBe('my_blogˋ @all ∣⟨U+202E⟩');
  });
});

describe("what a rule says, with a document's words in it", () => {
  it('has links where the rule has them, never where the document has', () => {
    const parts = ['see https://wiki.example/disk: ', { value: 'https://evil.example/x @all :x:' }];
    expect(escapeFilled(parts)).toBe('see https://wiki.example/disk: https:\u200b//evil\u200b.example/x @\u200ball :\u200bx:');
  });

  it('makes no emoji where the two meet', () => {
    expect(escapeFilled([':', { value: 'white' }, ':'])).toBe(':\u200bwhite:');
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
