import type { Keep } from '#domain/backup/retention.ts';

interface Dated {
  readonly at: number;
}

interface Bucket {
  left: number;
  last: string;
  readonly of: (at: number, index: number) => string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** `2026-03-29` as a calendar in that zone has it. */
function dayOf(at: number, timezone: string): string {
  let format = formats.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(timezone, format);
  }
  return format.format(at);
}

/** ISO 8601: a week belongs to the year of its Thursday. */
function weekOf(day: string): string {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const first = Date.UTC(date.getUTCFullYear(), 0, 1);
  return `${date.getUTCFullYear()}-${Math.ceil(((date.getTime() - first) / 86_400_000 + 1) / 7)}`;
}

/**
 * Which snapshots restic keeps: the loop of its `ApplyPolicy`, told after its documentation (https://restic.readthedocs.io/en/stable/060_forget.html), one snapshot after the
 * other from the newest to the oldest, each bucket counting down.
 */
export function keptByRestic<T extends Dated>(snapshots: readonly T[], keep: Keep, timezone: string): ReadonlySet<T> {
  const list = [...snapshots];
  const newest = list[0]?.at ?? 0;
  const day = (at: number): string => dayOf(at, timezone);
  const buckets: Bucket[] = [
    { left: keep.last, last: '', of: (_at, index) => String(index) },
    { left: keep.daily, last: '', of: (at) => day(at) },
    { left: keep.weekly, last: '', of: (at) => weekOf(day(at)) },
    { left: keep.monthly, last: '', of: (at) => day(at).slice(0, 7) },
    { left: keep.yearly, last: '', of: (at) => day(at).slice(0, 4) },
  ];
  const kept = new Set<T>();
  for (const [index, snapshot] of list.entries()) {
    if (snapshot.at > newest - keep.withinMs) kept.add(snapshot);
    for (const bucket of buckets) {
      if (bucket.left === 0) continue;
      const value = bucket.of(snapshot.at, index);
      if (value === bucket.last && index !== list.length - 1) continue;
      kept.add(snapshot);
      bucket.last = value;
      bucket.left -= 1;
    }
  }
  return kept;
}
