import { parseJson } from '#kernel/json.ts';
import type { z } from 'zod';
import { askClient, type ClientCommand } from '../client.ts';
import type { Access, Server } from '../dialect.ts';
import { type Complaint, refusal } from '../failures.ts';

/** Exists on every server, unless somebody took the trouble. */
export const MAINTENANCE = 'postgres';

const COMPLAINTS: readonly Complaint[] = [
  {
    pattern: /password authentication failed|no password supplied|no pg_hba\.conf entry|role ".*" does not exist|authentication failed/u,
    code: 'database_refused',
  },
  { pattern: /FATAL: +database ".*" does not exist/u, code: 'database_missing' },
  { pattern: /database ".*" already exists/u, code: 'database_exists' },
  {
    pattern:
      /connection to server .* failed|could not connect|the database system is|terminating connection|server closed the connection|connection to server was lost/u,
    code: 'database_server_down',
  },
];

/** The client's own part of a command: which server, which account; it never asks for a password. */
export function connectionArgs({ user, address, port }: Access, database: string): readonly string[] {
  const quoted = database.replaceAll(/['\\]/gu, String.raw`\$&`);
  return [
    '-w',
    '-U',
    user,
    ...(address === null ? [] : ['-h', address]),
    ...(port === null ? [] : ['-p', String(port)]),
    '-d',
    `dbname='${quoted}'`,
  ];
}

/** A PostgreSQL client beside its server. */
export function pgClient(program: string, { access }: Pick<Server, 'access'>, args: readonly string[]): Omit<ClientCommand, 'input'> {
  const { password } = access;
  return { program: [program, program], args, password, passwordVariable: 'PGPASSWORD', ownPassword: ['POSTGRES_PASSWORD'] };
}

/**
 * Runs SQL in one session, stopping at its first error. Nothing that stands in a database is called by mistake: names are looked up among the server's own only.
 * @returns the lines of its answer
 */
export async function psql(server: Server, database: string, sql: string, signal?: AbortSignal): Promise<readonly string[]> {
  const args = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', ...connectionArgs(server.access, database), '-f', '-'];
  const input = `set search_path = pg_catalog;\nset client_encoding = 'UTF8';\nset standard_conforming_strings = on;\n${sql}\n`;
  const answer = await askClient(server.place, { ...pgClient('psql', server, args), input }, signal);
  if (answer.code !== 0) throw refusal(server, answer, COMPLAINTS, database);
  return answer.stdout.split('\n').filter((line) => line !== '');
}

/** Runs SQL that answers with one JSON a line. */
export async function rows<T>(
  server: Server,
  database: string,
  row: z.ZodType<T>,
  sql: string,
  signal?: AbortSignal,
): Promise<readonly T[]> {
  const lines = await psql(server, database, sql, signal);
  return lines.map((line) => row.parse(parseJson(line)));
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Of a text without backslashes: names that were checked, and what vigie makes itself. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
