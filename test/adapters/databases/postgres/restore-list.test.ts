import { describe, expect, it } from 'vitest';
import { FILE_BLOCK_BYTES } from '#adapters/databases/client.ts';
import { restoreList } from '#adapters/databases/postgres/restore-list.ts';
import type { TocEntry } from '#adapters/databases/postgres/toc.ts';

const entry = (line: string): TocEntry => ({ line, id: 1, needs: [], catalog: 0, oid: 0, kind: 'TABLE', rest: '', many: 1 });

/** What pg_restore reads of it: remarks are nothing. */
function read(lines: readonly string[]): string {
  const { blocks, content } = restoreList(lines.map(entry));
  const whole = Buffer.concat([...content]);
  expect(whole).toHaveLength(blocks * FILE_BLOCK_BYTES);
  return whole.toString('utf8').replace(/(?<=^|\n);+\n$/u, '');
}

describe('the list of what is restored', () => {
  it('is filled up to whole blocks with a remark', () => {
    expect(read(['1; first', '2; second\n3; third'])).toBe('1; first\n2; second\n3; third\n');
    expect(read(['1; été'])).toBe('1; été\n');
  });

  it('is whole where it is long', () => {
    const line = Array.from({ length: 20_000 }, (_, index) => `${index}; BLOB - ${index}`).join('\n');
    expect(read([line, 'last'])).toBe(`${line}\nlast\n`);
  });

  it('needs no remark where it fills its blocks, a line break where one byte is left, and nothing where nothing is in it', () => {
    const full = 'x'.repeat(FILE_BLOCK_BYTES - 1);
    expect(read([full])).toBe(`${full}\n`);
    expect(read([full.slice(1)])).toBe(`${full.slice(1)}\n\n`);
    expect(restoreList([]).blocks).toBe(0);
  });
});
