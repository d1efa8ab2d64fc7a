import { isPlain, isSameName, isServersOwn, isVigiesOwn, type Engine } from '#domain/database/names.ts';
import { VigieError } from '#kernel/errors.ts';

/**
 * @param live names of databases of the configuration on the same server
 * @throws database_foreign for a name that isn't one of vigie's own, or is a live database's
 */
export function requireOwn(database: string, live: readonly string[]): void {
  const isOwn = isPlain(database) && isVigiesOwn(database) && !live.some((each) => isSameName(each, database));
  if (!isOwn) throw new VigieError('database_foreign', { database });
}

/** @throws database_refused for a name that could mean something else to a client, database_reserved for what the server keeps for itself */
export function requirePlace(engine: Engine, database: string, server: string): void {
  if (isServersOwn(engine, database)) throw new VigieError('database_reserved', { database, server });
  if (isPlain(database)) return;
  throw new VigieError('database_refused', { database, server, reason: 'a name is made of letters, digits, _ . and -' });
}
