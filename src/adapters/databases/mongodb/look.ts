import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import type { DatabaseView } from '#ports/databases.ts';
import type { Server, ServerSelf } from '../dialect.ts';
import { collectionsOf, isStored } from './collections.ts';
import { attempt, number, run } from './mongosh.ts';

const build = z.object({ version: z.string() });
const stats = z.object({ storageSize: number, indexSize: number });
const counted = z.object({ cursor: z.object({ firstBatch: z.array(z.object({ rows: number })).max(1) }) });

/** Documents are counted one collection after the other: a server that is no replica set has no view of a single moment. @throws database_missing */
export async function look(server: Server, database: string, signal?: AbortSignal): Promise<DatabaseView> {
  if (!(await existing(server, [database], signal)).has(database))
    throw new VigieError('database_missing', { database, server: server.facts.server.name });
  const names = (await collectionsOf(server, database, signal)).filter(isStored).map(({ name }) => name);
  const counts = names.map((name) => ({ aggregate: name, pipeline: [{ $count: 'rows' }], cursor: {} }));
  const asked = [{ buildInfo: 1 }, { dbStats: 1 }, ...counts].map((command) => ({ db: database, command }));
  const [info, size, ...answers] = await run(server, asked, signal);
  const { storageSize, indexSize } = stats.parse(size);
  const tables = answers.map((answer, index) => ({
    name: names[index] ?? '',
    rows: counted.parse(answer).cursor.firstBatch[0]?.rows ?? 0,
  }));
  return {
    database,
    version: build.parse(info).version,
    bytes: storageSize + indexSize,
    owner: null,
    tables: tables.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** Of a replica set only one member takes what is written. Source: the manual on `hello`. */
const hello = z.object({ isWritablePrimary: z.boolean().default(true) });

const started = z.object({
  cursor: z.object({
    firstBatch: z.array(z.object({ info: z.object({ uuid: z.object({ $binary: z.object({ base64: z.string() }) }) }) })),
  }),
});

/** A server has no id of its own; the log of its starts, in its data, has one from its first start on. */
export async function identity(server: Server, signal?: AbortSignal): Promise<ServerSelf> {
  const startupLog = { db: 'local', command: { listCollections: 1, filter: { name: 'startup_log' } } };
  const asked = [{ db: 'admin', command: { buildInfo: 1 } }, { db: 'admin', command: { hello: 1 } }, startupLog];
  const { answers, refused } = await attempt(server, asked, signal);
  const [info, said, log] = answers;
  if (info === undefined && refused !== null) throw refused.error;
  const found = started.safeParse(log).data?.cursor.firstBatch[0]?.info.uuid.$binary.base64;
  const id = found === undefined ? null : `data of ${Buffer.from(found, 'base64').toString('hex')}`;
  return { version: build.parse(info).version, id, standby: !hello.parse(said ?? {}).isWritablePrimary };
}

const names = z.object({ databases: z.array(z.object({ name: z.string() })) });

export async function databases(server: Server, signal?: AbortSignal): Promise<readonly string[]> {
  const [answer] = await run(server, [{ db: 'admin', command: { listDatabases: 1, nameOnly: true } }], signal);
  return names
    .parse(answer)
    .databases.map(({ name }) => name)
    .toSorted();
}

/** Those of these names that are there. */
export async function existing(server: Server, wanted: readonly string[], signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const all = await databases(server, signal);
  return new Set(wanted.filter((name) => all.includes(name)));
}
