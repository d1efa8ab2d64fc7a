/** What a disk says that tells of its end, or of what it can't read any more. */
export type DiskSign =
  /** By its own word: SMART's verdict. */
  | { readonly kind: 'failing' }
  /** It answers nothing at all, though it is there. */
  | { readonly kind: 'silent' }
  /** Its last test of itself failed. */
  | { readonly kind: 'self-test' }
  /** An attribute is at the limit that its maker gave it. */
  | { readonly kind: 'limit'; readonly name: string }
  /** Sectors that it can't read, or waits to give up. */
  | { readonly kind: 'unreadable'; readonly count: number }
  /** Less is left to replace what broke than its maker wants. */
  | { readonly kind: 'spare' }
  /** Sectors that it replaced. */
  | { readonly kind: 'replaced'; readonly count: number }
  /** Errors that it could not correct so far. */
  | { readonly kind: 'errors'; readonly count: number };

/** What makers allow is seldom told: below it for nearly all of them, for disks that spin and for those that do not. */
const HOT_CELSIUS = { spins: 55, still: 70 } as const;
/** Of what its maker says that can be written. */
const WORN = 0.9;
/** What a disk may live with for years: it is shown, and rings nobody. */
const MILD: ReadonlySet<DiskSign['kind']> = new Set(['replaced', 'errors']);

interface Disk {
  readonly spins: boolean;
  readonly celsius: number | null;
  readonly worn: number | null;
  readonly signs: readonly DiskSign[];
}

/** In which the kernel brings a disk, or an array, up to date. */
export const REBUILDS: ReadonlySet<string> = new Set(['recover', 'resync', 'reshape']);

/** Signs for which a disk is to be replaced. */
export function graveSigns({ signs }: Pick<Disk, 'signs'>): readonly DiskSign[] {
  return signs.filter(({ kind }) => !MILD.has(kind));
}

export function isHot({ celsius, spins }: Pick<Disk, 'celsius' | 'spins'>): boolean {
  return celsius !== null && celsius >= (spins ? HOT_CELSIUS.spins : HOT_CELSIUS.still);
}

export function isWorn({ worn }: Pick<Disk, 'worn'>): boolean {
  return worn !== null && worn > WORN;
}

/** How a disk is called where people read: by its serial number, else by where it is plugged in. */
export function diskName({ serial, port }: { readonly serial: string | null; readonly port: string | null }): string {
  return serial ?? port ?? '?';
}
