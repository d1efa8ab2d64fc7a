import { createHash } from 'node:crypto';
import { identifier } from './client.ts';
import { awake, inItsDatabase } from './definers.ts';
import { type StoredObject, withoutDefiner } from './objects.ts';

const HASH_CHARACTERS = 10;

export function hashed(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_CHARACTERS);
}

/** What it is, whatever the database is called: in whose name it runs is decided by the swap. */
export function objectHash({ kind, statement, sqlMode }: StoredObject, database: string): string {
  // A view names nothing with its database.
  const own = kind === 'view' ? statement : nameless(inItsDatabase(awake(statement)), database);
  return hashed(`${withoutDefiner(own)}|${sqlMode}`);
}

/** The same thing in a database of another name. */
export function nameless(text: string, database: string): string {
  return text.replaceAll(`${identifier(database)}.`, '');
}
