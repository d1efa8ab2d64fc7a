import type { JsonObject } from '#kernel/json.ts';
import type { Backup } from './backup.ts';

/** Of an archive single things can be left out; a MariaDB's dump is one text, which is loaded as a whole or not at all. */
export function isLoadedWhole({ origin }: Pick<Backup, 'origin'>): boolean {
  return origin.startsWith('mariadb ');
}

/** What `backup_unrestorable` says. @param most names at most */
export function unrestorableParams(backup: Pick<Backup, 'target' | 'id' | 'origin' | 'unrestorable'>, most: number): JsonObject {
  const things = backup.unrestorable ?? [];
  return {
    target: backup.target,
    backup: backup.id,
    things: things.slice(0, most),
    more: Math.max(0, things.length - most),
    whole: isLoadedWhole(backup),
  };
}
