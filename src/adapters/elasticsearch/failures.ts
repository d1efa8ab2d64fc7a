import { z } from 'zod';
import { type Problem, VigieError } from '#kernel/errors.ts';
import { type Json, reasonOf } from '#kernel/json.ts';
import { TooLarge } from './answer.ts';

/** What errors say of a cluster: its name in the configuration, and how it is reached. */
export interface ClusterName {
  readonly cluster: string;
  readonly host: string;
}

const cause = z.looseObject({
  type: z.string().optional(),
  reason: z.string().nullish(),
  caused_by: z.unknown().optional(),
  durability: z.string().optional(),
});
const failure = z.looseObject({
  type: z.string().optional(),
  reason: z.string().nullish(),
  root_cause: z.array(cause).optional(),
  failed_shards: z.array(z.looseObject({ reason: cause.optional() })).optional(),
  caused_by: z.unknown().optional(),
  durability: z.string().optional(),
});
const refusal = z.looseObject({ error: z.union([failure, z.string()]) });

const REASON_CHARACTERS = 300;
/** What a proxy says for a cluster behind it that doesn't answer. */
const GATEWAY: readonly number[] = [502, 504];
const BUSY: readonly number[] = [429, 503];
const NO_ELASTICSEARCH = 'what answers there is no Elasticsearch: check the address';

/** Why a request as a whole got no answer. Nothing of what was sent is in it, credentials least of all. */
export function failureOf({ cluster, host }: ClusterName, thrown: unknown): VigieError {
  if (thrown instanceof VigieError) return thrown;
  if (thrown instanceof TooLarge) return new VigieError('search_incomplete', { cluster, reason: thrown.message }, thrown);
  const foreign = thrown instanceof Error && thrown.name === 'ProductNotSupportedError';
  return new VigieError('search_unreachable', { cluster, host, reason: foreign ? NO_ELASTICSEARCH : reasonOf(thrown) }, thrown);
}

/** An answer of a shape that Elasticsearch doesn't give. */
export function strangeAnswer({ cluster, host }: ClusterName): VigieError {
  return new VigieError('search_unreachable', { cluster, host, reason: NO_ELASTICSEARCH });
}

/** Of a request as a whole that was answered by a status from 400 on. */
export function problemOfStatus({ cluster, host }: ClusterName, status: number, body: Json): Problem {
  const { error } = refusal.safeParse(body).data ?? { error: `HTTP ${status}` };
  if (typeof error !== 'string' && REMOTE.includes(error.type ?? ''))
    return { code: 'search_incomplete', params: { cluster, reason: shortened(reasonIn(error)), skipped: true, clusters: '' } };
  if (GATEWAY.includes(status)) return { code: 'search_unreachable', params: { cluster, host, reason: `HTTP ${status} from a proxy` } };
  if (typeof error !== 'string' && noShard(status, error))
    return { code: 'search_incomplete', params: { cluster, reason: 'no shard of the index answers' } };
  if (BUSY.includes(status)) return { code: 'search_busy', params: { cluster, status } };
  const reason = typeof error === 'string' ? error : reasonIn(error);
  return { code: 'search_refused', params: { cluster, status, reason: shortened(reason) } };
}

/** Of one search among others: the cluster has answered, and what it refuses is this search, not whoever asks. */
export function problemOfSearch(name: ClusterName, status: number, body: Json): Problem {
  const problem = problemOfStatus(name, status, body);
  const error = refusal.safeParse(body).data?.error ?? 'no reason given';
  const reason = shortened(typeof error === 'string' ? error : reasonIn(error));
  const size = typeof error === 'string' ? null : sizeRefused(failuresIn(error));
  if (size !== null) return tooLarge(name, reason, size);
  const isOfConnection = problem.code === 'search_busy' || problem.code === 'search_unreachable';
  return isOfConnection ? { code: 'search_rejected', params: { cluster: name.cluster, status, reason } } : problem;
}

