import { refusing } from '#kernel/refusing.ts';
import type { Backups } from '#ports/backups.ts';
import type { JobsReader } from '#ports/jobs.ts';

const noBackups = refusing('backups_not_configured');
/** Where no place for backups is configured. */
export const NO_BACKUPS: Backups = {
  list: noBackups,
  get: noBackups,
  places: noBackups,
  prunable: noBackups,
  strangers: noBackups,
  amiss: noBackups,
  take: noBackups,
  copy: noBackups,
  open: noBackups,
  record: noBackups,
  prune: noBackups,
};

/** Where no jobs are. */
export const NO_JOBS: JobsReader = { list: refusing('jobs_not_configured'), expected: () => Promise.resolve([]) };
