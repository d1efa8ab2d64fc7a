import type { Commit, Transition } from './commit.ts';
import type { Operation } from './operation.ts';
import type { State } from './states.ts';

/** States that somebody has to know of, even of what nobody asked for. */
const LOUD: ReadonlySet<State> = new Set(['waiting', 'refused', 'failed', 'indeterminate', 'expired', 'cancelled', 'denied']);

/** A quiet operation says nothing while all is well. Once it had to speak, it goes on as any other does. */
export function hushed(operation: Operation, commit: Commit): Commit {
  if (!operation.quiet) return commit;
  const transitions = commit.transitions ?? [];
  const last = transitions.at(-1);
  if (last !== undefined && LOUD.has(last.to)) return { ...commit, transitions: [...transitions.slice(0, -1), loud(last)] };
  const { say: _unsaid, ...rest } = commit;
  return rest;
}

function loud(transition: Transition): Transition {
  return { ...transition, patch: { ...transition.patch, quiet: false } };
}
