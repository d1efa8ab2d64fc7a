import { z } from 'zod';
import type { Server } from '../dialect.ts';
import { accountName, identifier, literal, sql } from './client.ts';

const ROUTINES = ['function', 'procedure', 'package', 'package body'] as const;

/** What an account may do with one routine: dropping that, the server forgets it. */
export const routineRight = z.strictObject({
  user: z.string(),
  host: z.string(),
  kind: z.enum(ROUTINES),
  name: z.string(),
  rights: z.array(z.string()),
});
export type RoutineRight = z.infer<typeof routineRight>;

const KNOWN: Readonly<Record<string, string>> = { execute: 'execute', 'alter routine': 'alter routine', grant: 'grant option' };

export async function routineRightsOn(server: Server, database: string, signal?: AbortSignal): Promise<readonly RoutineRight[]> {
  const text = `select user, host, lower(routine_type), routine_name, lower(proc_priv) from mysql.procs_priv where db = ${literal(database)};`;
  return (await sql(server, text, signal)).flatMap(([user = '', host = '', type, name = '', rights = '']) => {
    const kind = ROUTINES.find((each) => each === type);
    return kind === undefined ? [] : [{ user, host, kind, name, rights: rights.split(',') }];
  });
}

/** As a catalogue has them: `rights on procedure p` with `reader@%25=execute,grant`. */
export function rightsEntries(rights: readonly RoutineRight[]): readonly (readonly [string, string])[] {
  const entries = Map.groupBy(rights, ({ kind, name }) => `rights on ${kind} ${name}`);
  return [...entries].map(([key, all]) => [key, all.map(entryOf).toSorted().join(';')] as const);
}

function entryOf({ user, host, rights }: RoutineRight): string {
  return `${encodeURIComponent(user)}@${encodeURIComponent(host)}=${rights.join(',')}`;
}

/** The same of one routine, read again. */
export function rightsIn(entry: string, { kind, name }: Pick<RoutineRight, 'kind' | 'name'>): readonly RoutineRight[] {
  return entry.split(';').flatMap((part) => {
    const [, user, host, rights = ''] = /^([^@=]*)@([^@=]*)=(.+)$/u.exec(part) ?? [];
    if (user === undefined || host === undefined) return [];
    return [{ kind, name, user: decodeURIComponent(user), host: decodeURIComponent(host), rights: rights.split(',') }];
  });
}

/** Of something that is one; null of everything else. */
export function routineKind(kind: string): RoutineRight['kind'] | null {
  return ROUTINES.find((each) => each === kind) ?? null;
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
    return `grant ${known} on ${kind} ${identifier(database)}.${identifier(name)} to ${accountName(user, host)};`;
  });
  // Of packages it knows in that mode alone; which makes no account of one that is gone.
  await sql(server, ["set sql_mode = 'ORACLE';", ...grants].join('\n'), signal, { force: true });
}
