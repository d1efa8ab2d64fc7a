import type { Clock } from '#kernel/clock.ts';
import type { VigieError } from '#kernel/errors.ts';
import { answersPing } from './knock.ts';

/**
 * One for all questions to one Mattermost: a host that accepts and never answers would cost each of them its whole time-out, one after the
 * other. The first that waits in vain opens it; from then on all are refused at once, until the server answers a ping again.
 */
export interface Breaker {
  /** @throws what opened it, at once, while it is open */
  check(): void;
  /** Nobody answered: no other question waits for that. */
  open(problem: VigieError): void;
  /** Somebody answered. */
  close(): void;
}

/** How often it is tried, by whoever asks something meanwhile, whether the server answers again. */
const HALF_OPEN_EVERY_MS = 10_000;

/** @param url `https://team.picasoft.net`, without a slash at the end */
export function createBreaker(url: string, clock: Clock): Breaker {
  let problem: VigieError | null = null;
  let triedAt = 0;
  const tryAgain = async (): Promise<void> => {
    triedAt = clock.now();
    if (await answersPing(url)) problem = null;
  };
  return {
    check() {
      if (problem === null) return;
      const now = clock.now();
      // Nobody waits for it: whoever asks next finds out.
      if (now - triedAt >= HALF_OPEN_EVERY_MS || now < triedAt) void tryAgain();
      throw problem;
    },
    open(given) {
      if (problem !== null) return;
      problem = given;
      // One question that took too long isn't a server that is down.
      void tryAgain();
    },
    close() {
      problem = null;
    },
  };
}
