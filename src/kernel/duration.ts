/** Units a person may type, in milliseconds; `j` is the French day. */
const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  j: 86_400_000,
  w: 604_800_000,
};
const WHOLE = /^(?:\d{1,6}(?:min|[smhdjw]))+$/u;
const PART = /(\d{1,6})(min|[smhdjw])/gu;

/**
 * Reads `90s`, `10m`, `6h`, `7d` or `1h30m`: strictly, since `1h foo` and `h` are slips and not durations.
 * @returns milliseconds, or null when the text isn't a duration above zero
 */
export function parseDuration(text: string): number | null {
  const lower = text.toLowerCase();
  if (!WHOLE.test(lower)) return null;
  let total = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (const [, amount, unit] of lower.matchAll(PART)) {
    const size = UNITS[unit ?? ''] ?? 0;
    if (size >= smallest) return null; // 30m1h, 1h2h: not how anybody says it
    smallest = size;
    total += Number(amount) * size;
  }
  return total > 0 ? total : null;
}

const PRINTED = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** The two largest units that aren't zero (`1h30m`, `2d4h`, `0s`), rounded down: for people, never parsed again. */
export function formatDuration(ms: number): string {
  const parts: string[] = [];
  let rest = Math.max(0, ms);
  for (const [unit, size] of PRINTED) {
    const amount = Math.floor(rest / size);
    if (amount === 0) continue;
    parts.push(`${amount}${unit}`);
    rest -= amount * size;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? '0s' : parts.join('');
}
