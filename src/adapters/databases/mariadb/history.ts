import type { Server } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';

interface History {
  readonly table: string;
  /** Valid ones, and those that aren't any more. */
  readonly all: number;
  readonly past: number;
}

/** Of each system-versioned table. */
export async function historyOf(server: Server, database: string, signal?: AbortSignal): Promise<readonly History[]> {
  const versioned = `select table_name from information_schema.tables where table_schema = ${literal(database)} and table_type = 'SYSTEM VERSIONED' order by table_name;`;
  const counts = (await sql(server, versioned, signal)).map(([name = '']) => {
    const table = `${identifier(database)}.${identifier(name)}`;
    return `select ${literal(name)}, (select count(*) from ${table} for system_time all), (select count(*) from ${table});`;
  });
  if (counts.length === 0) return [];
  const found = await sql(server, counts.join('\n'), signal);
  return found.map(([table = '', all = '0', valid = '0']) => ({ table, all: Number(all), past: Number(all) - Number(valid) }));
}

/** Whether a table's history counts transactions, and not time: `mariadb-dump --dump-history` refuses the whole database for it. */
export async function countsTransactions(server: Server, database: string, signal?: AbortSignal): Promise<boolean> {
  const text = `select 1 from information_schema.columns where table_schema = ${literal(database)} and generation_expression = 'ROW START' and data_type = 'bigint' limit 1;`;
  return (await sql(server, text, signal)).length > 0;
}

/** What mariadb-dump (from 10.11 on) writes before the rows of each system-versioned table whose history it dumps. */
const DUMPED = Buffer.from('SET @old_system_versioning_insert_history');

/** Labels of tables of which a dump doesn't hold since when, and until when, its rows were valid: clients before 10.11 know nothing of it, and none can where a table counts transactions. */
export async function historyLeft(server: Server, dump: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<readonly string[]> {
  try {
    const kept = (await historyOf(server, server.facts.database, signal)).filter(({ all }) => all > 0);
    if (kept.length > 0 && (await holds(dump, DUMPED))) return [];
    return kept.map(({ table }) => `history of table ${table}`);
  } finally {
    await dump[Symbol.asyncIterator]().return?.();
  }
}

async function holds(dump: AsyncIterable<Uint8Array>, text: Buffer): Promise<boolean> {
  let end = Buffer.alloc(0);
  for await (const chunk of dump) {
    const block = Buffer.concat([end, chunk]);
    if (block.includes(text)) return true;
    end = Buffer.from(block.subarray(-text.length));
  }
  return false;
}
