/** The highest value of a counter in a bucket, and when it was last seen there; nulls for a bucket without any. */
export interface Sample {
  readonly at: number | null;
  readonly value: number | null;
}

/**
 * A counter's rate a second, for each sample but the first: what was added since the last known one. A counter that is
 * lower than before began anew, at zero.
 */
export function ratesOf(samples: readonly Sample[]): readonly (number | null)[] {
  let known: { at: number; value: number } | null = null;
  return samples
    .map(({ at, value }) => {
      if (at === null || value === null) return null;
      const before = known;
      known = { at, value };
      if (before === null || at <= before.at) return null;
      const added = value >= before.value ? value - before.value : value;
      return added / ((at - before.at) / 1_000);
    })
    .slice(1);
}
