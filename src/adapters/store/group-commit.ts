import type { Commit } from '#domain/operation/commit.ts';

interface Waiting {
  readonly commit: Commit;
  readonly done: PromiseWithResolvers<void>;
}

/** Most commits that share one write to the disk. */
const TOGETHER = 50;

/** Parts of a commit that change more than what is told. */
const CHANGES = [
  'create',
  'createAll',
  'transitions',
  'lock',
  'unlock',
  'votes',
  'withdrawn',
  'releases',
  'book',
  'pages',
  'swaps',
  'backups',
  'occurrences',
] as const satisfies readonly (keyof Commit)[];

/** True for what changes no operation: an entry of the audit, something to say. Such commits can't stand in each other's way. */
export function isMereNote(commit: Commit): boolean {
  return CHANGES.every((part) => commit[part] === undefined);
}

/**
 * Writes notes that wait at the same time in one transaction: a flood of reads costs a few writes to the disk instead of
 * one each. A lone note isn't held back.
 * @param write stores all of them, or none and rejects; it returns for each what kept it from being stored, or null
 */
export function groupCommit(write: (commits: readonly Commit[]) => Promise<readonly (Error | null)[]>): (commit: Commit) => Promise<void> {
  const queue: Waiting[] = [];
  let writing = false;
  const drain = async (): Promise<void> => {
    writing = true;
    for (let batch = queue.splice(0, TOGETHER); batch.length > 0; batch = queue.splice(0, TOGETHER)) {
      try {
        const outcomes = await write(batch.map(({ commit }) => commit));
        for (const [index, { done }] of batch.entries()) settle(done, outcomes[index] ?? null);
      } catch (error) {
        for (const { done } of batch) done.reject(error);
      }
    }
    writing = false;
  };
  return (commit) => {
    const done = Promise.withResolvers<void>();
    queue.push({ commit, done });
    if (!writing) void drain();
    return done.promise;
  };
}

function settle(done: PromiseWithResolvers<void>, error: Error | null): void {
  if (error === null) done.resolve();
  else done.reject(error);
}
