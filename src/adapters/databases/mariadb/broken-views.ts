import type { Server } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';

const BROKEN = /references invalid table\(s\)/u;

/**
 * Views that nobody can read any more, since something that they stand on is gone: the client of a dump fails on the first of them.
 * @param unreadable there are tables that can't be read: a view on one of them says the same of it
 */
export async function brokenViews(server: Server, database: string, signal?: AbortSignal, unreadable = false): Promise<readonly string[]> {
  const names = await sql(
    server,
    `select table_name from information_schema.views where table_schema = ${literal(database)} order by 1;`,
    signal,
  );
  if (names.length === 0) return [];
  const checks = names.map(([name = '']) => `check table ${identifier(database)}.${identifier(name)};`);
  const found = await sql(server, checks.join('\n'), signal);
  const broken = found
    .filter(([, , kind = '', text = '']) => BROKEN.test(text) || (unreadable && kind.toLowerCase() === 'error'))
    .map(([table = '']) => table.slice(database.length + 1));
  return [...new Set(broken)];
}
