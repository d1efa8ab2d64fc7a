import { VigieError } from '#kernel/errors.ts';

/** Part of every name that vigie makes. */
const OWN = '_vigie_';
/** What all kinds of server take without surprises, in SQL as on a command line. */
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$/u;

export function isPlain(name: string): boolean {
  return PLAIN.test(name);
}

/** @throws database_foreign for a name that isn't one of vigie's own, or is the live database's */
export function requireOwn(database: string, live: string): void {
  if (!isPlain(database) || !database.includes(OWN) || database === live) throw new VigieError('database_foreign', { database });
}

/** @throws database_refused for a name that could mean something else to a client */
export function requirePlain(database: string, server: string): void {
  if (isPlain(database)) return;
  throw new VigieError('database_refused', { database, server, reason: 'a name is made of letters, digits, _ . and -' });
}
