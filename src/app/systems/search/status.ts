import { problemOf } from '#kernel/errors.ts';
import type { Search } from '#ports/search.ts';
import type { StatusAbout, StatusLine } from '#ports/status.ts';

/** Whether each cluster answers, and how it feels. @throws what a cluster answers with that doesn't */
export async function searchStatus(
  clusters: ReadonlyMap<string, Pick<Search, 'info'>>,
  { names }: StatusAbout,
  signal: AbortSignal,
): Promise<readonly StatusLine[]> {
  if (names !== null || clusters.size === 0) return [];
  const found = await Promise.all([...clusters].map(async ([name, cluster]) => await clusterOf(name, cluster, signal)));
  const well = found.filter(({ level }) => level === 'well').length;
  const troubles = found.filter(({ level }) => level === 'trouble');
  return [...troubles, ...(well === 0 ? [] : [{ level: 'well', says: 'search', about: { clusters: well } } as const])];
}

async function clusterOf(name: string, cluster: Pick<Search, 'info'>, signal: AbortSignal): Promise<StatusLine> {
  try {
    const { health } = await cluster.info(signal);
    return health === 'red'
      ? { level: 'trouble', says: 'search-red', about: { name } }
      : { level: 'well', says: 'search', about: { name } };
  } catch (error) {
    signal.throwIfAborted();
    const { code, params } = problemOf(error);
    return { level: 'trouble', says: 'search-away', about: { name, problem: { code, params } } };
  }
}
