import type { Server } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';

/** A column whose default takes the next value of a sequence names it with its database, and so does a view whose definer is gone. Rows never begin like these lines. */
const COLUMN = /^ {2}`/u;
const VIEW = /^\/\*!50001 VIEW /u;

/** The same dump, whose columns and views mean whichever database they are loaded into. @param live the one that was dumped */
export async function* inItsOwnDatabase(dump: AsyncIterable<Uint8Array>, live: string): AsyncGenerator<Uint8Array> {
  const named = `${identifier(live)}.`;
  let held = Buffer.alloc(0);
  for await (const chunk of dump) {
    const block = Buffer.concat([held, chunk]);
    // Whole lines are looked at; rows, which are long, are passed on as they come.
    const end = block.lastIndexOf('\n') + 1;
    held = Buffer.from(block.subarray(end));
    if (end > 0) yield rewritten(block.subarray(0, end), named);
    if (held.length > HELD_BYTES) {
      yield held;
      held = Buffer.alloc(0);
    }
  }
  if (held.length > 0) yield held;
}

const HELD_BYTES = 64 * 1024;

function rewritten(block: Buffer, named: string): Buffer {
  if (!block.includes(named)) return block;
  const lines = block.toString('latin1').split('\n');
  const latin = Buffer.from(named).toString('latin1');
  return Buffer.from(lines.map((line) => ownIn(line, latin)).join('\n'), 'latin1');
}

function ownIn(line: string, named: string): string {
  if (VIEW.test(line)) return line.replaceAll(named, '');
  return COLUMN.test(line) ? line.replaceAll(`nextval(${named}`, 'nextval(') : line;
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
  const script = (await sql(server, text, signal)).flatMap(([table = '', column = '', value = '']) => {
    const name = sequenceIn(value, fresh);
    if (name === null) return [];
    return [
      `alter table ${identifier(live)}.${identifier(table)} alter column ${identifier(column)} set default nextval(${identifier(live)}.\`${name}\`);`,
    ];
  });
  if (script.length > 0) await sql(server, script.join('\n'), signal);
}
