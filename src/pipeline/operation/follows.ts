import { problemOf, VigieError } from '#kernel/errors.ts';
import type { Log } from '#ports/log.ts';

/** One person has so many answers going on; each holds something that others may need. */
const MOST = 2;

/** Answers that go on after they were given, until their time is over or vigie stops: they are begun anew by nobody. */
export class Follows {
  readonly #log: Pick<Log, 'warn'>;
  readonly #stopping = new AbortController();
  readonly #underWay = new Map<string, Set<Promise<void>>>();

  constructor(log: Pick<Log, 'warn'>) {
    this.#log = log;
  }

  /** @throws reads_many while somebody has as many going on as one person may */
  require(person: string): void {
    if ((this.#underWay.get(person)?.size ?? 0) >= MOST) throw new VigieError('reads_many', { limit: MOST });
  }

  start(person: string, work: (signal: AbortSignal) => Promise<void>): void {
    const mine = this.#underWay.get(person) ?? new Set();
    this.#underWay.set(person, mine);
    const going = work(this.#stopping.signal)
      .catch((error: unknown) => {
        if (!this.#stopping.signal.aborted) this.#log.warn({ problem: problemOf(error) }, 'an answer that went on broke off');
      })
      .finally(() => mine.delete(going));
    mine.add(going);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#underWay.values()].flatMap((each) => [...each]));
  }
}
