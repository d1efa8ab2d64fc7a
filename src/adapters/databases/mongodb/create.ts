import { isServersOwn } from '#domain/database/names.ts';
import { VigieError } from '#kernel/errors.ts';
import type { Server } from '../dialect.ts';
import { collectionsIn, listCollections, PLACEHOLDER } from './collections.ts';
import { dropLoader } from './loader.ts';
import { databases, existing } from './look.ts';
import { run } from './mongosh.ts';
import { forgetNotes } from './notes.ts';
import { stagedIn } from './staged.ts';

/** @throws database_exists */
export async function create(server: Server, database: string, signal?: AbortSignal): Promise<void> {
  if ((await existing(server, [database], signal)).has(database))
    throw new VigieError('database_exists', { database, server: server.facts.server.name });
  await run(server, [{ db: database, command: { create: PLACEHOLDER } }], signal);
}

/** With the account that loaded it, and what a swap that broke off has left of it in others. @returns false when it was gone */
export async function drop(server: Server, database: string, signal?: AbortSignal): Promise<boolean> {
  const all = (await databases(server, signal)).filter((name) => !isServersOwn('mongodb', name));
  const left = await run(server, all.map(listCollections), signal);
  const commands = all.flatMap((db, index) =>
    stagedIn(server, collectionsIn(left[index])).flatMap(({ name, home }) => (home === database ? [{ db, command: { drop: name } }] : [])),
  );
  await run(server, [...commands, { db: database, command: { dropDatabase: 1 } }, forgetNotes(database)], signal);
  await dropLoader(server, database, signal);
  return all.includes(database);
}
