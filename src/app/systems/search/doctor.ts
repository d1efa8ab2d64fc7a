import { VigieError } from '#kernel/errors.ts';
import type { ClusterInfo, Search } from '#ports/search.ts';
import { absent, type Finding, type Words } from '../../finding.ts';
import type { Examination } from '../system.ts';

/** The oldest that vigie is tested with. */
const OLDEST = [7, 17] as const;
const PRIVILEGES = 'The account needs monitor on the cluster, and read and view_index_metadata on the indices of the rules';

/** Whether each Elasticsearch answers, and how it is. */
export async function lookAtSearches(searches: ReadonlyMap<string, Search> | null, { words }: Examination): Promise<readonly Finding[]> {
  if (searches === null) return [absent('Elasticsearch', 'none configured: no rules over documents, no metrics')];
  return await Promise.all([...searches.values()].map((search) => lookAtCluster(search, words)));
}

async function lookAtCluster(search: Search, words: Words): Promise<Finding> {
  const what = `Elasticsearch ${search.cluster}`;
  try {
    return { what, ...judged(await search.info()) };
  } catch (error) {
    const denied = error instanceof VigieError && error.code === 'search_refused';
    return { what, ok: false, detail: denied ? `${words(error)} ${PRIVILEGES}` : words(error) };
  }
}

function judged({ version, health }: ClusterInfo): Omit<Finding, 'what'> {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    return { ok: false, detail: `${version} is too old: vigie needs ${OLDEST.join('.')} or newer` };
  if (health === 'red')
    return {
      ok: false,
      detail: `${version}, red: shards are missing, so rules can't see all documents. GET _cluster/allocation/explain tells why`,
    };
  return {
    ok: true,
    detail: health === 'yellow' ? `${version}, yellow: copies are missing, as always on a single node` : `${version}, green`,
  };
}
