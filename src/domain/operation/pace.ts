import { BOUNDS } from '#kernel/bounds.ts';

const MINUTE_MS = 60_000;
/** People whose pace is known; of all others nothing was heard within a minute. */
const KNOWN = 10_000;

/** How often each person asks, by whatever way. One who writes a script must not keep the others from being heard. */
export class Pace {
  readonly #asked = new Map<string, readonly number[]>();
  readonly #most: number;

  /** @param most requests of one person within a minute */
  constructor(most: number = BOUNDS.requests.most) {
    this.#most = most;
  }

  /** Counts a request. @returns `refuse` for the first that is too much, `ignore` for those behind it: an answer to each would be as bad */
  admit(user: string, at: number): 'go' | 'refuse' | 'ignore' {
    const recent = (this.#asked.get(user) ?? []).filter((each) => at - each < MINUTE_MS);
    const most = this.#most;
    this.#asked.delete(user);
    this.#asked.set(user, recent.length > most ? recent : [...recent, at]);
    if (this.#asked.size > KNOWN) for (const oldest of this.#asked.keys()) if (this.#asked.size > KNOWN / 2) this.#asked.delete(oldest);
    if (recent.length < most) return 'go';
    return recent.length === most ? 'refuse' : 'ignore';
  }
}