/** Whether a request as a whole was refused for its size: pieces of it may be taken. */
export function isRequestTooLarge(body: Json): boolean {
  const error = refusal.safeParse(body).data?.error;
  return typeof error === 'object' && sizeRefused(failuresIn(error))?.node === false;
}

export function tooLarge({ cluster }: ClusterName, reason: string, { node }: SizeRefused): Problem {
  return { code: 'search_too_large', params: { cluster, reason, ...(node ? { node } : {}) } };
}

/** Another cluster that a search names can't be reached, and the search doesn't bear that (9.x with status 502, 7.17 with 500); or isn't known. */
const REMOTE: readonly string[] = ['connect_transport_exception', 'no_such_remote_cluster_exception'];

type Failure = z.output<typeof failure>;

/** An index whose shards are all gone is answered as by a busy server; the shards' own reasons tell. */
function noShard(status: number, { type, root_cause: causes = [], failed_shards: shards = [] }: Failure): boolean {
  if (status !== 503 || type !== 'search_phase_execution_exception') return false;
  return causes.length === 0 || shards.some(({ reason }) => reason?.type === 'no_shard_available_action_exception');
}

/** What the server calls an answer of too many buckets (7.17 with status 503), a query of too many clauses, and what would take too much memory. */
const TOO_LARGE: readonly string[] = [
  'too_many_buckets_exception',
  'too_many_clauses',
  'too_many_nested_clauses',
  'circuit_breaking_exception',
];
/** The circuit breaker over all others: the memory of the node as a whole. Nothing but the words says which one it was. */
const PARENT = /^\[parent\]/u;

/** That a search was refused for its size. */
export interface SizeRefused {
  /** Not by what one search may take: all that was asked of the node at once was more than it has. */
  readonly node: boolean;
}

/**
 * Whether shards failed because of the size of what was asked. A node whose memory is full of what it keeps (the breaker calls that permanent) isn't meant: less
 * at once wouldn't help it.
 */
export function sizeRefused(failures: readonly unknown[]): SizeRefused | null {
  const refused = failures.flatMap(causesOf).filter(({ type = '' }) => TOO_LARGE.includes(type));
  const own = refused.filter(({ reason }) => !PARENT.test(reason ?? ''));
  if (own.length > 0) return { node: false };
  return refused.some(({ durability }) => durability !== 'PERMANENT') ? { node: true } : null;
}

function failuresIn({
  type,
  reason,
  root_cause: causes = [],
  failed_shards: shards = [],
  caused_by: causedBy,
  durability,
}: Failure): readonly unknown[] {
  return [{ type, reason, durability }, ...causes, ...shards.map((shard) => shard.reason), causedBy];
}

/** Itself, and what caused it. */
function causesOf(caused: unknown): readonly z.output<typeof cause>[] {
  const { data } = cause.safeParse(caused);
  return data === undefined ? [] : [data, ...causesOf(data.caused_by)];
}

/** The innermost of the reasons says most: the outer ones say that shards failed. */
function reasonIn({ reason, root_cause: [root] = [], failed_shards: [shard] = [], caused_by: causedBy, type }: Failure): string {
  const outer = root?.reason ?? reason ?? type ?? 'no reason given';
  const inner = innermost(shard?.reason?.caused_by ?? root?.caused_by ?? causedBy);
  return inner === null || outer.includes(inner) ? outer : `${outer}: ${inner}`;
}

/** What says most of why something failed. */
export function innermost(caused: unknown): string | null {
  const { data } = cause.safeParse(caused);
  if (data === undefined) return null;
  return innermost(data.caused_by) ?? data.reason ?? null;
}

export function shortened(reason: string): string {
  const line = reason.replaceAll(/\s+/gu, ' ').trim();
  return line.length > REASON_CHARACTERS ? `${line.slice(0, REASON_CHARACTERS - 1)}…` : line;
}
