import { siblingOf } from '#domain/backup/sibling.ts';
import type { Server } from '../dialect.ts';
import { type Collection, OWN } from './collections.ts';

/** A collection that stands in another database than its own, under a name that says where it belongs. */
export interface Staged {
  /** As it stands there: `_vigie_:pad_vigie_new_p7k:notes`. */
  readonly name: string;
  readonly home: string;
  readonly collection: string;
}

/** Names of databases have no colons: what comes after the second one is the collection's name. */
const STAGED = new RegExp(`^${OWN}:([^:]+):(.+)$`, 'u');

export function stagedName(home: string, collection: string): string {
  return `${OWN}:${home}:${collection}`;
}

/** Whoever may write into a database gives a collection what name they like: none goes anywhere but into what vigie made for this very database. */
export function stagedIn({ facts }: Pick<Server, 'facts'>, collections: readonly Collection[]): readonly Staged[] {
  return collections.flatMap(({ name }) => {
    const [, home, collection] = STAGED.exec(name) ?? [];
    const isOwn = home !== undefined && siblingOf(facts.database, home) !== null;
    return collection === undefined || !isOwn ? [] : [{ name, home, collection }];
  });
}
