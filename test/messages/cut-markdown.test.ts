import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutText, cutBytes, abridged, readAbridged } from '#kernel/cut.ts';
import { cutMarkdown } from '#messages/cut-markdown.ts';
import { codeBlock, codeSpan, escapeText } from '#messages/markdown.ts';

const outside = fc.string({ unit: fc.constantFrom('a', ' ', '`', '\\', '*', '😀', '@', '\n', '_', '<'), maxLength: 60 });
/** A text as vigie makes them: whatever comes from outside is escaped, a span or a block. */
const made = fc
  .array(
    fc.oneof(
      outside.map(escapeText),
      outside.map(codeSpan),
      outside.map((text) => `\n${codeBlock(text)}\n`),
      fc.constantFrom('\n', '**', ' · ', '@alice '),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(' '));

describe('a cut text', () => {
  it('leaves no code span, no block, no escape and no letter half', () => {
    fc.assert(
      fc.property(made, fc.integer({ min: 1, max: 300 }), (text, most) => {
        const { text: head, missing } = cutMarkdown(text, most);
        expect(head.length).toBeLessThanOrEqual(Math.max(most, text.length <= most ? text.length : 0));
        expect(missing === 0).toBe(text.length <= most);
        expect(head.isWellFormed()).toBe(true);
        if (missing > 0) expect(remains(`${head}${head.endsWith('```') ? '\n' : ''}\u0001`)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('cuts no mention into somebody else’s', () => {
    expect(cutMarkdown(`${'a'.repeat(20)}@alice bob`, 23).text).toBe('a'.repeat(20));
  });

  it('closes the block that it cuts', () => {
    const { text } = cutMarkdown(codeBlock('line\n'.repeat(100)), 100);
    expect(text.startsWith('```\nline')).toBe(true);
    expect(text.endsWith('\n```')).toBe(true);
  });

  it('keeps something of a line that has no end', () => {
    expect(cutMarkdown('x'.repeat(1_000), 100).text).toHaveLength(100);
    expect(cutMarkdown(codeBlock('x'.repeat(1_000)), 100).text.length).toBeGreaterThan(80);
  });

  it('is made in linear time', () => {
    const startedAt = performance.now();
    cutMarkdown('`a``b```c '.repeat(40_000), 200_000);
    cutMarkdown('\\'.repeat(400_000), 200_000);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('a cut value', () => {
  it('never ends within a letter, in units or in bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'é', '😀') }), fc.nat(20), (text, most) => {
        expect(cutText(text, most).text.isWellFormed()).toBe(true);
        const cut = cutBytes(text, most);
        expect(Buffer.byteLength(cut.text)).toBeLessThanOrEqual(most);
        expect(Buffer.byteLength(cut.text) + cut.missing).toBe(Buffer.byteLength(text));
      }),
    );
  });

  it('kept abridged says how much is missing, and two that differ stay different', () => {
    const [one, other] = [abridged(`${'a'.repeat(5_000)}b`, 100), abridged(`${'a'.repeat(5_000)}c`, 100)];
    expect(one).not.toBe(other);
    expect(one.length).toBeLessThanOrEqual(101);
    expect(readAbridged(one)).toEqual({ text: 'a'.repeat(70), missing: 4_931 });
  });
});

/** Whether what stands at the end is read as itself: outside of blocks and spans, not escaped. */
function remains(text: string): boolean {
  let fence = '';
  let rest = '';
  for (const line of text.split('\n')) {
    const run = /^(`{3,})[^`]*$/u.exec(line)?.[1] ?? '';
    if (fence === '' && run !== '') fence = run;
    else if (fence !== '') {
      if (run.length >= fence.length && line.replace('\u0001', '').trim() === run) {
        fence = '';
        if (line.includes('\u0001')) rest += '\u0001';
      }
    } else rest += `${line}\n`;
  }
  if (fence !== '') return false;
  const plain = rest.replaceAll(/\\[\s\S]|(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/gu, '');
  return plain.includes('\u0001');
}
