import type { JsonObject } from '#kernel/json.ts';
import type { Backup } from './backup.ts';

/** What `backup_unrestorable` says. @param most names at most */
export function unrestorableParams(backup: Pick<Backup, 'target' | 'id' | 'unrestorable'>, most: number): JsonObject {
  const things = backup.unrestorable ?? [];
  return {
    target: backup.target,
    backup: backup.id,
    things: things.slice(0, most),
    more: Math.max(0, things.length - most),
  };
}
