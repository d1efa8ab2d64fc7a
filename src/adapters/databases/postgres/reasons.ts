import type { CommandEnd } from '#ports/remote.ts';
import { wording } from '../wording.ts';

/** What the server says of an error that is nothing but its own words and names. */
const PRIMARY = wording([
  'permission denied for {o} {o}', 'permission denied to {o}', 'permission denied to {o} "{o}"', 'permission denied: {o}', 'must be owner of {o} {o}', 'must be owner of {o}',
  'must be superuser to {o}', 'must be superuser or {o}', 'must be member of role "{o}"', 'must be able to SET ROLE "{o}"', 'only superuser can define a leakproof function',
  'relation "{o}" does not exist', 'relation "{o}" already exists', 'role "{o}" does not exist', 'role "{o}" is not permitted to log in', 'schema "{o}" does not exist',
  'schema "{o}" already exists', 'type "{o}" does not exist', 'type "{o}" already exists', 'column "{o}" does not exist', 'column {o} does not exist', 'column "{o}" of relation "{o}" does not exist',
  'function {o} does not exist', 'function "{o}" already exists with same argument types', 'operator does not exist: {o}', 'operator is not unique: {o}', '{o} requires a Boolean value', 'operator class "{o}" does not exist for access method "{o}"', 'access method "{o}" does not exist',
  'collation "{o}" for encoding "{o}" does not exist', 'language "{o}" does not exist', 'language "{o}" is not trusted', 'tablespace "{o}" does not exist', 'database "{o}" does not exist', 'database "{o}" already exists',
  'database "{o}" is not currently accepting connections', 'database "{o}" is being accessed by other users', 'database {o} is not currently accepting connections', 'extension "{o}" is not available', 'extension "{o}" already exists', 'extension "{o}" must be installed in schema "{o}"', 'extension "{o}" has no installation script nor update path for version "{o}"', 'required extension "{o}" is not installed',
  'could not open extension control file "{o}": {o}', 'could not access file "{o}": {o}', 'could not load library "{o}": {o}', 'foreign-data wrapper "{o}" does not exist', 'server "{o}" does not exist', 'publication "{o}" already exists',
  'subscription "{o}" already exists', 'event trigger "{o}" already exists', 'text search configuration "{o}" does not exist', 'text search dictionary "{o}" does not exist', 'parameter "{o}" cannot be changed without restarting the server', 'permission denied to set parameter "{o}"', 'unrecognized configuration parameter "{o}"', 'cannot set parameter "{o}" within security-restricted operation',
  'duplicate key value violates unique constraint "{o}"', 'could not create unique index "{o}"', 'could not create exclusion constraint "{o}"', 'conflicting key value violates exclusion constraint "{o}"', 'insert or update on table "{o}" violates foreign key constraint "{o}"',
  'update or delete on table "{o}" violates foreign key constraint "{o}" on table "{o}"', 'new row for relation "{o}" violates check constraint "{o}"', 'check constraint "{o}" of relation "{o}" is violated by some row', 'no partition of relation "{o}" found for row', 'new row for relation "{o}" violates partition constraint', 'null value in column "{o}" of relation "{o}" violates not-null constraint', 'column "{o}" of relation "{o}" contains null values',
  'value too long for type {o}', 'value for domain {o} violates check constraint "{o}"', 'invalid input syntax for type {o}: {x}', 'invalid input syntax for type {o}', 'invalid input value for enum {o}: {x}', 'date/time field value out of range: {x}', 'invalid byte sequence for encoding "{o}": {x}', 'character with byte sequence {x} in encoding "{o}" has no equivalent in encoding "{o}"', 'missing data for column "{o}"', 'extra data after last expected column', 'unterminated COPY row', 'cannot execute {o} in a read-only transaction',
  'unexpected EOF on client connection with an open transaction', 'COPY from stdin failed: {x}', 'syntax error at or near {x}', 'syntax error at end of input', 'unterminated {x}', 'index row size {o} exceeds btree version {o} maximum {o} for index "{o}"', 'index row requires {o} bytes, maximum size is {o}', 'functions in index expression must be marked IMMUTABLE', 'generation expression is not immutable', 'materialized view "{o}" has not been populated',
  'cannot alter {o} because {x}', 'cannot drop {o} because other objects depend on it', 'query would be affected by row-level security policy for table "{o}"', 'could not obtain lock on relation "{o}"', 'canceling statement due to statement timeout', 'canceling statement due to lock timeout', 'canceling statement due to user request', 'canceling statement due to conflict with recovery', 'deadlock detected',
  'current transaction is aborted, commands ignored until end of transaction block', 'cannot run inside a transaction block', '{o} cannot run inside a transaction block', 'could not extend file "{o}": {o}', 'could not write to file "{o}": {o}', 'could not open file "{o}": {o}', 'could not read block {o} in file "{o}": {o}', 'could not resize shared memory segment "{o}" to {o} bytes: {o}', 'out of shared memory', 'out of memory', 'invalid page in block {o} of relation {o}', 'missing chunk number {o} for toast value {o} in {o}', 'cache lookup failed for {o}',
  'password authentication failed for user "{o}"', 'no pg_hba.conf entry for {x}', 'pg_hba.conf rejects connection for {x}', '{o} authentication failed for user "{o}"', 'too many connections for role "{o}"', 'too many connections for database "{o}"', 'sorry, too many clients already', 'remaining connection slots are reserved for {o}', 'the database system is {o}', 'terminating connection due to {o}', 'recovery is in progress', 'must be called before any query', 'snapshot "{o}" does not exist', 'cannot use {o} in a partitioned table', 'no schema has been selected to create in',
  'cannot assign to system column "{o}"', 'large object {o} does not exist', 'large object {o} already exists', 'schema "{o}" already contains {x}', 'multiple primary keys for table "{o}" are not allowed', 'constraint "{o}" for relation "{o}" already exists', 'trigger "{o}" for relation "{o}" already exists', 'invalid connection option "{o}"',
]); // prettier-ignore

