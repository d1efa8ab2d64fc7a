import type { AlertKey } from '#domain/alert/key.ts';
import type { Look, RuleMemory, Span } from '#domain/alert/look.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { Answer, Inquiry, Question } from '#domain/alert/evaluate/inquiry.ts';
import { inquireInto } from '#domain/alert/evaluate/evaluate.ts';
import { weightOf } from '#domain/alert/evaluate/weight.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import type { JsonObject } from '#kernel/json.ts';
import { problemOf, type Problem } from '#kernel/errors.ts';
import type { Search, SearchOutcome } from '#ports/search.ts';
import { behindIn, behindRequest, type Behind } from './behind.ts';
import { isOutdated, learnColumns, type Columns } from './columns.ts';
import { answersTo } from './share.ts';

export interface LookRequest {
  readonly rule: Rule;
  readonly memory: RuleMemory | null;
  readonly span: Span;
  /** Keys with an open alert: reported on each. */
  readonly open: readonly AlertKey[];
  /** A vigie died in it: it reads little, and counts. */
  readonly cautious?: boolean;
}

export type Looked = { readonly ok: true; readonly look: Look } | { readonly ok: false; readonly problem: Problem };

/** In the place of an answer that a look can do without. */
const NOTHING = { ok: true, total: 0, hits: [], aggregations: {} } as const satisfies SearchOutcome;

interface Run {
  readonly inquiry: Inquiry<Look>;
  questions: readonly Question[];
  looked: Looked | null;
  readonly request: LookRequest;
  readonly columns: Columns;
  /** What the documents weigh that it was given so far, bytes. */
  held: number;
  /** The fewest that a search went to. */
  shards: number | null;
  /** What stood behind its pattern; null where nobody could say. */
  behind: Behind | null;
}

/**
 * One tick on one cluster. All rules ask beside each other: the screens of all are one `_msearch` (several where a cluster takes fewer at once), and so is each further
 * step of those that have to look exactly. Answers in the order asked; a search that failed fails its rule alone. Those whose columns turn out to be
 * those of other indices look again.
 */
export async function lookAt(requests: readonly LookRequest[], search: Search, signal?: AbortSignal): Promise<readonly Looked[]> {
  const runs = await lookOnce(requests, search, signal);
  const outdated = runs.filter(({ request, columns, looked, behind }) => isOutdated(request, columns, looked ?? NO_END, behind));
  if (outdated.length === 0) return runs.map(endOf);
  const again = await lookOnce(
    outdated.map(({ request }) => ({ ...request, isChanged: true })),
    search,
    signal,
  );
  const anew = new Map(outdated.map((run, index) => [run, again[index] ?? run]));
  return runs.map((run) => endOf(anew.get(run) ?? run));
}

function endOf({ looked }: Run): Looked {
  return looked ?? NO_END;
}

const NO_END: Looked = { ok: false, problem: { code: 'internal', params: { reason: 'a look had no end' } } };
const NO_COLUMNS: Columns = { ok: true, names: {}, readings: {}, askedAt: Number.NEGATIVE_INFINITY, isFresh: true };

async function lookOnce(
  requests: readonly (LookRequest & { readonly isChanged?: boolean })[],
  search: Search,
  signal: AbortSignal | undefined,
): Promise<readonly Run[]> {
  const columns = await learnColumns(requests, search, signal);
  const runs = requests.map((request, index) => startRun(request, columns[index] ?? NO_COLUMNS));
  for (let isFirst = true; ; isFirst = false) {
    const waiting = next(runs.filter((run) => run.looked === null));
    if (waiting.length === 0) break;
    const questions = waiting.flatMap((run) => run.questions.map(({ index, body }) => ({ index, body })));
    const sources = isFirst ? [...Map.groupBy(waiting, ({ request: { rule } }) => `${rule.index}\n${rule.timestampField}`).values()] : [];
    const besides = sources.flatMap(([run]) => (run === undefined ? [] : [behindRequest(run.request.rule)]));
    const outcomes = await answersTo([...questions, ...besides], search, signal);
    for (const [place, same] of sources.entries())
      for (const run of same) run.behind = behindIn(run.request.rule, outcomes[questions.length + place]);
    let taken = 0;
    for (const run of waiting) {
      const mine = outcomes.slice(taken, taken + run.questions.length);
      taken += run.questions.length;
      resume(run, mine);
    }
  }
  return runs;
}

