import { nameOf } from './entry.ts';

interface Entry {
  readonly path: string | null;
  readonly gfid: string;
}

interface Heals {
  readonly host: string;
  readonly path: string;
  readonly answers: boolean;
  readonly pending: readonly Entry[];
  readonly splitBrain: readonly Entry[];
}

/** What is to be healed in a volume, each file once, whichever bricks speak of it. */
export interface Owed {
  /** Without what is in split-brain, which no healing mends. */
  readonly pending: readonly string[];
  readonly splitBrain: readonly string[];
  /** Bricks that aren't reached: what they would say is unknown. */
  readonly silent: readonly string[];
}

/** One brick knows a file's name where another has only its number: they are the same. */
export function owed(bricks: readonly Heals[]): Owed {
  return owedOf(bricks, pathsIn(bricks));
}

/** What each brick itself speaks of, in their order. */
export function owedByEach(bricks: readonly Heals[]): readonly Owed[] {
  const paths = pathsIn(bricks);
  return bricks.map((brick) => owedOf([brick], paths));
}

/** Names by number, whichever brick knows them. */
type Paths = ReadonlyMap<string, string>;

function pathsIn(bricks: readonly Heals[]): Paths {
  const all = bricks.flatMap(({ pending, splitBrain }) => [...pending, ...splitBrain]);
  return new Map(all.flatMap(({ gfid, path }) => (path === null ? [] : [[gfid, path] as const])));
}

function owedOf(bricks: readonly Heals[], paths: Paths): Owed {
  const named = (entries: readonly Entry[]): readonly string[] => [
    ...new Set(entries.map(({ gfid, path }) => nameOf({ gfid, path: path ?? paths.get(gfid) ?? null }))),
  ];
  const splitBrain = named(bricks.flatMap((brick) => brick.splitBrain)).toSorted();
  const pending = named(bricks.flatMap((brick) => brick.pending)).filter((name) => !splitBrain.includes(name));
  const silent = bricks.filter(({ answers }) => !answers).map(({ host, path }) => `${host}:${path}`);
  return { pending: pending.toSorted(), splitBrain, silent };
}
