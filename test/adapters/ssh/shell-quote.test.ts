import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellCommand } from '#adapters/ssh/shell-quote.ts';

describe('a command for a shell', () => {
  it('leaves plain words plain', () => {
    expect(shellCommand(['df', '-P', '/var/lib'])).toBe('df -P /var/lib');
  });

  it('arrives word by word, whatever is in it', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', ' ', "'", '"', '$', '`', '\\', '\n', '*', '!', 'é', ';', '-'),
    });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
        const command = shellCommand(['printf', String.raw`%s\0`, ...words]);
        expect(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' })).toBe(words.map((one) => `${one}\0`).join(''));
      }),
      { numRuns: 40 },
    );
  });
});