const DETAIL = wording([
  'Key ({o})=({x}) already exists.', 'Key ({o})=({x}) is duplicated.', 'Key ({o})=({x}) is not present in table "{o}".', 'Key ({o})=({x}) is still referenced from table "{o}".', 'Could not open extension control file "{o}": {o}.',
  'Required extension "{o}" is not installed.', 'There are {o} other sessions using the database.', 'There is {o} other session using the database.', 'The owner of a subscription must be a superuser.', 'User does not have CONNECT privilege.',
]); // prettier-ignore

const HINT = wording([
  'Must be superuser to {o}.', 'Must have CREATE privilege on current database to create this extension.', 'Must be superuser to create {o}.', 'The extension must first be installed on the system where PostgreSQL is running.', 'No function matches the given name and argument types. You might need to add explicit type casts.',
  'No operator matches the given name and argument types. You might need to add explicit type casts.', 'Use CREATE EXTENSION ... CASCADE to install required extensions too.', 'You might need to increase {o}.', 'Check free disk space.', 'The owner of {o} must be a superuser.', 'Only superusers can {o}.',
]); // prettier-ignore

const FIELD = /^(?:DETAIL|HINT|CONTEXT|LOCATION|QUERY|STATEMENT|LINE \d+|Command was|pg_\w+|psql(?::<stdin>:\d+)?|WARNING|NOTICE):/u;
const SEVERITY = /(?:^|: )(ERROR|FATAL|PANIC): +(.*)$/u;

/** Where a server's word begins in what its client says: at most the client's own name and word stand before it, whatever the names of the databases are. */
function errorLineOf(lines: readonly string[]): number {
  return lines.findIndex((line) => /^(?:pg_\w+|psql)[: ]/u.test(line) && SEVERITY.test(line));
}

/** What the server says of an error, where that is its own words, and of what: neither the statement nor a value of it. @returns null where the client says nothing of its own */
export function reasonIn({ stderr }: CommandEnd): string | null {
  const lines = stderr.split('\n').map((line) => line.trimEnd());
  const at = errorLineOf(lines);
  const where = whereIn(lines, at);
  if (at < 0) return ofTheClient(lines, where);
  const [, severity = 'ERROR', first = ''] = SEVERITY.exec(lines[at] ?? '') ?? [];
  const shown = PRIMARY.show(textFrom(lines, at, first));
  const rest =
    shown === null ? [] : [fieldIn(lines, at, 'DETAIL', DETAIL), fieldIn(lines, at, 'HINT', HINT)].filter((each) => each !== null);
  return `${severity}${shown === null ? '' : `: ${[shown, ...rest].join('. ')}`}${where}`;
}

