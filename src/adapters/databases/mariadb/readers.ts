import type { Server, SwapNames } from '../dialect.ts';
import { literal, sql } from './client.ts';

/**
 * Rights are on names here, and patterns of names: whoever has one on a name that nobody has yet, such as everybody on `test%` of old servers, could read what comes there. In the live database's
 * place they stay what they are.
 * @returns accounts that may read in the new place and not in the live database: `eve@%: test`
 */
export async function widened(server: Server, { live, into }: SwapNames, signal?: AbortSignal): Promise<readonly string[]> {
  if (!into) return [];
  const [place, from] = [literal(live), literal(server.facts.database)];
  const whole = (database: string): string => `select user, host, null from mysql.db where select_priv = 'Y' and ${database} like db`;
  const single = (
    database: string,
  ): string => `select user, host, table_name from mysql.tables_priv where db = ${database} and find_in_set('Select', table_priv)
union select user, host, table_name from mysql.columns_priv where db = ${database} and find_in_set('Select', column_priv)`;
  const before = new Set((await sql(server, `${whole(from)};`, signal)).map(accountOf));
  const after = await sql(server, `${whole(place)};\n${single(place)};`, signal);
  const more = after.filter((row) => !before.has(accountOf(row)));
  return [...new Set(more.map((row) => `${accountOf(row)}: ${live}${row[2] === 'NULL' ? '' : `.${row[2]}`}`))].toSorted();
}

function accountOf([user = '', host = '']: readonly string[]): string {
  return host === '' ? user : `${user}@${host}`;
}
