/** One index behind the pattern of a rule. */
export interface SourceIndex {
  readonly name: string;
  readonly state: 'open' | 'closed';
  /** Null where nobody said. */
  readonly health: 'green' | 'yellow' | 'red' | null;
}

/** Settings by which an index, or a whole cluster, takes no documents, the plainest first. */
export const WRITE_BLOCKS = [
  'index.blocks.read_only_allow_delete',
  'index.blocks.read_only',
  'index.blocks.write',
  'cluster.blocks.read_only_allow_delete',
  'cluster.blocks.read_only',
] as const;
export type WriteBlock = (typeof WRITE_BLOCKS)[number];

/** The other clusters that a pattern names: `far:metricbeat-*`. */
export function clustersIn(pattern: string): readonly string[] {
  return [...new Set(pattern.split(',').flatMap((part) => /^-?([^<:]+):/u.exec(part)?.[1] ?? []))];
}

/** What was behind a pattern when all was well. */
export interface KnownSource {
  /** As each search counts them. */
  readonly shards: number;
  /** Those of them that have documents, as a look sees them; not known of one that was remembered by an older vigie. */
  readonly filled?: string | undefined;
  /** By name, when its newest document was (ms); null where nobody knows. */
  readonly indices: Readonly<Record<string, number | null>>;
}

/** An index that rules are blind for, and why. */
export interface Loss {
  readonly name: string;
  readonly how: 'closed' | 'gone' | 'red';
}

/** Why a source can't be looked at: indices that are missing, or nothing there to look at; other clusters that were left out. */
export type Blindness =
  | { readonly how: 'indices'; readonly losses: readonly Loss[] }
  | { readonly how: 'none' }
  | { readonly how: 'skipped'; readonly clusters: string };

/** An index whose newest document is older was done with: it may go, as old ones do. */
const LIVE_MS = 900_000;
/** For so long the going of an index is a loss, unless it comes back or another takes its place; then it is how things are. */
const MOURNED_MS = 86_400_000;

/**
 * What rules over a pattern are blind for.
 * @param since when the blindness began that there is already; null: there was none
 */
export function blindnessOf(
  known: KnownSource | null,
  found: readonly SourceIndex[],
  { now, since }: { readonly now: number; readonly since: number | null },
): Blindness | null {
  const open = new Set(found.filter(({ state }) => state === 'open').map(({ name }) => name));
  const closed = new Set(found.filter(({ state }) => state === 'closed').map(({ name }) => name));
  const lost = Object.entries(known?.indices ?? {})
    .filter(([name, newest]) => !open.has(name) && (newest === null || (since ?? now) - newest <= LIVE_MS))
    .map(([name]): Loss => ({ name, how: closed.has(name) ? 'closed' : 'gone' }));
  const isReplaced = known !== null && [...open].some((name) => known.indices[name] === undefined);
  const isOver = isReplaced || now - (since ?? now) >= MOURNED_MS;
  const red = found.filter(({ state, health }) => state === 'open' && health === 'red').map(({ name }): Loss => ({ name, how: 'red' }));
  const losses = [...lost.filter(({ how }) => how === 'closed' || !isOver), ...red];
  if (losses.length > 0) return { how: 'indices', losses };
  if (open.size > 0) return null;
  return closed.size === 0 ? { how: 'none' } : { how: 'indices', losses: [...closed].map((name) => ({ name, how: 'closed' as const })) };
}

/** What is behind a pattern from now on; of what was there already, it is known how new it is. */
export function knownNow(
  before: KnownSource | null,
  found: readonly SourceIndex[],
  { shards, filled }: Pick<KnownSource, 'shards' | 'filled'>,
): KnownSource {
  const open = found.filter(({ state }) => state === 'open').map(({ name }) => [name, before?.indices[name] ?? null] as const);
  return { shards, filled, indices: Object.fromEntries(open) };
}
