import type { BrickName } from '#ports/volumes.ts';

/** What one brick holds of a file, and which other bricks it knows to have missed something of it. */
export interface Held {
  content: string;
  writtenAt: number;
  readonly blames: Set<LabBrick>;
}

/** A brick of the lab: files in memory. */
export class LabBrick implements BrickName {
  readonly host: string;
  readonly path: string;
  readonly arbiter: boolean;
  readonly files = new Map<string, Held>();
  online = true;
  sizeBytes = 200_000_000_000;
  freeBytes = 80_000_000_000;

  constructor(host: string, path: string, arbiter = false) {
    this.host = host;
    this.path = path;
    this.arbiter = arbiter;
  }

  /** Takes a new content, which those that aren't there miss. */
  take(
    file: string,
    { content, now, missing }: { readonly content: string; readonly now: number; readonly missing: readonly LabBrick[] },
  ): void {
    const blames = this.files.get(file)?.blames ?? new Set();
    for (const brick of missing) blames.add(brick);
    this.files.set(file, { content: this.arbiter ? '' : content, writtenAt: now, blames });
  }

  blames(file: string, other: LabBrick): boolean {
    return this.files.get(file)?.blames.has(other) ?? false;
  }
}
