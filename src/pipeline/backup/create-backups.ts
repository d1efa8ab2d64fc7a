import type { Backups } from '#ports/backups.ts';
import { enter, type Archive } from './archive.ts';
import { copy } from './copy.ts';
import { amiss, find, strangers, views } from './list.ts';
import { open } from './open.ts';
import { prunable, prune } from './prune.ts';
import { take } from './take.ts';

/** The backups of a vigie: its ledger, and its places. */
export function createBackups(archive: Archive): Backups {
  const { store } = archive;
  return {
    list: (filter) => store.backups.backups(filter),
    get: (target, id) => find(archive, target, id),
    places: (signal) => views(archive, signal),
    prunable: (target, now) => prunable(archive, target, now),
    amiss: (target, signal) => amiss(archive, target, signal),
    strangers: (target, signal) => strangers(archive, target, signal),
    take: (database, options) => take(archive, database, options),
    copy: (backup, options) => copy(archive, backup, options),
    open: (backup, options) => open(archive, backup, options),
    async record(backup) {
      const known = await store.backups.backup(backup);
      // Whoever read it before a copy was made, or before it was removed, mustn't undo that.
      const copies = [
        ...(known?.copies ?? []).filter(({ place }) => backup.copies.every((other) => other.place !== place)),
        ...backup.copies,
      ];
      await enter(archive, 'noted', { ...backup, copies, prunedAt: known?.prunedAt ?? backup.prunedAt });
    },
    prune: (backup, signal) => prune(archive, backup, signal),
  };
}
