import type { AlertKey } from '#domain/alert/key.ts';
import type { Look, RuleMemory, Span } from '#domain/alert/look.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { Answer, Inquiry, Question } from '#domain/alert/evaluate/inquiry.ts';
import { inquireInto } from '#domain/alert/evaluate/evaluate.ts';
import { weightOf } from '#domain/alert/evaluate/weight.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import type { JsonObject } from '#kernel/json.ts';
import { problemOf, type Problem } from '#kernel/errors.ts';
import type { Search, SearchOutcome, SearchRequest } from '#ports/search.ts';
import { learnColumns, type Columns } from './columns.ts';
import { askShared } from './share.ts';

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

const NO_ANSWER: SearchOutcome = { ok: false, problem: { code: 'internal', params: { reason: 'a search was left without an answer' } } };

/** In the place of an answer that a look can do without. */
const NOTHING = { ok: true, total: 0, hits: [], aggregations: {} } as const satisfies SearchOutcome;

interface Run {
  readonly inquiry: Inquiry<Look>;
  questions: readonly Question[];
  looked: Looked | null;
  /** When its columns were asked for, to be remembered. */
  readonly columnsAt: JsonObject;
  /** What the documents weigh that it was given so far, bytes. */
  held: number;
  /** The fewest that a search went to. */
  shards: number | null;
}

/**
 * One tick on one cluster. All rules ask beside each other: the screens of all are one `_msearch` (several from 250 on), and so is each further
 * step of those that have to look exactly. Answers in the order asked; a search that failed fails its rule alone.
 */
export async function lookAt(requests: readonly LookRequest[], search: Search, signal?: AbortSignal): Promise<readonly Looked[]> {
  const columns = await learnColumns(requests, search, signal);
  const runs = requests.map((request, index) => startRun(request, columns[index]));
  for (;;) {
    const waiting = next(runs.filter((run) => run.looked === null));
    if (waiting.length === 0) break;
    const outcomes = await answersTo(waiting, search, signal);
    let taken = 0;
    for (const run of waiting) {
      const mine = outcomes.slice(taken, taken + run.questions.length);
      taken += run.questions.length;
      resume(run, mine);
    }
  }
  return runs.map(({ looked }) => looked ?? { ok: false, problem: { code: 'internal', params: { reason: 'a look had no end' } } });
}

function startRun(request: LookRequest, columns: Columns | undefined): Run {
  const learned = columns ?? { ok: true, names: {}, readings: {}, askedAt: Number.NEGATIVE_INFINITY };
  const most = request.cautious === true ? BOUNDS.cautiousDocuments.most : BOUNDS.lookDocuments.most;
  const { names, readings } = learned.ok ? learned : { names: {}, readings: {} };
  const inquiry = inquireInto({ ...request, most, columns: names, readings });
  const columnsAt = learned.ok && Number.isFinite(learned.askedAt) ? { columnsAt: learned.askedAt } : {};
  const run: Run = { inquiry, questions: [], looked: learned.ok ? null : learned, held: 0, shards: null, columnsAt };
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
    if (done === true) run.looked = { ok: true, look: { ...value, ...shards, memory: { ...value.memory, ...run.columnsAt } } };
    else run.questions = value;
  } catch (error) {
    run.looked = { ok: false, problem: problemOf(error) };
  }
}

/** A small cluster refuses a thousand searches at once, or takes longer for them than a request may: so many go together, part after part. */
const AT_ONCE = 250;

async function answersTo(runs: readonly Run[], search: Search, signal: AbortSignal | undefined): Promise<readonly SearchOutcome[]> {
  const questions: readonly SearchRequest[] = runs.flatMap((run) => run.questions.map(({ index, body }) => ({ index, body })));
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
      const part = questions.slice(outcomes.length, outcomes.length + AT_ONCE);
      const answers = await search.multi(part, signal);
      outcomes.push(...part.map((_, index) => answers[index] ?? NO_ANSWER));
    }
    return outcomes;
  } catch (error) {
    const problem = problemOf(error);
    return questions.map((_, index) => outcomes[index] ?? { ok: false, problem });
  }
}
