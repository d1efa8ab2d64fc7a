import { wallTime } from '#kernel/zoned-time.ts';

/** Of every snapshot that vigie takes, and of no other: what begins otherwise is never pruned. */
export const SNAPSHOT_PREFIX = 'vigie-';
/** Proxmox's own limit. */
const LONGEST = 40;

/**
 * `vigie-20261128-0305`, or with a word of the person's behind it: the clock on the wall, since people type it.
 * @param word null for none
 * @returns null when Proxmox wouldn't take the word: letters without accents, digits, `-` and `_`
 */
export function snapshotName(at: number, timezone: string, word: string | null): string | null {
  const [day = '', time = ''] = new Date(wallTime(at, timezone)).toISOString().split('T');
  const stamp = `${SNAPSHOT_PREFIX}${day.replaceAll('-', '')}-${time.slice(0, 5).replace(':', '')}`;
  if (word === null) return stamp;
  const name = `${stamp}-${word}`;
  return /^[a-z0-9][a-z0-9_-]*$/iu.test(word) && name.length <= LONGEST ? name : null;
}

interface Aged {
  readonly name: string;
  readonly takenAt: number;
}

/**
 * vigie's own snapshots that are older than what is kept, oldest first.
 * @param keepMs null: none is ever pruned
 */
export function prunableSnapshots<S extends Aged>(snapshots: readonly S[], now: number, keepMs: number | null): readonly S[] {
  if (keepMs === null) return [];
  const own = snapshots.filter(({ name, takenAt }) => name.startsWith(SNAPSHOT_PREFIX) && now - takenAt > keepMs);
  return own.toSorted((one, other) => one.takenAt - other.takenAt);
}
