import { VigieError } from '#kernel/errors.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { SourceIndex, WriteBlock } from '#domain/alert/source.ts';
import type { ClusterInfo, Search } from '#ports/search.ts';
import { absent, type Finding, type Words } from '../../finding.ts';
import type { Examination } from '../system.ts';

/** The oldest that vigie is tested with. */
const OLDEST = [7, 17] as const;
const PRIVILEGES = 'The account needs monitor on the cluster, and read and view_index_metadata on the indices of the rules';

/** Whether each Elasticsearch answers, and how it is; and what stands behind the patterns of the rules. */
export async function lookAtSearches(
  searches: ReadonlyMap<string, Search> | null,
  { words, rules = [] }: Examination,
): Promise<readonly Finding[]> {
  if (searches === null) return [absent('Elasticsearch', 'none configured: no rules over documents, no metrics')];
  const clusters = await Promise.all([...searches.values()].map((search) => lookAtCluster(search, words)));
  const sources = await Promise.all(
    [...searches.values()].map((search) => lookAtSources(search, patternsOf(rules, search.cluster), words)),
  );
  return [...clusters, ...sources.flat()];
}

function patternsOf(rules: readonly Rule[], cluster: string): readonly string[] {
  const watched = rules.filter((rule) => rule.enabled && rule.kind.type !== 'probe' && rule.cluster === cluster);
  return [...new Set(watched.map(({ index }) => index))];
}

/** What stands behind the patterns of the rules: each that isn't all there, or one line that all are. */
async function lookAtSources(search: Search, patterns: readonly string[], words: Words): Promise<readonly Finding[]> {
  if (patterns.length === 0) return [];
  const what = `sources of ${search.cluster}`;
  try {
    const found: Finding[] = [];
    const answers = await search.multi(patterns.map((index) => ({ index, body: { size: 0, track_total_hits: false } })));
    for (const [position, pattern] of patterns.entries()) {
      const answer = answers[position];
      const lacking =
        lackingIn(await search.sources(pattern), await search.blocks(pattern)) ??
        (answer?.ok === false ? words(new VigieError(answer.problem.code, answer.problem.params)) : null);
      if (lacking !== null) found.push({ what: `source ${pattern}`, ok: false, detail: lacking });
    }
    return found.length > 0 ? found : [{ what, ok: true, detail: patterns.join(', ') }];
  } catch (error) {
    return [{ what, ok: false, detail: words(error) }];
  }
}

function lackingIn(indices: readonly SourceIndex[], blocks: ReadonlyMap<string, WriteBlock>): string | null {
  if (indices.length === 0) return 'no index is there: rules on it are blind';
  const closed = indices.filter(({ state }) => state === 'closed').map(({ name }) => name);
  const red = indices.filter(({ state, health }) => state === 'open' && health === 'red').map(({ name }) => name);
  const parts = [
    readOnlyIn(indices, blocks),
    closed.length > 0 ? `closed: ${closed.join(', ')}` : '',
    red.length > 0 ? `shards are missing: ${red.join(', ')}` : '',
  ];
  const lacking = parts.filter((part) => part !== '').join('; ');
  return lacking === '' ? null : lacking;
}

/** Policies make old ones read-only, and leave one that is written to; a disk that is nearly full concerns any. */
function readOnlyIn(indices: readonly SourceIndex[], blocks: ReadonlyMap<string, WriteBlock>): string {
  const open = indices.filter(({ state }) => state === 'open').map(({ name }) => name);
  const all = open.filter((name) => blocks.has(name));
  const flooded = all.filter((name) => blocks.get(name)?.endsWith('allow_delete') === true);
  if (flooded.length > 0) return `read-only, since the disk of Elasticsearch is nearly full: ${flooded.join(', ')}`;
  return all.length > 0 && all.length === open.length ? `read-only by ${blocks.get(all[0] ?? '') ?? ''}: ${all.join(', ')}` : '';
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
