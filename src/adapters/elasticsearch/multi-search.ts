import { z } from 'zod';
import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import { isRecord, numberOf, type Json, type JsonObject } from '#kernel/json.ts';
import type { Found, Hit, SearchOutcome, SearchRequest } from '#ports/search.ts';
import { type Answer, TooLarge } from './answer.ts';
import type { Cluster } from './cluster.ts';
import {
  innermost,
  isRequestTooLarge,
  problemOfSearch,
  problemOfStatus,
  shortened,
  sizeRefused,
  strangeAnswer,
  tooLarge,
  type SizeRefused,
} from './failures.ts';

/** All that the port returns and no more: every quiet search pays for what is sent. */
const WANTED = [
  'status',
  'error',
  'timed_out',
  '_shards.total',
  '_shards.successful',
  '_shards.failed',
  '_shards.failures.reason',
  '_clusters.skipped',
  '_clusters.details.*.status',
  'hits.total.value',
  'hits.hits._*',
  'hits.hits.sort',
  'hits.hits.fields',
  'aggregations',
];
/**
 * As text: the client would encode each comma. An index that doesn't exist, or is closed, has no documents; that a pattern matches
 * none never is an error.
 */
const QUERY = `filter_path=${WANTED.map((path) => `responses.${path}`).join(',')}&ignore_unavailable=true`;

/** What came out of `JSON.parse`. */
const json = z.custom<Json>((value) => value !== undefined);
const jsonObject = z.custom<JsonObject>(isRecord);
const item = z.looseObject({
  status: z.int(),
  error: json.optional(),
  timed_out: z.boolean().optional(),
  _shards: z
    .looseObject({
      total: z.int(),
      successful: z.int(),
      failed: z.int().optional(),
      failures: z.array(z.looseObject({ reason: z.unknown().optional() })).optional(),
    })
    .optional(),
  _clusters: z
    .looseObject({
      skipped: z.int().optional(),
      details: z.record(z.string(), z.looseObject({ status: z.string().optional() })).optional(),
    })
    .optional(),
  hits: z
    .looseObject({
      total: z.looseObject({ value: z.int() }).optional(),
      hits: z
        .array(
          z.looseObject({
            _id: z.string(),
            _index: z.string(),
            _source: jsonObject.optional(),
            sort: z.array(json).optional(),
            fields: jsonObject.optional(),
          }),
        )
        .optional(),
    })
    .optional(),
  aggregations: jsonObject.optional(),
});
const answers = z.looseObject({ responses: z.array(item) });

type Item = z.output<typeof item>;

/** All searches in one request. */
export async function multiSearch(
  cluster: Cluster,
  requests: readonly SearchRequest[],
  signal: AbortSignal | undefined,
): Promise<readonly SearchOutcome[]> {
  if (requests.length === 0) return [];
  const answer = await sent(cluster, requests, signal);
  if (answer === 'too large') return await inPieces(cluster, requests, signal);
  const { status, json: body } = answer;
  if (status === 400 || (status > 400 && isRequestTooLarge(body))) return apart(cluster, requests, answer, signal);
  if (status >= 400) {
    const { code, params } = problemOfStatus(cluster.name, status, body);
    throw new VigieError(code, params);
  }
  const { data } = answers.safeParse(body);
  if (data === undefined || data.responses.length !== requests.length) throw strangeAnswer(cluster.name);
  return data.responses.map((one) => outcomeOf(cluster, one));
}

async function sent(cluster: Cluster, requests: readonly SearchRequest[], signal: AbortSignal | undefined): Promise<Answer | 'too large'> {
  const lines = requests.map(linesOf).join('');
  try {
    return await cluster.send({ method: 'POST', path: '/_msearch', querystring: QUERY, lines }, signal);
  } catch (error) {
    if (error instanceof VigieError && error.cause instanceof TooLarge) return 'too large';
    throw error;
  }
}

/** So much smaller each time. */
const SMALLER = 10;

/** Together they are more than an answer may be: one after the other, and of one that still is, fewer documents. */
async function inPieces(
  cluster: Cluster,
  requests: readonly SearchRequest[],
  signal: AbortSignal | undefined,
): Promise<readonly SearchOutcome[]> {
  const [request, other] = requests;
  if (request === undefined) return [];
  if (other !== undefined) return await halved(cluster, requests, signal);
  const size = Number(request.body['size'] ?? 0);
  if (size <= 1) {
    const reason = `one answer has more than ${BOUNDS.searchAnswer.most / 1024 / 1024} MB`;
    return [{ ok: false, problem: { code: 'search_too_large', params: { cluster: cluster.name.cluster, reason } } }];
  }
  const fewer = Math.max(1, Math.floor(size / SMALLER));
  const outcomes = await multiSearch(cluster, [{ ...request, body: { ...request.body, size: fewer } }], signal);
  return outcomes.map((outcome) =>
    outcome.ok && (outcome.cut === true || outcome.hits.length === fewer) ? { ...outcome, cut: true } : outcome,
  );
}

