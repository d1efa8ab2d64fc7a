import type { CommandEnd } from '#ports/remote.ts';
import { type Wording, wording } from '../wording.ts';

/** By the numbers of the server's errors: what may be shown of each. */
const WORDINGS: Readonly<Record<number, Wording>> = Object.fromEntries(
  Object.entries({
    1005: ['Can\'t create table `{o}`.`{o}` (errno: {o} "{o}")'],
    1007: ["Can't create database '{o}'; database exists"],
    1021: ['Disk full ({o}); waiting for someone to free some space{x}'],
    1030: ['Got error {o} "{o}" from storage engine {o}'],
    1040: ['Too many connections'],
    1044: ["Access denied for user '{o}'@'{o}' to database '{o}'"],
    1045: ["Access denied for user '{o}'@'{o}' (using password: {o})", "Access denied for user '{o}'@'{o}'"],
    1046: ['No database selected'],
    1049: ["Unknown database '{o}'"],
    1050: ["Table '{o}' already exists"],
    1054: ["Unknown column '{o}' in '{o}'"],
    1060: ["Duplicate column name '{o}'"],
    1061: ["Duplicate key name '{o}'"],
    1062: ["Duplicate entry '{x}' for key '{o}'"],
    1064: ["You have an error in your SQL syntax; {x} near '{x}' at line {o}"],
    1067: ["Invalid default value for '{o}'"],
    1071: ['Specified key was too long; max key length is {o} bytes'],
    1101: ["BLOB, TEXT, GEOMETRY or JSON column '{o}' can't have a default value"],
    1114: ["The table '{o}' is full"],
    1118: ['Row size too large{x}'],
    1142: ["{o} command denied to user '{o}'@'{o}' for table `{o}`.`{o}`", "{o} command denied to user '{o}'@'{o}' for table '{o}'"],
    1143: ["{o} command denied to user '{o}'@'{o}' for column '{o}' in table '{o}'"],
    1146: ["Table '{o}' doesn't exist"],
    1153: ["Got a packet bigger than 'max_allowed_packet' bytes"],
    1180: ['Got error {o} "{o}" during COMMIT'],
    1194: ["Table '{o}' is marked as crashed and should be repaired"],
    1195: ["Table '{o}' is marked as crashed and last (automatic?) repair failed"],
    1205: ['Lock wait timeout exceeded; try restarting transaction'],
    1213: ['Deadlock found when trying to get lock; try restarting transaction'],
    1227: ['Access denied; you need (at least one of) the {o} privilege(s) for this operation'],
    1264: ["Out of range value for column '{o}' at row {o}"],
    1273: ["Unknown collation: '{o}'"],
    1115: ["Unknown character set: '{o}'"],
    1286: ["Unknown storage engine '{o}'"],
    1292: [
      "Incorrect {o} value: '{x}' for column `{o}`.`{o}`.`{o}` at row {o}",
      'Incorrect {o} value: {x}',
      'Truncated incorrect {o} value: {x}',
    ],
    1304: ['{o} {o} already exists'],
    1305: ['{o} {o} does not exist'],
    1317: ['Query execution was interrupted'],
    1345: ['EXPLAIN/SHOW can not be issued; lacking privileges for underlying table'],
    1356: ["View '{o}' references invalid table(s) or column(s) or function(s) or definer/invoker of view lack rights to use them"],
    1359: ['Trigger already exists', "Trigger '{o}' already exists"],
    1364: ["Field '{o}' doesn't have a default value"],
    1366: ["Incorrect {o} value: '{x}' for column `{o}`.`{o}`.`{o}` at row {o}", 'Incorrect {o} value: {x}'],
    1370: ["{o} command denied to user '{o}'@'{o}' for routine '{o}'"],
    1406: ["Data too long for column '{o}' at row {o}"],
    1411: ["Incorrect {o} value: '{x}' for function {o}"],
    1412: ['Table definition has changed, please retry transaction'],
    1418: ['This function has none of DETERMINISTIC, NO SQL, or READS SQL DATA in its declaration and binary logging is enabled{x}'],
    1419: ['You do not have the SUPER privilege and binary logging is enabled{x}'],
    1435: ['Trigger in wrong schema'],
    1449: ["The user specified as a definer ('{o}'@'{o}') does not exist"],
    1451: ['Cannot delete or update a parent row: a foreign key constraint fails (`{o}`.`{o}`, CONSTRAINT `{o}` {x})'],
    1452: ['Cannot add or update a child row: a foreign key constraint fails (`{o}`.`{o}`, CONSTRAINT `{o}` {x})'],
    1690: ["{o} value is out of range in '{x}'"],
    1698: ["Access denied for user '{o}'@'{o}'"],
    1813: ["Tablespace for table '{o}' exists. Please DISCARD the tablespace before IMPORT"],
    1927: ['Connection was killed'],
    1969: ['Query execution was interrupted (max_statement_time exceeded)'],
    4025: ['CONSTRAINT `{o}` failed for `{o}`.`{o}`'],
  }).map(([code, templates]) => [code, wording(templates)]),
);

