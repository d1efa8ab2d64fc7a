import { askClient, type ClientCommand } from '../client.ts';
import type { Access, Server } from '../dialect.ts';
import { type Complaint, refusal } from '../failures.ts';
import { KeptSessions } from '../kept-sessions.ts';

/** How clients begin what they say, and the number of what it is: the text behind that names whatever somebody called a table. */
const COMPLAINTS: readonly Complaint[] = [
  { pattern: /^(?:ERROR|(?:mariadb-dump|mysqldump): Got error:) (?:1045|1698)\b/u, code: 'database_refused' },
  { pattern: /^(?:ERROR|(?:mariadb-dump|mysqldump): Got error:) 1049\b/u, code: 'database_missing' },
  { pattern: /^(?:ERROR|(?:mariadb-dump|mysqldump): Got error:) 1007\b/u, code: 'database_exists' },
  { pattern: /^(?:ERROR|(?:mariadb-dump|mysqldump): Got error:) (?:2002|2003|2006|2013|1053)\b/u, code: 'database_server_down' },
];

/** The client's own part of a command: which server, which account. */
export function connectionArgs({ user, address, port }: Access): readonly string[] {
  const where = address === null ? [] : address.startsWith('/') ? ['-S', address] : ['-h', address, '--protocol=tcp'];
  return ['-u', user, ...where, ...(port === null ? [] : ['-P', String(port)]), '--default-character-set=utf8mb4'];
}

/** Newer clients print the statement before what is wrong with it: whatever somebody called a table would stand where the error is looked for. Older ones pass over what they don't know. */
export const ERROR_FIRST = '--loose-skip-print-query-on-error';

/** A MariaDB client beside its server, under its name of today or its old one. */
export function mariadbClient(
  program: 'mariadb' | 'mariadb-dump' | 'mariadb-admin',
  { access }: Pick<Server, 'access'>,
  args: readonly string[],
): Omit<ClientCommand, 'input'> {
  const old = program.replace('mariadb-', 'mysql').replace(/^mariadb$/u, 'mysql');
  const ownPassword = ['MARIADB_ROOT_PASSWORD', 'MYSQL_ROOT_PASSWORD'];
  return { program: [program, old], args, password: access.password, passwordVariable: 'MYSQL_PWD', ownPassword };
}

/** As a dump has it, whatever somebody has set for the server or an account: a limit would end what takes its time, half-way. */
export const UNLIMITED = '--init-command=set session max_statement_time = 0';

export interface SqlOptions {
  /** Goes on after an error: whoever calls looks afterwards at what is there. */
  readonly force?: boolean;
  /** In a session of its own, whether one is kept or not: beside what that one is asked, or whatever has become of it. */
  readonly apart?: boolean;
}

/**
 * Runs SQL in one session, stopping at its first error. The client's own commands are off.
 * @returns the rows of its answers, each cut into its columns
 */
export async function sql(
  server: Server,
  text: string,
  signal?: AbortSignal,
  { force = false, apart = false }: SqlOptions = {},
): Promise<readonly (readonly string[])[]> {
  const client = asking(server, force ? ['-f'] : []);
  const input = `${text}\n`;
  // One that goes on after an error says nothing of it where it is kept.
  const kept = force || apart ? undefined : server.sessions;
  const answer = await (kept?.ask(client, input, signal) ?? askClient(server.place, { ...client, input }, signal));
  if (answer.code !== 0 && !(force && /ERROR \d+ \([A-Z0-9]{5}\) at line/u.test(answer.stderr)))
    throw await refusal(server, answer, COMPLAINTS, /Unknown database '([^']*)'/u.exec(answer.stderr)?.[1] ?? server.facts.database);
  const lines = answer.stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => line.split('\t').map(unescaped));
}

function asking(server: Server, more: readonly string[] = []): Omit<ClientCommand, 'input'> {
  const args = ['-N', '-B', '-n', '--binary-mode', '--local-infile=0', ERROR_FIRST, UNLIMITED, ...more, ...connectionArgs(server.access)];
  return mariadbClient('mariadb', server, args);
}

/**
 * One session for many questions, begun at once. Nothing undoes what a question leaves behind there (a database in use, a transaction, a setting), and lines of errors count from its beginning: only
 * for questions that leave nothing, and need no line.
 */
export function keptSession(server: Server, signal?: AbortSignal): KeptSessions {
  const sessions = new KeptSessions(server.place, (mark) => `select '${mark}';`);
  sessions.warm(asking(server), signal);
  return sessions;
}

/** The client's batch form: a row is a line, whatever it holds. */
function unescaped(column: string): string {
  return column.replaceAll(/\\(.)/gu, (_, letter: string) => ({ n: '\n', t: '\t', '0': '\0' })[letter] ?? letter);
}

export function identifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A text as the server reads it in any of its modes: as bytes. */
export function literal(text: string): string {
  return text === '' ? "''" : `CONVERT(0x${Buffer.from(text).toString('hex')} USING utf8mb4)`;
}

/** A database in a GRANT, where `_` and `%` would stand for others too. */
export function grantScope(database: string): string {
  return `${identifier(database.replaceAll(/[_%\\]/gu, String.raw`\$&`))}.*`;
}

/** An account, or a role, which has no host. */
export function accountName(user: string, host: string): string {
  return host === '' ? identifier(user) : `${identifier(user)}@${identifier(host)}`;
}

/** @param name without quotes in it */
export function account(name: string, { address }: Access): string {
  return `'${name}'@'${address === null || address.startsWith('/') ? 'localhost' : '%'}'`;
}
