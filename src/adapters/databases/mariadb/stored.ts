import type { Server } from '../dialect.ts';
import { literal, sql } from './client.ts';
import { OWN_TABLE_LIST } from './notes.ts';

/** Kept in tables; neither views nor sequences, nor what has the name of what vigie itself notes. */
export const STORED = `table_type in ('BASE TABLE', 'SYSTEM VERSIONED') and table_name not in (${OWN_TABLE_LIST})`;

export async function storedTables(server: Server, database: string, signal?: AbortSignal): Promise<readonly string[]> {
  const text = `select table_name from information_schema.tables where table_schema = ${literal(database)} and ${STORED};`;
  return (await sql(server, text, signal)).map(([name = '']) => name);
}
