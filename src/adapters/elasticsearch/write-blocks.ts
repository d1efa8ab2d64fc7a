import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import { clustersIn, WRITE_BLOCKS, type WriteBlock } from '#domain/alert/source.ts';
import type { Cluster } from './cluster.ts';
import { strangeAnswer } from './failures.ts';

const flat = z.record(z.string(), z.unknown());
const ofIndices = z.record(z.string(), z.looseObject({ settings: flat.default({}) }));
const ofCluster = z.looseObject({ persistent: flat.default({}), transient: flat.default({}) });

/** Indices behind a pattern that take no documents, by name: a policy, somebody, or a disk that is nearly full has made them read-only. */
export async function writeBlocks(
  cluster: Cluster,
  pattern: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, WriteBlock>> {
  // Another cluster doesn't tell.
  const own = pattern.split(',').filter((part) => clustersIn(part).length === 0);
  if (own.length === 0) return new Map();
  const indices = await settings(cluster, `/${encodeURIComponent(own.join(','))}/_settings`, { shape: ofIndices, signal });
  const { persistent, transient } = (await settings(cluster, '/_cluster/settings', { shape: ofCluster, signal })) ?? {
    persistent: {},
    transient: {},
  };
  const common = blockIn({ ...persistent, ...transient });
  return new Map(
    Object.entries(indices ?? {}).flatMap(([name, { settings: own }]) => {
      const block = blockIn(own) ?? common;
      return block === null ? [] : [[name, block] as const];
    }),
  );
}

interface Asked<T> {
  readonly shape: z.ZodType<T>;
  readonly signal: AbortSignal | undefined;
}

/** @returns null for an account that may not know */
async function settings<T>(cluster: Cluster, path: string, { shape, signal }: Asked<T>): Promise<T | null> {
  const querystring = path.startsWith('/_cluster')
    ? { flat_settings: true }
    : { flat_settings: true, ignore_unavailable: true, allow_no_indices: true };
  try {
    const { json } = await cluster.ask({ method: 'GET', path, querystring }, signal);
    const { data } = shape.safeParse(json);
    if (data === undefined) throw strangeAnswer(cluster.name);
    return data;
  } catch (error) {
    if (error instanceof VigieError && error.code === 'search_refused') return null;
    throw error;
  }
}

function blockIn(flatSettings: Readonly<Record<string, unknown>>): WriteBlock | null {
  return WRITE_BLOCKS.find((name) => String(flatSettings[name] ?? 'false') === 'true') ?? null;
}