const CLIENT_ERROR = /^ERROR (\d+) \(([A-Z0-9]{5})\)(?: at line (\d+))?: ([\s\S]*)$/u;
const DUMP_ERROR = /^(?:mariadb-dump|mysqldump): ([\s\S]*)$/u;
/** How the client begins to tell which statement it was, where nobody could keep it from that. */
const ECHO = /^-{10,}$/u;

/** What begins with the error that counts. Where the client shows statements, these come before it, and may look like one. */
export function errorIn(stderr: string): string | null {
  const lines = stderr.split('\n');
  const isError = (line: string): boolean => /^ERROR \d+ \([A-Z0-9]{5}\)/u.test(line);
  const first = lines.findIndex((line) => isError(line) || DUMP_ERROR.test(line));
  if (first < 0) return null;
  const echo = lines.findIndex((line) => ECHO.test(line));
  const at = echo < 0 || echo > first ? first : lines.findLastIndex(isError);
  return at < 0 ? null : lines.slice(at).join('\n').trim();
}

/** Number, state, line and names of an error: neither the statement nor a value of it. @returns null where the client says nothing of its own */
export function reasonIn({ stderr }: CommandEnd): string | null {
  const error = errorIn(stderr);
  if (error === null) return /^\S{1,60}: not found$/mu.exec(stderr)?.[0] ?? null;
  const [, code, state, line, message = ''] = CLIENT_ERROR.exec(error) ?? [];
  if (code === undefined) return reasonOfDump(error);
  const head = `ERROR ${code} (${state ?? ''})${line === undefined ? '' : ` at line ${line}`}`;
  const shown = shownOf(Number(code), message);
  return shown === null ? head : `${head}: ${shown}`;
}

/** The client's own errors are of connections: no data comes that far. */
const OF_THE_CLIENT = { first: 2000, last: 2999 };

function shownOf(code: number, message: string): string | null {
  if (code >= OF_THE_CLIENT.first && code <= OF_THE_CLIENT.last) return message.split('\n', 1)[0] ?? null;
  return WORDINGS[code]?.show(message.trim()) ?? null;
}

/** `mariadb-dump: Error 2013: Lost connection … when dumping table …`, `Got error: 1045: "…" when …`, `Couldn't execute '…': … (1146)`. */
function reasonOfDump(error: string): string {
  const text = DUMP_ERROR.exec(error)?.[1] ?? '';
  const [, code, quoted = ''] =
    /^(?:Got error|Error):? (\d{4}): ([\s\S]*)$/u.exec(text) ?? /^Couldn't execute '[\s\S]*': [\s\S]*\((\d{4})\)$/u.exec(text) ?? [];
  const table = /when dumping table `([^`\n]{1,200})`/u.exec(text)?.[1];
  const where = table === undefined ? '' : ` (table ${table})`;
  if (code === undefined) return `mariadb-dump: ${/^[A-Za-z ,.]{1,80}/u.exec(text)?.[0].trim() ?? ''}${where}`;
  const message = quoted
    .replace(/ when (?:dumping table|trying to connect|using|doing|selecting|executing)[\s\S]*$/u, '')
    .replaceAll(/^"|"$/gu, '');
  const shown = shownOf(Number(code), message);
  return `mariadb-dump: error ${code}${shown === null ? '' : `: ${shown}`}${where}`;
}

/** Rows and statements that no server would take: duplicates, values that don't fit, keys that lead nowhere, what is no SQL. Source: the server's list of error codes. */
const OF_ROWS = new Set([
  1022, 1048, 1062, 1064, 1136, 1149, 1216, 1217, 1264, 1265, 1292, 1300, 1366, 1406, 1451, 1452, 1526, 1586, 3819, 4025,
]);

/** Whether no client could load it, whoever it comes in as. */
export function isOfTheDump({ stderr }: CommandEnd): boolean {
  const code = /^ERROR (\d+) /u.exec(errorIn(stderr) ?? '')?.[1];
  return code !== undefined && OF_ROWS.has(Number(code));
}