/** Totals are exact unless the search says otherwise: a threshold is compared with them. */
function linesOf({ index, body }: SearchRequest): string {
  return `${JSON.stringify({ index })}\n${JSON.stringify({ track_total_hits: true, ...body })}\n`;
}

/** One search that can't be read, or more of them than a request may weigh, makes Elasticsearch refuse them all: they are halved until it stands alone. */
async function apart(
  cluster: Cluster,
  requests: readonly SearchRequest[],
  { status, json: body }: Answer,
  signal: AbortSignal | undefined,
): Promise<readonly SearchOutcome[]> {
  if (requests.length === 1) return [{ ok: false, problem: problemOfSearch(cluster.name, status, body) }];
  return await halved(cluster, requests, signal);
}

async function halved(
  cluster: Cluster,
  requests: readonly SearchRequest[],
  signal: AbortSignal | undefined,
): Promise<readonly SearchOutcome[]> {
  const middle = Math.ceil(requests.length / 2);
  const first = await multiSearch(cluster, requests.slice(0, middle), signal);
  return [...first, ...(await multiSearch(cluster, requests.slice(middle), signal))];
}

function outcomeOf({ name }: Cluster, one: Item): SearchOutcome {
  if (one.error !== undefined || one.status >= 400)
    return { ok: false, problem: problemOfSearch(name, one.status, { error: one.error ?? null }) };
  const lacking = whatLacks(one);
  const size = sizeOfShards(one);
  if (lacking !== null && size !== null) return { ok: false, problem: tooLarge(name, lacking, size) };
  const skipped = (one._clusters?.skipped ?? 0) > 0;
  if (lacking !== null)
    return {
      ok: false,
      problem: {
        code: 'search_incomplete',
        params: { cluster: name.cluster, reason: lacking, ...(skipped ? { skipped, clusters: skippedIn(one) } : {}) },
      },
    };
  return foundOf(one);
}

/** Why an answer isn't whole; null when it is. */
function whatLacks({ timed_out: timedOut, _shards: shards, _clusters: clusters }: Item): string | null {
  if (timedOut === true) return 'time ran out';
  if (shards !== undefined && shards.successful < shards.total) {
    const [why] = shards.failures ?? [];
    const reason = innermost(why?.reason);
    return `${shards.total - shards.successful} of ${shards.total} shards failed${reason === null ? '' : `: ${shortened(reason)}`}`;
  }
  return (clusters?.skipped ?? 0) > 0 ? `${clusters?.skipped} remote clusters skipped` : null;
}

/** That it isn't whole for its size alone: no shard is missing for anything else. */
function sizeOfShards({ timed_out: timedOut, _shards: shards, _clusters: clusters }: Item): SizeRefused | null {
  const { total = 0, successful = 0, failed = 0, failures = [] } = shards ?? {};
  if (timedOut === true || (clusters?.skipped ?? 0) > 0 || total - successful !== failed) return null;
  const sizes = failures.map(({ reason }) => sizeRefused([reason]));
  return sizes.includes(null) ? null : (sizes.find((size) => size?.node === false) ?? sizes[0] ?? null);
}

/** The other clusters that were left out, by name; before 8.10 nobody says which. */
function skippedIn({ _clusters: { details = {} } = {} }: Item): string {
  return Object.keys(details)
    .filter((name) => details[name]?.status === 'skipped')
    .join(', ');
}

function foundOf({ hits: { total, hits = [] } = {}, aggregations = {}, _shards: shards }: Item): Found {
  const found = { ok: true, total: total?.value ?? hits.length, hits: hits.map(hitOf), aggregations } as const;
  return shards === undefined ? found : { ...found, shards: shards.total };
}

type RawHit = NonNullable<NonNullable<Item['hits']>['hits']>[number];

function hitOf({ _id: id, _index: index, _source: source = {}, sort = [], fields }: RawHit): Hit {
  // Of times with nanoseconds: as a text Elasticsearch would read them as milliseconds.
  return { id, index, source, sort: sort.map((value) => numberOf(value) ?? value), ...(fields === undefined ? {} : { fields }) };
}
