import { VigieError } from '#kernel/errors.ts';
import type { ErrorCode } from '#kernel/error-codes.ts';
import type { CommandEnd } from '#ports/remote.ts';
import type { Server } from './dialect.ts';

/** A client ended by a signal, or by its container's end. */
const KILLED = 128;
const REASON_CHARACTERS = 300;

/**
 * What a client's complaint means. The first pattern that matches wins. Patterns are of its first line alone and begin where that begins: what stands further on may be a name, which somebody chose
 * who has but one database of many.
 */
export interface Complaint {
  readonly pattern: RegExp;
  readonly code: 'database_server_down' | 'database_server_starting' | 'database_refused' | 'database_missing' | 'database_exists';
}

/** What a client says, in one line: the first that names an error, else the last one. */
export function reasonOfEnd({ code, stderr }: CommandEnd): string {
  const line = lineOf(stderr);
  if (line !== undefined) return line.slice(0, REASON_CHARACTERS);
  if (code === null) return 'the client was ended';
  return code > KILLED ? `the client was ended by signal ${code - KILLED}` : `the client ended with code ${code}`;
}

function lineOf(stderr: string): string | undefined {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.find((each) => /error|fatal/iu.test(each)) ?? lines.at(-1);
}

/** The error of a client that failed, in the port's words. */
export function refusal({ facts }: Server, end: CommandEnd, complaints: readonly Complaint[], database: string): VigieError {
  const reason = reasonOfEnd(end);
  const code: ErrorCode = complaints.find(({ pattern }) => pattern.test(lineOf(end.stderr) ?? ''))?.code ?? fallback(end);
  const server = facts.server.name;
  if (code === 'database_missing' || code === 'database_exists') return new VigieError(code, { database, server });
  return new VigieError(code, { database: facts.name, server, reason });
}

/** A client that was killed says nothing: its server went with it, more likely than not. */
function fallback({ code }: CommandEnd): ErrorCode {
  return code === null || code > KILLED ? 'database_server_down' : 'database_refused';
}
