import { VigieError } from '#kernel/errors.ts';
import type { ErrorCode } from '#kernel/error-codes.ts';
import type { CommandEnd } from '#ports/remote.ts';
import type { Server } from './dialect.ts';
import { isOfTheDump as ofMariadbs, reasonIn as mariadbReason, errorIn } from './mariadb/reasons.ts';
import { isOfTheDump as ofMongodbs, reasonIn as mongodbReason } from './mongodb/reasons.ts';
import { isOfTheDump as ofPostgres, reasonIn as postgresReason } from './postgres/reasons.ts';

/** A client ended by a signal, or by its container's end. */
const KILLED = 128;
const REASON_CHARACTERS = 300;

/**
 * What a client's complaint means. The first pattern that matches wins. Patterns are of its first line alone and begin where that begins: what stands further on may be a name, which somebody chose
 * who has but one database of many.
 */
export interface Complaint {
  readonly pattern: RegExp;
  readonly code:
    | (typeof NAMED)[number]
    | 'database_server_down'
    | 'database_server_starting'
    | 'database_refused'
    | 'database_missing'
    | 'database_exists';
}

/** What says all that there is to say. */
const NAMED = ['database_pooler'] as const;

/** Whether it is the dump itself that no client could load: its form, or rows that no server takes. A right, room, a bound of vigie's says nothing of it. */
const OF_THE_DUMP = { postgres: ofPostgres, mariadb: ofMariadbs, mongodb: ofMongodbs } as const;

const REASONS = { postgres: postgresReason, mariadb: mariadbReason, mongodb: mongodbReason } as const;

/** What a failure shows: `reason` in a line, and where the rest of it stands for a person; null: there is no more, or it couldn't be kept. */
export type Told = { readonly reason: string; readonly report: string | null };

/** What a client says, for a message: numbers, names and positions, no value and no line of a dump. What it said word by word is kept beside. */
export async function told({ facts, reports }: Pick<Server, 'facts' | 'reports'>, end: CommandEnd): Promise<Told> {
  const reason = (REASONS[facts.engine](end) ?? silent(end)).slice(0, REASON_CHARACTERS);
  const hidden = end.stderr.trim() !== '' && end.stderr.trim() !== reason;
  return { reason, report: hidden ? await reports.keep(facts.name, end.stderr) : null };
}

function silent({ code }: CommandEnd): string {
  if (code === null) return 'the client was ended';
  return code > KILLED ? `the client was ended by signal ${code - KILLED}` : `the client ended with code ${code}`;
}

/** The line that says what kind of trouble it is. */
function lineOf({ facts }: Pick<Server, 'facts'>, stderr: string): string | undefined {
  if (facts.engine === 'mariadb') return errorIn(stderr)?.split('\n', 1)[0];
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.find((each) => /error|fatal/iu.test(each)) ?? lines.at(-1);
}

/** The error of a client that failed, in the port's words. */
export async function refusal(server: Server, end: CommandEnd, complaints: readonly Complaint[], database: string): Promise<VigieError> {
  const { facts } = server;
  const line = lineOf(server, end.stderr) ?? '';
  const code: ErrorCode = complaints.find(({ pattern }) => pattern.test(line))?.code ?? fallback(end);
  if (code === 'database_missing' || code === 'database_exists') return new VigieError(code, { database, server: facts.server.name });
  if (NAMED.some((each) => each === code)) return new VigieError(code, { database: facts.name, server: facts.server.name });
  const about = await told(server, end);
  const shown = code === 'database_refused' ? about : { reason: about.reason };
  return new VigieError(code, { database: facts.name, server: facts.server.name, ...shown });
}

/** A client that was killed says nothing: its server went with it, more likely than not. */
function fallback({ code }: CommandEnd): ErrorCode {
  return code === null || code > KILLED ? 'database_server_down' : 'database_refused';
}

/** The error of a dump or of a load whose client failed. */
export async function failed(server: Server, code: 'dump_failed' | 'import_failed', end: CommandEnd): Promise<VigieError> {
  const fault: Fault = OF_THE_DUMP[server.facts.engine](end) ? 'dump' : 'other';
  return new VigieError(code, {
    database: server.facts.name,
    ...(await told(server, end)),
    ...(code === 'import_failed' ? { fault } : {}),
  });
}

/** What keeps a dump from being loaded: only where it is the dump itself, the backup is bad. */
type Fault = 'dump' | 'other';

/** The same for what vigie finds itself. @param reason without data in it @param fault a bound of vigie's own by default */
export function failedBecause(
  { facts }: Pick<Server, 'facts'>,
  code: 'dump_failed' | 'import_failed',
  reason: string,
  fault: Fault = 'other',
): VigieError {
  return new VigieError(code, { database: facts.name, reason, report: null, ...(code === 'import_failed' ? { fault } : {}) });
}
