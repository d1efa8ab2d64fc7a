import { VigieError } from '#kernel/errors.ts';
import type { Databases, Engine } from '#ports/databases.ts';
import { absent, type Finding, type Words } from '../../finding.ts';
import type { Examination } from '../system.ts';

/** Enough to know that the account may dump: the client reads the whole catalogue before its first byte of data. */
const DUMP_BYTES = 64 * 1024;
const DUMP_MS = 60_000;

/** What vigie can do in principle, and was never seen to do. */
const UNTRIED: Partial<Record<Engine, string>> = { mongodb: ' (vigie was never tried on a real MongoDB)' };

/** Whether each database is reached, by whom, and gives the beginning of a dump. */
export async function lookAtDatabases(databases: Databases | null, { words }: Examination): Promise<readonly Finding[]> {
  if (databases === null) return [absent('databases', 'none configured: no dumps, no restore')];
  return await Promise.all(databases.list().map(({ name }) => lookAtDatabase(databases, name, words)));
}

async function lookAtDatabase(databases: Databases, name: string, words: Words): Promise<Finding> {
  const what = `database ${name}`;
  try {
    const { engine, server } = databases.facts(name);
    const { version, node, standby } = await databases.identity(name);
    const { tables } = await databases.look(name);
    await beginDump(databases, name);
    const reason = await databases.barred(name);
    if (reason !== null) throw new VigieError('database_barred', { database: name, server: server.name, reason });
    const count = tables.length === 1 ? '1 table' : `${tables.length} tables`;
    return {
      what,
      ok: true,
      detail: `${engine} ${version} in ${server.name} on ${node}, ${count}, gives a dump${standby ? ' (a replica: it takes no restore)' : ''}${UNTRIED[engine] ?? ''}`,
    };
  } catch (error) {
    return { what, ok: false, detail: words(error) };
  }
}

async function beginDump(databases: Databases, name: string): Promise<void> {
  let bytes = 0;
  for await (const chunk of databases.dump(name, AbortSignal.timeout(DUMP_MS))) {
    bytes += chunk.length;
    if (bytes >= DUMP_BYTES) return;
  }
}