/** A message may go over several lines, as what is in it does. */
function textFrom(lines: readonly string[], at: number, first: string): string {
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => FIELD.test(line));
  return [first, ...rest.slice(0, end < 0 ? rest.length : end)].join('\n').trim();
}

function fieldIn(lines: readonly string[], at: number, name: string, words: typeof DETAIL): string | null {
  const start = lines.findIndex((line, index) => index > at && line.startsWith(`${name}:`));
  return start < 0 ? null : words.show(textFrom(lines, start, lines[start]?.slice(name.length + 1).trim() ?? ''));
}

/** A statement up to the name of what it is about: `CREATE UNIQUE INDEX u`. */
const STATEMENT = /^Command was: ((?:[A-Z]+ ){1,6}(?:[\w$]+|"[^"\n]{1,63}")(?:\.(?:[\w$]+|"[^"\n]{1,63}"))?)/u;

/** The last of the circumstances that a server tells. */
const COPIED = /^(?:CONTEXT: +)?COPY [^,]+, line (\d+)(?:, column ([\w$]{1,63}))?/u;

/** What was being made, and which row of it. */
function whereIn(lines: readonly string[], at: number): string {
  const before = at < 0 ? lines : lines.slice(0, at);
  const entry = before
    .findLast((line) => line.startsWith('pg_restore: from TOC entry '))
    ?.replace(/^pg_restore: from TOC entry \d+; \d+ \d+ /u, '');
  const table = /COPY failed for table "([^"]{1,63})"/u.exec(lines[at] ?? '')?.[1];
  const statement = lines.slice(at + 1).flatMap((line) => STATEMENT.exec(line)?.[1] ?? [])[0];
  const context = lines.findIndex((line, index) => index > at && line.startsWith('CONTEXT:'));
  const copied = context < 0 ? undefined : lines.slice(context).find((line) => COPIED.test(line));
  const [, row, column] = COPIED.exec(copied ?? '') ?? [];
  const place = [
    ...(entry !== undefined ? [entry] : table !== undefined ? [`TABLE DATA ${table}`] : statement !== undefined ? [statement] : []),
    ...(row === undefined ? [] : [`row ${row}`]),
    ...(column === undefined ? [] : [`column ${column}`]),
  ];
  return place.length === 0 ? '' : ` (${place.join(', ')})`;
}

/** What clients say by themselves: of a connection, of a file. */
function ofTheClient(lines: readonly string[], where: string): string | null {
  const said = lines.find(
    (line) => /^(?:pg_\w+|psql)(?::<stdin>:\d+)?: /u.test(line) && !/^pg_restore: (?:from TOC|while |creating )/u.test(line),
  );
  if (said !== undefined) return `${said}${where}`;
  return lines.find((line) => /^\S{1,60}: not found$/u.test(line)) ?? null;
}

/** Rows that no server would take: of a table whose own constraints they break, of another encoding, cut off. */
const ROWS = [
  /^duplicate key value violates unique constraint/u, /^could not create unique index/u, /^could not create exclusion constraint/u, /^conflicting key value violates exclusion constraint/u,
  /violates (?:foreign key|check|not-null|partition) constraint/u, /^check constraint .* is violated by some row/u, /contains null values$/u, /^no partition of relation .* found for row/u, /^invalid (?:input|byte sequence)/u,
  /^(?:missing data for column|extra data after last expected column|unterminated COPY row|unexpected EOF|COPY from stdin failed|value too long|date\/time field value out of range|syntax error|unterminated)/u,
]; // prettier-ignore

/** Of what a client says by itself: a connection that was lost, a program that isn't there. */
const NOT_OF_THE_FILE = /connection|server closed|not found|No space left|out of memory|could not (?:write|open output|create)|signal/u;

/** Whether no client could load it, whoever it comes in as: what is in it, and neither a right nor room, nor how vigie has it loaded. */
export function isOfTheDump({ stderr }: CommandEnd): boolean {
  const lines = stderr.split('\n').map((line) => line.trimEnd());
  const at = errorLineOf(lines);
  if (at >= 0) {
    const [, severity, first = ''] = SEVERITY.exec(lines[at] ?? '') ?? [];
    return severity === 'ERROR' && ROWS.some((pattern) => pattern.test(first));
  }
  const said = ofTheClient(lines, '');
  return said !== null && said.startsWith('pg_restore: ') && !NOT_OF_THE_FILE.test(said);
}
