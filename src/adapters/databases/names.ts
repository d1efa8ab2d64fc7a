import { VigieError } from '#kernel/errors.ts';

/** Part of every name that vigie makes. */
const OWN = '_vigie_';
/** What both kinds of server take without surprises, in SQL as on a command line. */
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$/u;

/** @throws database_foreign for a name that isn't one of vigie's own, or is the live database's */
export function requireOwn(database: string, live: string): void {
  if (!PLAIN.test(database) || !database.includes(OWN) || database === live) throw new VigieError('database_foreign', { database });
}

/** @throws database_refused for a name that could mean something else to a client */
export function requirePlain(database: string, server: string): void {
  if (PLAIN.test(database)) return;
  throw new VigieError('database_refused', { database, server, reason: 'a name is made of letters, digits, _ . and -' });
}
