import { FILE_BLOCK_BYTES, type OrderedFile } from '../client.ts';
import type { TocEntry } from './toc.ts';

/** The list of what one pg_restore is to restore, which takes that from a file alone. */
export function restoreList(entries: readonly TocEntry[]): OrderedFile {
  const bytes = entries.reduce((sum, { line }) => sum + Buffer.byteLength(line) + 1, 0);
  const blocks = Math.ceil(bytes / FILE_BLOCK_BYTES);
  return { blocks, content: filled(entries, blocks * FILE_BLOCK_BYTES - bytes) };
}

/** What begins with a semicolon is a remark. Source: pg_restore's manual, on `--use-list`. */
const REMARK = ';';

function* filled(entries: readonly TocEntry[], left: number): Generator<Uint8Array> {
  yield* linesOf(entries);
  if (left > 0) yield Buffer.from(`${REMARK.repeat(left - 1)}\n`);
}

function* linesOf(entries: readonly TocEntry[]): Generator<Uint8Array> {
  let block = '';
  for (const { line } of entries)
    for (let at = 0; at <= line.length;) {
      // Of an entry that stands for many lines some at once.
      const end = line.indexOf('\n', at + BLOCK_CHARACTERS);
      block += `${line.slice(at, end < 0 ? line.length : end)}\n`;
      at = (end < 0 ? line.length : end) + 1;
      if (block.length < BLOCK_CHARACTERS) continue;
      yield Buffer.from(block);
      block = '';
    }
  yield Buffer.from(block);
}

const BLOCK_CHARACTERS = 64 * 1024;
