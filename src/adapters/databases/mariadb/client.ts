import { askClient, type ClientCommand } from '../client.ts';
import type { Access, Server } from '../dialect.ts';
import { type Complaint, refusal } from '../failures.ts';

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
}

/**
 * Runs SQL in one session, stopping at its first error. The client's own commands are off.
 * @returns the rows of its answers, each cut into its columns
 */
export async function sql(
  server: Server,
  text: string,
  signal?: AbortSignal,
  { force = false }: SqlOptions = {},
): Promise<readonly (readonly string[])[]> {
  const args = [
    '-N',
    '-B',
    '--binary-mode',
    '--local-infile=0',
    ERROR_FIRST,
    UNLIMITED,
    ...(force ? ['-f'] : []),
    ...connectionArgs(server.access),
  ];
  const answer = await askClient(server.place, { ...mariadbClient('mariadb', server, args), input: `${text}\n` }, signal);
  if (answer.code !== 0 && !(force && /ERROR \d+ \([A-Z0-9]{5}\) at line/u.test(answer.stderr)))
    throw await refusal(server, answer, COMPLAINTS, /Unknown database '([^']*)'/u.exec(answer.stderr)?.[1] ?? server.facts.database);
  const lines = answer.stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => line.split('\t').map(unescaped));
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

/** @param name without quotes in it */
export function account(name: string, { address }: Access): string {
  return `'${name}'@'${address === null || address.startsWith('/') ? 'localhost' : '%'}'`;
}
