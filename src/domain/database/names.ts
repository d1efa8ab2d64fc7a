/** Kinds of server. */
export type Engine = 'postgres' | 'mariadb' | 'mongodb';

/** Databases that a server keeps for itself: without them it doesn't start, or lets nobody in. In small letters. */
const SERVERS_OWN: Readonly<Record<Engine, RegExp>> = {
  postgres: /^(?:postgres|template\d*|pg_.*)$/u,
  mariadb: /^(?:mysql|information_schema|performance_schema|sys|ndbinfo|#.*|lost\+found)$/u,
  mongodb: /^(?:admin|local|config|\$external)$/u,
};

/** What all kinds of server take without surprises, in SQL as on a command line, and none of them cuts off. */
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$/u;

/** Part of every name that vigie makes on a server. */
const VIGIES_OWN = '_vigie_';

/**
 * A name as a server may take it: MariaDB on some disks and MongoDB know no capitals, quotes fall away where they are read, and letters of another width or with invisible ones in between
 * look the same to people. Two names that differ in no more than that are one.
 */
export function folded(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s"'`[\]\p{Cc}\p{Cf}]/gu, '')
    .replaceAll(/^\.+|\.+$/gu, '');
}

export function isPlain(name: string): boolean {
  return PLAIN.test(name);
}

export function isSameName(one: string, other: string): boolean {
  return folded(one) === folded(other);
}

export function isServersOwn(engine: Engine, name: string): boolean {
  return SERVERS_OWN[engine].test(folded(name));
}

export function isVigiesOwn(name: string): boolean {
  return folded(name).includes(VIGIES_OWN);
}
