import type { AlertKey } from '#domain/alert/key.ts';
import type { Look, RuleMemory, Span } from '#domain/alert/look.ts';
import type { Rule } from '#domain/alert/rule.ts';
import type { Answer, Inquiry } from '#domain/alert/evaluate/inquiry.ts';
import { inquireInto } from '#domain/alert/evaluate/evaluate.ts';
import { problemOf, type Problem } from '#kernel/errors.ts';
import type { Search, SearchOutcome, SearchRequest } from '#ports/search.ts';
import { learnColumns, type Columns } from './columns.ts';

export interface LookRequest {
  readonly rule: Rule;
  readonly memory: RuleMemory | null;
  readonly span: Span;
  /** Keys with an open alert: reported on each. */
  readonly open: readonly AlertKey[];
}

export type Looked = { readonly ok: true; readonly look: Look } | { readonly ok: false; readonly problem: Problem };

interface Run {
  readonly inquiry: Inquiry<Look>;
  questions: readonly SearchRequest[];
  looked: Looked | null;
}

/**
 * One tick on one cluster. All rules ask beside each other: the screens of all are one `_msearch`, and so is each further step of those that
 * have to look exactly. Answers in the order asked; a search that failed fails its rule alone.
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

/** When nobody answers at all, every question failed the same way. */
async function answersTo(runs: readonly Run[], search: Search, signal: AbortSignal | undefined): Promise<readonly SearchOutcome[]> {
  const questions = runs.flatMap((run) => run.questions);
  if (questions.length === 0) return [];
  try {
    return await search.multi(questions, signal);
  } catch (error) {
    const problem = problemOf(error);
    return questions.map(() => ({ ok: false, problem }));
  }
}
