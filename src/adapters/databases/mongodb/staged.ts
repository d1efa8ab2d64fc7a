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

export function stagedIn(collections: readonly Collection[]): readonly Staged[] {
  return collections.flatMap(({ name }) => {
    const [, home, collection] = STAGED.exec(name) ?? [];
    return home === undefined || collection === undefined ? [] : [{ name, home, collection }];
  });
}
