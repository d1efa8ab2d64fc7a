import type { Backup } from './backup.ts';

/** How many numbers of a version make a release whose dumps an older one can't load: PostgreSQL 16 is one, MariaDB 10.11 and MongoDB 8.0 are. */
const RELEASE_NUMBERS: Readonly<Record<string, number>> = { postgres: 1, mariadb: 2, mongodb: 2 };

/** Whether a server can load a dump: the same kind of server, of the same release or a newer one. @param version of the server: `15.13` */
export function canLoad({ origin }: Pick<Backup, 'origin'>, engine: string, version: string): boolean {
  const [from, dumped = ''] = origin.split(' ');
  return from === engine && compare(release(dumped, engine), release(version, engine)) <= 0;
}

function release(version: string, engine: string): readonly number[] {
  const numbers = /^\d+(?:\.\d+)*/u.exec(version)?.[0].split('.').map(Number) ?? [];
  return numbers.slice(0, RELEASE_NUMBERS[engine] ?? 2);
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