function startRun(request: LookRequest, learned: Columns): Run {
  const most = request.cautious === true ? BOUNDS.cautiousDocuments.most : BOUNDS.lookDocuments.most;
  const { names, readings } = learned.ok ? learned : { names: {}, readings: {} };
  const inquiry = inquireInto({ ...request, most, columns: names, readings });
  const run: Run = {
    request,
    inquiry,
    columns: learned,
    questions: [],
    looked: learned.ok ? null : learned,
    held: 0,
    shards: null,
    behind: null,
  };
  if (run.looked === null) advance(run, () => inquiry.next());
  return run;
}

/** A page of documents, and not a few of them. */
const PAGE = 1_000;

/** Together they hold so much: when it is more, the one that holds most goes on alone among those that read, until it is done. */
function next(waiting: readonly Run[]): readonly Run[] {
  const held = waiting.reduce((sum, run) => sum + run.held, 0);
  if (held <= BOUNDS.roundMemory.most) return waiting;
  const reading = waiting.filter(({ questions }) => questions.some(({ body }) => Number(body['size'] ?? 0) >= PAGE));
  const first = reading.toSorted((a, b) => b.held - a.held)[0];
  return waiting.filter((run) => run === first || !reading.includes(run));
}

type Borne = Extract<SearchOutcome, { readonly ok: true }> & Pick<Answer, 'tooLarge'>;

/** What a question takes for an answer though it has none. */
function borne(question: Question | undefined, outcome: SearchOutcome): SearchOutcome | Borne {
  if (outcome.ok) return outcome;
  if (question?.dispensable === true) return NOTHING;
  return question?.divisible === true && outcome.problem.code === 'search_too_large' ? { ...NOTHING, tooLarge: true } : outcome;
}

function resume(run: Run, answered: readonly SearchOutcome[]): void {
  const outcomes = answered.map((outcome, index) => borne(run.questions[index], outcome));
  const failed = outcomes.find((outcome) => !outcome.ok);
  if (failed !== undefined && !failed.ok) {
    run.looked = { ok: false, problem: failed.problem };
    return;
  }
  const answers: readonly Answer[] = outcomes.filter((outcome): outcome is Borne => outcome.ok);
  for (const { hits } of answers) for (const hit of hits) run.held += weightOf(hit);
  const shards = answered.flatMap((outcome) => (outcome.ok && outcome.shards !== undefined ? [outcome.shards] : []));
  if (shards.length > 0) run.shards = Math.min(run.shards ?? Number.POSITIVE_INFINITY, ...shards);
  advance(run, () => run.inquiry.next(answers));
}

/** An evaluation that throws is that rule's fault alone. */
function advance(run: Run, step: () => IteratorResult<readonly Question[], Look>): void {
  try {
    const { done, value } = step();
    const shards = run.shards === null ? {} : { shards: run.shards };
    const behind = run.behind === null ? {} : { indices: run.behind.names };
    if (done === true) run.looked = { ok: true, look: { ...value, ...shards, ...behind, memory: { ...value.memory, ...ofColumns(run) } } };
    else run.questions = value;
  } catch (error) {
    run.looked = { ok: false, problem: problemOf(error) };
  }
}

/** When its columns were asked for, and what stood behind the pattern, to be remembered. */
function ofColumns({ request, columns, behind }: Run): JsonObject {
  if (!columns.ok || !Number.isFinite(columns.askedAt)) return {};
  const of = behind === null ? (request.memory?.['columnsOf'] ?? null) : { ...behind };
  return { columnsAt: columns.askedAt, ...(of === null ? {} : { columnsOf: of }) };
}
