import type { Server } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';
import { withOwnNames } from './own-names.ts';

const NEWLINE = 10;
const NONE = Buffer.alloc(0);
/** A column whose default takes the next value of a sequence names it with its database, and so does a view whose definer is gone. Rows never begin like these lines. */
const [COLUMN, VIEW] = ['  `', '/*!50001 VIEW '];
/** Longer lines begin like one of these, and are none. */
const HELD_BYTES = 64 * 1024;

/**
 * The same dump, whose columns and views mean whichever database they are loaded into. Nothing is held but the beginning of a line that may be one of these: rows pass in the pieces that they come in.
 * @param live the one that was dumped
 */
export async function* inItsOwnDatabase(dump: AsyncIterable<Uint8Array>, live: string): AsyncGenerator<Uint8Array> {
  let held: Buffer = NONE;
  let passing = false;
  for await (const chunk of dump) {
    // Nothing ends no line.
    if (chunk.length === 0) continue;
    const block = held.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.concat([held, chunk]);
    const last = block.lastIndexOf(NEWLINE) + 1;
    const waits: boolean = (last > 0 || !passing) && mayName(block.subarray(last));
    const end = waits ? last : block.length;
    if (end > 0) yield rewritten(block.subarray(0, end), live, passing);
    held = waits ? Buffer.from(block.subarray(last)) : NONE;
    passing = !waits && last < block.length;
  }
  if (held.length > 0) yield rewritten(held, live, false);
}

/** Of the beginning of a line, whose end comes yet. */
function mayName(line: Buffer): boolean {
  if (line.length === 0 || line.length > HELD_BYTES) return false;
  const start = line.toString('latin1', 0, VIEW.length);
  return [COLUMN, VIEW].some((each) => start.startsWith(each) || each.startsWith(start));
}

/** @param passing whether it begins in the middle of a line that is neither */
function rewritten(block: Buffer, database: string, passing: boolean): Buffer {
  const name = `${identifier(database)}.`;
  if (!block.includes(name)) return block;
  const lines = block.toString('latin1').split('\n');
  const latin = Buffer.from(database).toString('latin1');
  return Buffer.from(lines.map((line, index) => (passing && index === 0 ? line : ownIn(line, latin))).join('\n'), 'latin1');
}

function ownIn(line: string, database: string): string {
  if (line.startsWith(VIEW)) return withOwnNames(line, database);
  return line.startsWith(COLUMN) ? line.replaceAll(`nextval(${identifier(database)}.`, 'nextval(') : line;
}

/** The sequence whose next value a default takes, and which does nothing else: so much vigie says again itself. As it stands between backticks. */
function sequenceIn(value: string, database: string): string | null {
  const start = `nextval(${identifier(database)}.`;
  if (!value.startsWith(start)) return null;
  return /^`((?:[^`]|``)+)`\)$/u.exec(value.slice(start.length))?.[1] ?? null;
}

/** Once what was loaded as `fresh` is in its place, its columns still name their sequences as they were there: they are told anew. */
export async function followSequences(
  server: Server,
  { live, fresh }: { readonly live: string; readonly fresh: string },
  signal?: AbortSignal,
): Promise<void> {
  const text = `select table_name, column_name, column_default from information_schema.columns where table_schema = ${literal(live)} and column_default like 'nextval(%';`;
  // All of a table at once: none is altered while another of its columns names what isn't there.
  const told = new Map<string, string[]>();
  for (const [table = '', column = '', value = ''] of await sql(server, text, signal)) {
    const name = sequenceIn(value, fresh);
    if (name === null) continue;
    const columns = told.get(table) ?? [];
    columns.push(`alter column ${identifier(column)} set default nextval(${identifier(live)}.\`${name}\`)`);
    told.set(table, columns);
  }
  const script = [...told].map(([table, columns]) => `alter table ${identifier(live)}.${identifier(table)} ${columns.join(', ')};`);
  if (script.length > 0) await sql(server, script.join('\n'), signal);
}
