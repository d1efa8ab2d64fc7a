import type { Server } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';

/** Tables in a folder that somebody named: the new one's files would have the same names there. And those that CONNECT reads from files, which is for who may read all of the server's. */
export async function outsideFiles(server: Server, database: string, signal?: AbortSignal): Promise<readonly string[]> {
  return await inFolders(server, { database, engines: ['MyISAM', 'Aria', 'InnoDB', 'CONNECT'] }, signal);
}

/**
 * InnoDB's tables in a folder that somebody named: renamed into another database they are lost to the server, half of it done. Source: seen on MariaDB 10.11, which ends with its error 1010.
 */
export async function unmovable(server: Server, signal?: AbortSignal): Promise<readonly string[]> {
  return await inFolders(server, { database: server.facts.database, engines: ['InnoDB'] }, signal);
}

interface Asked {
  readonly database: string;
  readonly engines: readonly string[];
}

/** What the list of tables doesn't say of partitions stands in how each is made. */
async function inFolders(server: Server, { database, engines }: Asked, signal?: AbortSignal): Promise<readonly string[]> {
  const text = `select table_name, engine = 'CONNECT' or create_options like '% DIRECTORY=%' from information_schema.tables where table_schema = ${literal(database)} and engine in (${engines.map(literal).join(', ')}) and (engine = 'CONNECT' or create_options like '%DIRECTORY=%' or create_options like '%partitioned%') order by 1;`;
  const found = await sql(server, text, signal);
  if (found.length === 0) return [];
  const shown = found.map(([name = '']) => `show create table ${identifier(database)}.${identifier(name)};`);
  const made = await sql(server, shown.join('\n'), signal);
  const named = found.filter(([, known], index) => known === '1' || /\b(?:DATA|INDEX) DIRECTORY ?=/u.test(made[index]?.[1] ?? ''));
  return named.map(([name = '']) => name);
}
