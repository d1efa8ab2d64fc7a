interface Node {
  readonly hostname: string;
  readonly state: string;
  readonly availability: string;
}

interface Task {
  readonly state: string;
  readonly node: string | null;
  readonly createdAt: number;
}

/** A node that went away in the middle of an update, by its name, and how. */
export interface LostNode {
  readonly node: string;
  readonly why: 'down' | 'drain' | 'pause';
}

/** States in which a task's own container, or its image, is at fault. */
const OWN_FAULT: ReadonlySet<string> = new Set(['failed', 'rejected']);

/** Nodes that take no tasks now, and why. */
export function nodesAway(nodes: readonly Node[]): readonly LostNode[] {
  return nodes.flatMap(({ hostname: node, state, availability }): LostNode[] => {
    if (state !== 'ready') return [{ node, why: 'down' }];
    return availability === 'drain' || availability === 'pause' ? [{ node, why: availability }] : [];
  });
}

/**
 * Whether an update failed because a node went away rather than for its image: none of the new tasks failed on a node that stayed, and
 * one was on a node that didn't, or finds no place any more. Docker itself goes back for both alike.
 * @param tasks of the service, newest first
 * @param away nodes that were seen away while it was followed
 * @param since tasks older than this (ms) tell of something else
 */
export function lostNode(tasks: readonly Task[], away: readonly LostNode[], since: number): LostNode | null {
  const fresh = tasks.filter(({ createdAt }) => createdAt >= since);
  const isAway = (task: Task): LostNode | undefined => away.find(({ node }) => node === task.node);
  if (fresh.some((task) => OWN_FAULT.has(task.state) && isAway(task) === undefined)) return null;
  const hit = fresh.find((task) => isAway(task) !== undefined);
  if (hit !== undefined) return isAway(hit) ?? null;
  return fresh.some(({ state, node }) => state === 'pending' && node === null) ? (away[0] ?? null) : null;
}
