interface Brick {
  readonly arbiter: boolean;
  readonly sizeBytes: number | null;
  readonly freeBytes: number | null;
}

interface Shape {
  readonly replicas: number;
  readonly disperse: number;
  readonly redundancy: number;
  readonly bricks: readonly Brick[];
}

export interface Capacity {
  readonly sizeBytes: number;
  readonly freeBytes: number;
}

/** Bricks that hold the same files, set by set, in GlusterFS's order. */
export function setsOf<B>({
  replicas,
  disperse,
  bricks,
}: {
  readonly replicas: number;
  readonly disperse: number;
  readonly bricks: readonly B[];
}): readonly (readonly B[])[] {
  const each = Math.max(1, replicas, disperse);
  return Array.from({ length: Math.ceil(bricks.length / each) }, (_, index) => bricks.slice(index * each, (index + 1) * each));
}

/** What a volume may hold, and what is free: each set as much as its smallest brick. @returns null where of a whole set nobody can tell */
export function capacityOf(volume: Shape): Capacity | null {
  const found = setsOf(volume).map((bricks) => {
    const known = bricks.flatMap(({ arbiter, sizeBytes, freeBytes }) =>
      arbiter || sizeBytes === null || freeBytes === null ? [] : [{ sizeBytes, freeBytes }],
    );
    const times = volume.disperse > 0 ? volume.disperse - volume.redundancy : 1;
    return known.length === 0
      ? null
      : {
          sizeBytes: times * Math.min(...known.map(({ sizeBytes }) => sizeBytes)),
          freeBytes: times * Math.min(...known.map(({ freeBytes }) => freeBytes)),
        };
  });
  const sets = found.filter((set) => set !== null);
  if (sets.length === 0 || sets.length < found.length) return null;
  return {
    sizeBytes: sets.reduce((total, { sizeBytes }) => total + sizeBytes, 0),
    freeBytes: sets.reduce((total, { freeBytes }) => total + freeBytes, 0),
  };
}
