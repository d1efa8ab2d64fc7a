import { problemOf } from '#kernel/errors.ts';
import { isJsonObject, type JsonObject } from '#kernel/json.ts';
import type { Search, SearchOutcome, SearchRequest } from '#ports/search.ts';

/** So many rules share a search at most: what they count together must stay below what a cluster lets one search hold. */
const MOST = 25;
/** The members of a body that only counts. */
const COUNTING: ReadonlySet<string> = new Set(['size', 'track_total_hits', 'query', 'aggs']);
/** The fault may be another rule's: each is asked alone then. A cluster that is busy, or away, isn't asked more. */
const ALONE: ReadonlySet<string> = new Set(['search_refused', 'search_incomplete', 'search_too_large']);

/** One search for several that look at the same documents. */
interface Shared {
  readonly request: SearchRequest;
  /** What each of them aggregates, once if several want the same; the names of one that stands alone are its own. */
  readonly slots: readonly JsonObject[];
}

/** Where the answer of a search is found. */
interface Place {
  readonly shared: number;
  readonly slot: number;
}

/**
 * Rules of the same index, filter and window differ in what they count of it: their searches go as one, and the same search goes once. It is
 * each search's own round through the cluster that costs, more than the documents do.
 *
 * @returns their outcomes in the order asked; for one that failed among others, as if it had been alone
 */
export async function askShared(
  requests: readonly SearchRequest[],
  multi: (requests: readonly SearchRequest[]) => ReturnType<Search['multi']>,
): Promise<readonly (SearchOutcome | undefined)[]> {
  const { shared, places } = share(requests);
  const outcomes = await multi(shared.map(({ request }) => request));
  const answers = places.map((place) => answerAt(shared, outcomes, place));
  const doubtful = [...answers.entries()].filter(([index, answer]) => isDoubtful(answer, shared[places[index]?.shared ?? 0]));
  if (doubtful.length === 0) return answers;
  const again = await multi(doubtful.flatMap(([index]) => requests[index] ?? []));
  const alone = new Map(doubtful.map(([index], position) => [index, again[position]]));
  return answers.map((answer, index) => (alone.has(index) ? alone.get(index) : answer));
}

interface Sharing {
  readonly requests: SearchRequest[];
  readonly slots: JsonObject[];
  /** By what they aggregate. */
  readonly known: Map<string, number>;
}

function share(requests: readonly SearchRequest[]): { readonly shared: readonly Shared[]; readonly places: readonly Place[] } {
  const all: Sharing[] = [];
  const open = new Map<string, number>();
  const places = requests.map((request): Place => {
    const name = documentsOf(request);
    const aggs = aggsOf(request);
    const text = JSON.stringify(aggs);
    const at = open.get(name);
    const there = at === undefined ? undefined : all[at];
    const isFull = there === undefined || (there.slots.length >= MOST && !there.known.has(text));
    const one = isFull ? { requests: [], slots: [], known: new Map<string, number>() } : there;
    if (isFull) open.set(name, all.push(one) - 1);
    const slot = one.known.get(text) ?? one.slots.push(aggs) - 1;
    one.known.set(text, slot);
    one.requests.push(request);
    return { shared: open.get(name) ?? 0, slot };
  });
  return { shared: all.map((one) => ({ request: together(one), slots: one.slots })), places };
}

/** Searches with the same name can go as one. One that wants documents is shared only with its like. */
function documentsOf({ index, body }: SearchRequest): string {
  const isCounting =
    body['size'] === 0 && typeof body['track_total_hits'] === 'boolean' && Object.keys(body).every((key) => COUNTING.has(key));
  return JSON.stringify(isCounting ? [index, body['query'] ?? null] : [index, body]);
}

function aggsOf({ body: { aggs } }: SearchRequest): JsonObject {
  return aggs !== undefined && isJsonObject(aggs) ? aggs : {};
}

function together({ requests, slots }: Sharing): SearchRequest {
  const [first = { index: '', body: {} }] = requests;
  const counts = requests.some(({ body }) => body['track_total_hits'] === true);
  const body = counts ? { ...first.body, track_total_hits: true } : first.body;
  if (slots.length === 1) return { index: first.index, body };
  const aggs = slots.flatMap((slot, number) =>
    Object.entries(slot).map(([name, aggregation]) => [nameIn(number, name), aggregation] as const),
  );
  return { index: first.index, body: { ...body, aggs: Object.fromEntries(aggs) } };
}

function nameIn(slot: number, name: string): string {
  return `${slot}:${name}`;
}

function answerAt(shared: readonly Shared[], outcomes: readonly SearchOutcome[], place: Place): SearchOutcome | undefined {
  const outcome = outcomes[place.shared];
  const slots = shared[place.shared]?.slots ?? [];
  const own = slots[place.slot];
  if (outcome?.ok !== true || slots.length === 1 || own === undefined) return outcome;
  const found = Object.keys(own).flatMap((name) => {
    const aggregation = outcome.aggregations[nameIn(place.slot, name)];
    return aggregation === undefined ? [] : [[name, aggregation] as const];
  });
  return { ...outcome, aggregations: Object.fromEntries(found) };
}

function isDoubtful(answer: SearchOutcome | undefined, shared: Shared | undefined): boolean {
  return answer?.ok === false && ALONE.has(answer.problem.code) && (shared?.slots.length ?? 1) > 1;
}

const NO_ANSWER: SearchOutcome = { ok: false, problem: { code: 'internal', params: { reason: 'a search was left without an answer' } } };

/** What one cluster answers to the questions of all rules, in their order: as many go together as it takes, part after part. */
export async function answersTo(
  questions: readonly SearchRequest[],
  search: Search,
  signal: AbortSignal | undefined,
): Promise<readonly SearchOutcome[]> {
  const outcomes = await askShared(questions, (shared) => inParts(shared, search, signal));
  return questions.map((_, index) => outcomes[index] ?? NO_ANSWER);
}

/** When nobody answers at all, that question and all after it failed the same way. */
async function inParts(
  questions: readonly SearchRequest[],
  search: Search,
  signal: AbortSignal | undefined,
): Promise<readonly SearchOutcome[]> {
  const outcomes: SearchOutcome[] = [];
  try {
    while (outcomes.length < questions.length) {
      const part = questions.slice(outcomes.length, outcomes.length + search.atOnce);
      const answers = await search.multi(part, signal);
      outcomes.push(...part.map((_, index) => answers[index] ?? NO_ANSWER));
    }
    return outcomes;
  } catch (error) {
    const problem = problemOf(error);
    return questions.map((_, index) => outcomes[index] ?? { ok: false, problem });
  }
}
