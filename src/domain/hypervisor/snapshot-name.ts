import { wallTime } from '#kernel/zoned-time.ts';

/** Of every snapshot that vigie takes, and of no other: what begins otherwise is never pruned. */
export const SNAPSHOT_PREFIX = 'vigie-';
/** Proxmox's own limit. */
const LONGEST = 40;
/** What Proxmox calls what runs now, among its snapshots. */
export const NOW_RUNNING = 'current';

/** What Proxmox takes for a new one, whoever asks. */
export function isSnapshotName(name: string): boolean {
  return /^[a-z][a-z0-9_-]+$/iu.test(name) && name.length <= LONGEST && name.toLowerCase() !== NOW_RUNNING;
}

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

/** As vigie names them: what somebody called `vigie-before-the-move` by hand is theirs. */
const OWN = /^vigie-\d{8}-\d{4}(?:-|$)/u;

function ownOf<S extends Aged>(snapshots: readonly S[]): readonly S[] {
  return snapshots.filter(({ name }) => OWN.test(name)).toSorted((one, other) => one.takenAt - other.takenAt);
}

/**
 * vigie's own snapshots that are older than what is kept, oldest first. One that is half made has no age.
 * @param keepMs null: none is ever pruned
 */
export function prunableSnapshots<S extends Aged>(snapshots: readonly S[], now: number, keepMs: number | null): readonly S[] {
  return keepMs === null ? [] : ownOf(snapshots).filter(({ takenAt }) => takenAt > 0 && now - takenAt > keepMs);
}

const DAY_MS = 86_400_000;
/** Each makes every write of the guest slower, and grows with it, long after its storage was found to have room. */
const MOST_A_DAY = 10;

/** When another one may be taken by hand; null: now. */
export function nextSnapshotAt(snapshots: readonly Aged[], now: number): number | null {
  const young = ownOf(snapshots).filter(({ takenAt }) => takenAt > now - DAY_MS);
  const first = young.at(-MOST_A_DAY);
  return first === undefined ? null : first.takenAt + DAY_MS;
}
