import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visible, visibleLine } from '#kernel/visible.ts';

const NEVER = /[\p{Cs}\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u2424\ufeff\ufff9-\ufffb]/u;

describe('text from outside, made visible', () => {
  it.each([
    ['a title for the terminal', '\u001b]0;evil\u0007', '␛]0;evil␇'],
    ['colours', '\u001b[31mred\u001b[0m', '␛[31mred␛[0m'],
    ['an eight-bit control sequence', '\u009b2J', '⟨U+009B⟩2J'],
    ['a name that reads backwards', 'exe.\u202egnp', 'exe.⟨U+202E⟩gnp'],
    ['isolates', '\u2066a\u2069', '⟨U+2066⟩a⟨U+2069⟩'],
    ['many of one kind', '\u200b\u200b\u200b', '⟨U+200B ×3⟩'],
    ['a joiner between letters', 'a\u200db', 'a⟨U+200D⟩b'],
    ['a selector that hides a bit', 'a\ufe0fb', 'a⟨U+FE0F⟩b'],
    ['words in tags', 'x\u{e0041}', 'x⟨U+E0041⟩'],
    ['a soft hyphen', 'pass\u00adword', 'pass⟨U+00AD⟩word'],
    ['half a pair', '\ud83d!', '⟨U+D83D⟩!'],
    ['other ends of a line', 'a\u2028b\u0085c\u2424', 'a⟨U+2028⟩b⟨U+0085⟩c⟨U+2424⟩'],
    ['a line that is written over', 'harmless\rrm -rf', 'harmless␍rm -rf'],
    ['nothing at all', 'a\u0000b\u007f', 'a␀b␡'],
  ])('marks %s', (_what, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it.each(['l’été\u202f: 5\u00a0€ «\u00a0ici\u00a0»', '👨‍👩‍👧‍👦 ⚙️ ▶️ 1️⃣ ❤️‍🔥 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇫🇷 👍🏽 ✔︎', 'e\u0301 日本語 العربية', 'two\nlines\tand a tab'])(
    'leaves %j alone',
    (text) => {
      expect(visible(text)).toBe(text);
    },
  );

  it('takes the ends of lines from Windows and terminals for what they are', () => {
    expect(visible('a\r\nb\r\r\nc\r')).toBe('a\nb\nc');
  });

  it('lets through nothing that a terminal obeys or nobody sees, and changes nothing twice', () => {
    const unit = fc.oneof(
      fc.integer({ min: 0, max: 0x9f }),
      fc.integer({ min: 0x2000, max: 0x206f }),
      fc.constantFrom(0xad, 0x200d, 0xfe0f, 0x1f600, 0x2699, 0xd800, 0xdc00, 0xe0041, 0xfeff, 0x41),
    );
    fc.assert(
      fc.property(fc.array(unit), (codes) => {
        const shown = visible(String.fromCodePoint(...codes));
        expect(shown).not.toMatch(NEVER);
        expect(shown.replaceAll(/[\n\t]/gu, '')).not.toMatch(/\p{Cc}/u);
        expect(visible(shown)).toBe(shown);
      }),
    );
  });

  it('keeps a line a line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visibleLine(text)).not.toMatch(/[\n\r\t\v\f\u0085\u2028\u2029]|\s\s/u);
      }),
    );
    expect(visibleLine('12\u00a0%\n\n  of it')).toBe('12\u00a0% of it');
  });
});
