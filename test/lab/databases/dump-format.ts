import { z } from 'zod';
import type { Engine } from '#ports/databases.ts';
import { Complaint } from './as-import.ts';

/** Tables with their rows, in the order of their names. */
export type Tables = ReadonlyMap<string, readonly string[]>;

const line = z.union([
  z.strictObject({ engine: z.enum(['postgres', 'mariadb', 'mongodb']), version: z.string(), database: z.string() }),
  z.strictObject({ table: z.string() }),
  z.strictObject({ row: z.string() }),
  /** What only a superuser may: a hostile dump holds it. */
  z.strictObject({ run: z.string() }),
  z.strictObject({ end: z.int() }),
]);
export type DumpLine = z.infer<typeof line>;

const CHUNK_BYTES = 16 * 1024;

/**
 * The lab's dump: JSON, a line each. The same content gives the same bytes; a chunk begins with each table, and every 16 kB. Its last line says how many rows there
 * were, so that half a dump is seen.
 */
export function* encodeDump(header: { engine: Engine; version: string; database: string }, tables: Tables): Generator<Uint8Array> {
  yield encoded([header]);
  let rows = 0;
  for (const [table, content] of tables) {
    let chunk: DumpLine[] = [{ table }];
    let bytes = 0;
    for (const row of content) {
      chunk.push({ row });
      bytes += row.length;
      if (bytes < CHUNK_BYTES) continue;
      yield encoded(chunk);
      [chunk, bytes] = [[], 0];
    }
    yield encoded(chunk);
    rows += content.length;
  }
  yield encoded([{ end: rows }]);
}

export function encoded(lines: readonly DumpLine[]): Uint8Array {
  return Buffer.from(lines.map((each) => `${JSON.stringify(each)}\n`).join(''));
}

/** @throws Complaint for what is no dump */
export async function* decodeDump(dump: AsyncIterable<Uint8Array>): AsyncGenerator<DumpLine> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of dump) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const each of lines) yield decoded(each);
  }
  if (rest !== '') throw new Complaint('unexpected end of file');
}

function decoded(text: string): DumpLine {
  try {
    return line.parse(JSON.parse(text));
  } catch (error) {
    throw new Complaint('input file does not appear to be a valid archive', { cause: error });
  }
}
