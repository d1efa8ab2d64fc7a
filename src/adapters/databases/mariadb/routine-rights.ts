import { z } from 'zod';
import type { Server } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';

/** What an account may do with one routine: dropping that, the server forgets it. */
export const routineRight = z.strictObject({
  user: z.string(),
  host: z.string(),
  kind: z.enum(['function', 'procedure']),
  name: z.string(),
  rights: z.array(z.string()),
});
type RoutineRight = z.infer<typeof routineRight>;

const KNOWN: Readonly<Record<string, string>> = { execute: 'execute', 'alter routine': 'alter routine', grant: 'grant option' };

export async function routineRightsOn(server: Server, database: string, signal?: AbortSignal): Promise<readonly RoutineRight[]> {
  const text = `select user, host, lower(routine_type), routine_name, lower(proc_priv) from mysql.procs_priv where db = ${literal(database)};`;
  return (await sql(server, text, signal)).flatMap(([user = '', host = '', type, name = '', rights = '']) => {
    const kind = type === 'function' || type === 'procedure' ? type : null;
    return kind === null ? [] : [{ user, host, kind, name, rights: rights.split(',') }];
  });
}

/** Gives them again on those routines that are there. Accounts that are gone, and routines, are passed over. */
export async function giveRoutineRights(
  server: Server,
  database: string,
  rights: readonly RoutineRight[],
  signal?: AbortSignal,
): Promise<void> {
  if (rights.length === 0) return;
  const grants = rights.map(({ user, host, kind, name, rights: of }) => {
    const known = of.flatMap((each) => KNOWN[each] ?? []).join(', ');
    return `grant ${known} on ${kind} ${identifier(database)}.${identifier(name)} to ${identifier(user)}@${identifier(host)};`;
  });
  await sql(server, ["set sql_mode = 'NO_AUTO_CREATE_USER';", ...grants].join('\n'), signal, { force: true });
}
