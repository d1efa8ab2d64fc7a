import type { Server } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';

const BROKEN = /references invalid table\(s\)/u;

/** Views that nobody can read any more, since something that they stand on is gone: the client of a dump fails on the first of them. */
export async function brokenViews(server: Server, database: string, signal?: AbortSignal): Promise<readonly string[]> {
  const names = await sql(
    server,
    `select table_name from information_schema.views where table_schema = ${literal(database)} order by 1;`,
    signal,
  );
  if (names.length === 0) return [];
  const checks = names.map(([name = '']) => `check table ${identifier(database)}.${identifier(name)};`);
  const found = await sql(server, checks.join('\n'), signal);
  const broken = found.filter(([, , , text = '']) => BROKEN.test(text)).map(([table = '']) => table.slice(database.length + 1));
  return [...new Set(broken)];
}
