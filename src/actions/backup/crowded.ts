import { VigieError } from '#kernel/errors.ts';
import type { Backup } from '#domain/backup/backup.ts';
import { FILL_LIMIT, filledTo } from '#domain/hypervisor/fill.ts';

export interface Lately {
  readonly target: string;
  readonly backups: readonly Backup[];
  /** Those that are younger stay. */
  readonly atLeastMs: number;
  readonly now: number;
}

export interface Target {
  readonly name: string;
  readonly sizeBytes: number;
  readonly usedBytes: number;
  /** In percent; 85 by default. */
  readonly limit?: number;
}

/**
 * One more backup by hand is welcome while it takes nobody's place. What is young stays, so that asking again and again fills the disk: a second one within that time has to leave room for the
 * next of everything that is kept there.
 * @param bytes of the new one and of those to come
 * @throws backup_crowded
 */
export function refuseCrowded({ target, backups, atLeastMs, now }: Lately, storage: Target, bytes: number): void {
  const young = backups.find(({ state, purpose, at }) => state === 'good' && purpose === 'routine' && at > now - atLeastMs && at <= now);
  const { name, limit = FILL_LIMIT } = storage;
  const share = filledTo(storage, bytes);
  if (young === undefined || share <= limit) return;
  throw new VigieError('backup_crowded', { target, at: young.at, until: young.at + atLeastMs, storage: name, share, limit });
}
