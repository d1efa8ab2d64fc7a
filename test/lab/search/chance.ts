/** Chance that can be repeated, unlike `Math.random`. */
export interface Chance {
  /** From 0 to below 1. */
  readonly next: () => number;
  readonly between: (low: number, high: number) => number;
  readonly pick: <T>(list: readonly [T, ...T[]]) => T;
}

/** A xorshift. */
export function chanceOf(seed: number): Chance {
  let state = (Math.floor(seed) * 2_654_435_761 + 88_675_123) >>> 0 || 1;
  const next = (): number => {
    state = (state ^ (state << 13)) >>> 0;
    state ^= state >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    return state / 4_294_967_296;
  };
  return { next, between: (low, high) => low + next() * (high - low), pick: (list) => list[Math.floor(next() * list.length)] ?? list[0] };
}

export const rounded = (number: number, digits = 4): number => Number(number.toFixed(digits));
/** Between 0 and 1. */
export const clamped = (number: number): number => Math.min(1, Math.max(0, number));
