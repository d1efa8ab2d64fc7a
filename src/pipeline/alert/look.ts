import type { AlertKey } from '#domain/alert/key.ts';
import type { Look, RuleMemory, Span } from '#domain/alert/look.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { Answer, Inquiry } from '#domain/alert/evaluate/inquiry.ts';
import { inquireInto } from '#domain/alert/evaluate/evaluate.ts';
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
}

export type Looked = { readonly ok: true; readonly look: Look } | { readonly ok: false; readonly problem: Problem };

const NO_ANSWER: SearchOutcome = { ok: false, problem: { code: 'internal', params: { reason: 'a search was left without an answer' } } };

interface Run {
  readonly inquiry: Inquiry<Look>;
  questions: readonly SearchRequest[];
  looked: Looked | null;
}

/**
 * One tick on one cluster. All rules ask beside each other: the screens of all are one `_msearch` (several from 250 on), and so is each further
 * step of those that have to look exactly. Answers in the order asked; a search that failed fails its rule alone.
 */
export async function lookAt(requests: readonly LookRequest[], search: Search, signal?: AbortSignal): Promise<readonly Looked[]> {
  const columns = await learnColumns(requests, search, signal);
  const runs = requests.map((request, index) => startRun(request, columns[index]));
  for (;;) {
    const waiting = runs.filter((run) => run.looked === null);
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
  const learned = columns ?? { ok: true, names: {} };
  const inquiry = inquireInto({ ...request, columns: learned.ok ? learned.names : {} });
  const run: Run = { inquiry, questions: [], looked: learned.ok ? null : learned };
  if (run.looked === null) advance(run, () => inquiry.next());
  return run;
}

function resume(run: Run, outcomes: readonly SearchOutcome[]): void {
  const failed = outcomes.find((outcome) => !outcome.ok);
  if (failed !== undefined && !failed.ok) {
    run.looked = { ok: false, problem: failed.problem };
    return;
  }
  const answers: readonly Answer[] = outcomes.filter((outcome) => outcome.ok);
  advance(run, () => run.inquiry.next(answers));
}

/** An evaluation that throws is that rule's fault alone. */
function advance(run: Run, step: () => IteratorResult<readonly SearchRequest[], Look>): void {
  try {
    const { done, value } = step();
    if (done === true) run.looked = { ok: true, look: value };
    else run.questions = value;
  } catch (error) {
    run.looked = { ok: false, problem: problemOf(error) };
  }
}

/** A small cluster refuses a thousand searches at once, or takes longer for them than a request may: so many go together, part after part. */
const AT_ONCE = 250;

async function answersTo(runs: readonly Run[], search: Search, signal: AbortSignal | undefined): Promise<readonly SearchOutcome[]> {
  const questions = runs.flatMap((run) => run.questions);
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
