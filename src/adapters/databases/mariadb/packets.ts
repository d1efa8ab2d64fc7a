import type { Server } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';

/** What a server takes at most, and what a client may send: the limit of the protocol. */
const MOST_BYTES = 1024 ** 3;
const NOTE = 'max_allowed_packet=';

/**
 * Lets one session send statements as long as the protocol allows: a dump writes a value as twice as many digits, so that what a server once took in parts, or as bytes, would be refused. A session
 * takes the server's limit when it begins, so it is raised for as long as that takes, and put back; the new database notes what it was, for a vigie that dies meanwhile. Nobody gains by it: it is
 * how much of their own a client may send at once.
 * @param connected waits until the session has begun
 */
export async function withLongStatements<T>(
  server: Server,
  database: string,
  { act, connected }: { readonly act: () => Promise<T>; readonly connected: () => Promise<void> },
  signal?: AbortSignal,
): Promise<T> {
  const usual = await usualLimit(server, database, signal);
  if (usual >= MOST_BYTES) return await act();
  await sql(
    server,
    `alter database ${identifier(database)} comment '${NOTE}${usual}';\nset global max_allowed_packet = ${MOST_BYTES};`,
    signal,
  );
  const putBack = async (): Promise<void> =>
    void (await sql(
      server,
      `set global max_allowed_packet = ${usual};\nalter database ${identifier(database)} comment '';`,
      AbortSignal.timeout(PUT_BACK_MS),
      { apart: true },
    ));
  const acting = act();
  const waiting = connected();
  // Whoever waits for them hears of it.
  for (const each of [acting, waiting]) each.catch(() => undefined);
  try {
    await Promise.race([waiting, acting.catch(() => undefined)]);
  } finally {
    await putBack();
  }
  return await acting;
}

const PUT_BACK_MS = 30_000;

/** What an attempt before a crash has noted, else what it is. */
async function usualLimit(server: Server, database: string, signal?: AbortSignal): Promise<number> {
  const [[limit = ''] = []] = await sql(server, 'select @@global.max_allowed_packet;', signal);
  return (await notedLimit(server, database, signal)) ?? Number(limit);
}

async function notedLimit(server: Server, database: string, signal?: AbortSignal): Promise<number | null> {
  const text = `select schema_comment from information_schema.schemata where schema_name = ${literal(database)};`;
  const [[comment = ''] = []] = await sql(server, text, signal);
  const noted = comment.startsWith(NOTE) ? Number(comment.slice(NOTE.length)) : 0;
  return Number.isSafeInteger(noted) && noted > 0 ? noted : null;
}

/** For a database that is to be dropped: what it notes goes with it. */
export async function putBackLimit(server: Server, database: string, signal?: AbortSignal): Promise<void> {
  const noted = await notedLimit(server, database, signal);
  if (noted !== null) await sql(server, `set global max_allowed_packet = ${noted};`, signal);
}
