import type { Server } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';
import { sealOf } from './seal.ts';

/** Settings of the server that are raised for a load. */
const SETTINGS = ['max_allowed_packet', 'log_bin_trust_function_creators'] as const;
type Setting = (typeof SETTINGS)[number];

const PUT_BACK_MS = 30_000;

/**
 * Raises a setting of the server, and puts it back. The new database notes what it was, as its comment, for a vigie that dies meanwhile.
 * @param usual what it was, as `usualOf` says
 */
export async function whileRaised<T>(
  server: Server,
  { database, setting, usual, to }: { readonly database: string; readonly setting: Setting; readonly usual: number; readonly to: number },
  act: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const noted = await notedIn(server, database, signal);
  await sql(server, `${await noting(server, database, noted.set(setting, usual), signal)}\nset global ${setting} = ${to};`, signal);
  try {
    return await act();
  } finally {
    await putBack(server, database, setting, usual);
  }
}

async function putBack(server: Server, database: string, setting: Setting, usual: number): Promise<void> {
  const late = AbortSignal.timeout(PUT_BACK_MS);
  // The server may have ended the session that is kept: a load takes its time.
  const { sessions: _, ...alone } = server;
  const noted = await notedIn(alone, database, late);
  noted.delete(setting);
  await sql(alone, `set global ${setting} = ${usual};\n${await noting(alone, database, noted, late)}`, late);
}

/** What an attempt before a crash has noted, else what it is. */
export async function usualOf(server: Server, database: string, setting: Setting, signal?: AbortSignal): Promise<number> {
  const [[now = ''] = []] = await sql(server, `select @@global.${setting};`, signal);
  return (await notedIn(server, database, signal)).get(setting) ?? Number(now);
}

/** For a database that is to be dropped: what it notes goes with it. */
export async function putAllBack(server: Server, database: string, signal?: AbortSignal): Promise<void> {
  const script = [...(await notedIn(server, database, signal))].map(([setting, usual]) => `set global ${setting} = ${usual};`);
  if (script.length > 0) await sql(server, script.join('\n'), signal);
}

async function notedIn(server: Server, database: string, signal?: AbortSignal): Promise<Map<Setting, number>> {
  const text = `select schema_comment from information_schema.schemata where schema_name = ${literal(database)};`;
  const [[comment = ''] = []] = await sql(server, text, signal);
  // A dump that is loaded may say what it likes of its database.
  const noted = comment === '' ? '' : ((await sealOf(server, signal)).open(comment, database) ?? '');
  return new Map(
    noted.split(' ').flatMap((part) => {
      const [name, value] = part.split('=');
      const setting = SETTINGS.find((each) => each === name);
      return setting === undefined || !/^\d{1,10}$/u.test(value ?? '') ? [] : [[setting, Number(value)] as const];
    }),
  );
}

async function noting(server: Server, database: string, noted: ReadonlyMap<Setting, number>, signal?: AbortSignal): Promise<string> {
  const text = [...noted].map((each) => each.join('=')).join(' ');
  const comment = text === '' ? '' : (await sealOf(server, signal)).seal(text, database);
  return `alter database ${identifier(database)} comment '${comment}';`;
}
