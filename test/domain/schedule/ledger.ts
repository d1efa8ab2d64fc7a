import { due, type Due } from '#domain/schedule/due.ts';
import type { OccurrenceState, Schedule } from '#domain/schedule/schedule.ts';

/** The store, as far as one job needs it, in memory. */
export class MemoryLedger {
  readonly entered = new Map<number, OccurrenceState>();
  /** Every occurrence that was run, in that order. */
  readonly ran: number[] = [];
  readonly #schedule: Schedule;
  readonly #since: number;
  runningUntil = Number.NEGATIVE_INFINITY;

  constructor(schedule: Schedule, since: number) {
    this.#schedule = schedule;
    this.#since = since;
  }

  /** Entered occurrences, in order of time. */
  #inOrder: number[] = [];

  /** What is skipped at times that haven't come, now that the clock was set back, is forgotten; what ran never is. */
  look(now: number): Due {
    if ((this.#inOrder.at(-1) ?? now) > now) this.#forget(now);
    const last = this.#inOrder.findLast((at) => at <= now) ?? null;
    const found = due(this.#schedule, { since: this.#since, last, running: now < this.runningUntil }, now);
    for (const { dueAt } of found.skipped) this.#enter(dueAt, 'skipped');
    if (found.run !== null) {
      this.#enter(found.run, 'succeeded');
      this.ran.push(found.run);
    }
    return found;
  }

  #forget(now: number): void {
    for (const at of this.#inOrder) if (at > now && this.entered.get(at) === 'skipped') this.entered.delete(at);
    this.#inOrder = this.#inOrder.filter((at) => this.entered.has(at));
  }

  /** As the unique insert: what is there already can't be entered. */
  #enter(at: number, state: OccurrenceState): void {
    if (this.entered.has(at)) throw new Error(`${new Date(at).toISOString()} was entered already`);
    this.entered.set(at, state);
    const place = this.#inOrder.findLastIndex((each) => each < at);
    this.#inOrder.splice(place + 1, 0, at);
  }
}
