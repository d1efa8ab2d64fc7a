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
  const all = bricks.flatMap(({ pending, splitBrain }) => [...pending, ...splitBrain]);
  const paths = new Map(all.flatMap(({ gfid, path }) => (path === null ? [] : [[gfid, path] as const])));
  const named = (entries: readonly Entry[]): readonly string[] => [
    ...new Set(entries.map(({ gfid, path }) => nameOf({ gfid, path: path ?? paths.get(gfid) ?? null }))),
  ];
  const splitBrain = named(bricks.flatMap((brick) => brick.splitBrain)).toSorted();
  const pending = named(bricks.flatMap((brick) => brick.pending)).filter((name) => !splitBrain.includes(name));
  const silent = bricks.filter(({ answers }) => !answers).map(({ host, path }) => `${host}:${path}`);
  return { pending: pending.toSorted(), splitBrain, silent };
}
