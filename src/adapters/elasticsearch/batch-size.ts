import type { Clock } from '#kernel/clock.ts';
import { problemOf, type Problem } from '#kernel/errors.ts';
import type { SearchOutcome } from '#ports/search.ts';

/** A small cluster that was just started refuses more, or takes longer for them than a request may. */
const FEWEST = 250;
const MOST = 1_000;
/** Together they should take so much of a request's time at most. */
const SHARE = 0.25;
/** So many answers go well after one that didn't, before more go together again. */
const PATIENCE = 30;

const BUSY: readonly string[] = ['search_busy', 'search_rejected'] satisfies readonly Problem['code'][];

/** How many searches go together: as many as a cluster answers well within a request's time, by how long it took so far. */
export class BatchSize {
  readonly #timeoutMs: number;
  readonly #clock: Pick<Clock, 'now'>;
  #atOnce = FEWEST;
  #patience = 0;

  constructor(timeoutMs: number, clock: Pick<Clock, 'now'>) {
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  get atOnce(): number {
    return this.#atOnce;
  }

  /** Watches how so many searches fare. */
  async keeping(count: number, multi: () => Promise<readonly SearchOutcome[]>): Promise<readonly SearchOutcome[]> {
    const begin = this.#clock.now();
    try {
      const outcomes = await multi();
      if (outcomes.some(isOfMany)) this.#slower();
      // Of a few the round trip itself takes most.
      else if (count >= FEWEST / 2) this.#faster(count, this.#clock.now() - begin);
      return outcomes;
    } catch (error) {
      if ([...BUSY, 'search_unreachable'].includes(problemOf(error).code)) this.#slower();
      throw error;
    }
  }

  #slower(): void {
    this.#atOnce = FEWEST;
    this.#patience = PATIENCE;
  }

  #faster(count: number, ms: number): void {
    this.#patience = Math.max(0, this.#patience - 1);
    if (this.#patience > 0) return;
    const fitting = Math.floor((this.#timeoutMs * SHARE * count) / Math.max(1, ms));
    this.#atOnce = Math.min(MOST, Math.max(FEWEST, fitting));
  }
}

/** There was no room for it beside the others. */
function isOfMany(outcome: SearchOutcome): boolean {
  return !outcome.ok && (BUSY.includes(outcome.problem.code) || outcome.problem.params['node'] === true);
}
