import { parseJson } from '#kernel/json.ts';
import type { z } from 'zod';
import { askClient, type ClientCommand } from '../client.ts';
import type { Access, Server } from '../dialect.ts';
import { type Complaint, refusal } from '../failures.ts';
import { KeptSessions } from '../kept-sessions.ts';

/** Exists on every server, unless somebody took the trouble. */
export const MAINTENANCE = 'postgres';

/** How psql begins what it says of a connection that never was, or of the one that it had. */
const CONNECTING = String.raw`^psql: (?:error: )?(?:connection to server .* failed: )?`;
const CONNECTED = String.raw`^psql:<stdin>:\d+: `;
/** Of the network alone: a server that says no, to whatever database, is up. */
const AWAY = ['Connection refused', 'No such file or directory', 'Connection timed out', 'timeout expired', 'No route to host', 'Network is unreachable', 'Connection reset by peer', 'could not connect', 'server closed the connection']; // prettier-ignore

const COMPLAINTS: readonly Complaint[] = [
  { pattern: new RegExp(`${CONNECTING}(?:FATAL|ERROR): +unsupported startup parameter`, 'u'), code: 'database_pooler' },
  { pattern: new RegExp(`${CONNECTING}FATAL: +database ".*" does not exist`, 'u'), code: 'database_missing' },
  { pattern: new RegExp(`${CONNECTING}FATAL: +the database system is `, 'u'), code: 'database_server_starting' },
  { pattern: new RegExp(`${CONNECTING}(?:${AWAY.join('|')})`, 'u'), code: 'database_server_down' },
  { pattern: new RegExp(`${CONNECTED}ERROR: +database ".*" already exists`, 'u'), code: 'database_exists' },
  {
    pattern: new RegExp(
      `${CONNECTED}(?:FATAL: +terminating connection|server closed the connection|(?:error: )?connection to server was lost)`,
      'u',
    ),
    code: 'database_server_down',
  },
];

/**
 * What whoever owns a database may have set for everybody who comes into it, and would keep vigie out, make it somebody else, or end what it does: what a client says itself goes before that.
 */
const UNMOVED = ['local_preload_libraries=', 'default_transaction_read_only=off', 'role=none', 'statement_timeout=0', 'lock_timeout=0', 'idle_in_transaction_session_timeout=0', 'client_min_messages=error']; // prettier-ignore
/** Nothing reads it but vigie: a pooler that keeps to itself what a client says to the server keeps this as well. */
export const DIRECT = 'vigie.direct';
const OPTIONS = [...UNMOVED, `${DIRECT}=on`].map((each) => `-c ${each}`).join(' ');

/** The client's own part of a command: which server, which account; it never asks for a password. */
export function connectionArgs(
  { user, address, port, searchPath = 'pg_catalog', hurried = false }: Access,
  database: string,
): readonly string[] {
  const quoted = database.replaceAll(/['\\]/gu, String.raw`\$&`);
  return [
    '-w',
    '-U',
    user,
    ...(address === null ? [] : ['-h', address]),
    ...(port === null ? [] : ['-p', String(port)]),
    '-d',
    `dbname='${quoted}' options='${OPTIONS}${hurried ? ' -c synchronous_commit=off' : ''}${searchPath === null ? '' : ` -c search_path=${searchPath}`}'`,
  ];
}

/** A PostgreSQL client beside its server. */
export function pgClient(program: string, { access }: Pick<Server, 'access'>, args: readonly string[]): Omit<ClientCommand, 'input'> {
  const { password } = access;
  return { program: [program, program], args, password, passwordVariable: 'PGPASSWORD', ownPassword: ['POSTGRES_PASSWORD'] };
}

/** How the server writes names and values, and finds them, whatever somebody has set for a database: two of them are compared word by word. */
const SAYING_THE_SAME = `set search_path = pg_catalog;
set client_encoding = 'UTF8';
set standard_conforming_strings = on;
set quote_all_identifiers = off;
set timezone = 'UTC';
set datestyle = 'ISO, MDY';
set intervalstyle = 'postgres';
set bytea_output = 'hex';
set extra_float_digits = 1;
set lc_monetary = 'C';`;

/**
 * Runs SQL in one session, stopping at its first error. Nothing that stands in a database is called by mistake: names are looked up among the server's own only.
 * @returns the lines of its answer
 */
export async function psql(server: Server, database: string, sql: string, signal?: AbortSignal): Promise<readonly string[]> {
  const input = `${SAYING_THE_SAME}\n${sql}\n`;
  const client = asking(server, database);
  const answer = await (server.sessions?.ask(client, `${FORGET}${input}`, signal) ?? askClient(server.place, { ...client, input }, signal));
  if (answer.code !== 0) throw await refusal(server, answer, COMPLAINTS, database);
  return answer.stdout.split('\n').filter((line) => line !== '');
}

function asking(server: Server, database: string): Omit<ClientCommand, 'input'> {
  const place = database === MAINTENANCE ? (server.home ?? MAINTENANCE) : database;
  return pgClient('psql', server, ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', ...connectionArgs(server.access, place), '-f', '-']);
}

/** What the question before may have left open or set in a session: as at its beginning again, with what the client said then. */
const FORGET = 'rollback;\ndiscard all;\n';

/**
 * For work of many questions; whoever opens them closes them before anything that wants nobody connected.
 * @param database that will be asked: it is connected to already
 */
export function keptSessions(server: Server, database: string, signal?: AbortSignal): KeptSessions {
  const sessions = new KeptSessions(server.place, (mark) => `select ${literal(mark)};`);
  sessions.warm(asking(server, database), signal);
  return sessions;
}

/** Connects to one more that will be asked. */
export function warm(server: Server, database: string, signal?: AbortSignal): void {
  server.sessions?.warm(asking(server, database), signal);
}

/** SQL that answers with one JSON a line, and what each is. */
export interface Query<T> {
  readonly sql: string;
  readonly row: z.ZodType<T>;
}

/** Runs SQL that answers with one JSON a line. */
export async function rows<T>(server: Server, database: string, { sql, row }: Query<T>, signal?: AbortSignal): Promise<readonly T[]> {
  const lines = await psql(server, database, sql, signal);
  return lines.map((line) => row.parse(parseJson(line)));
}

/** A block of the server's own language. Whatever names are in it, none of them ends it. */
export function block(body: string): string {
  let tag = '$vigie$';
  for (let number = 1; body.includes(tag); number += 1) tag = `$vigie${number}$`;
  return `do ${tag} ${body} ${tag};`;
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Of a text without backslashes: names that were checked, and what vigie makes itself. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
