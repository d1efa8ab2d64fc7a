import { VigieError } from '#kernel/errors.ts';
import type { Server } from '../dialect.ts';
import { sql } from './client.ts';

interface Reading {
  /** A table that somebody holds for longer is told of, by its name. */
  readonly seconds: number;
  readonly names: readonly string[];
  /** One statement for each name, each in a line. */
  readonly script: readonly string[];
  /** One more before them. */
  readonly first: string;
}

const LINES_BEFORE = 2;

/** Reads table after table in one session. Of a lock that doesn't come the server says the line alone: it is told with the table. */
export async function whileLocksAreFree(
  server: Server,
  database: string,
  { seconds, names, script, first }: Reading,
  signal?: AbortSignal,
): Promise<readonly (readonly string[])[]> {
  try {
    return await sql(server, [`set session lock_wait_timeout = ${seconds};`, first, ...script].join('\n'), signal);
  } catch (error) {
    const reason = error instanceof VigieError ? String(error.params['reason']) : '';
    const line = /^ERROR 1205 \(HY000\) at line (\d+)/u.exec(reason)?.[1];
    const name = line === undefined ? undefined : names[Number(line) - LINES_BEFORE - 1];
    if (!(error instanceof VigieError) || name === undefined) throw error;
    throw new VigieError(error.code, { ...error.params, reason: `${reason} (${database}.${name})` }, error);
  }
}
