/** A lock that is held: a path such as `swarm/service:pad`, and who holds it. */
export interface HeldLock {
  readonly path: string;
  readonly operation: string;
}

/** Locks are a tree: a parent excludes its children, and they it. */
export function overlap(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

/** The first lock of another operation that stands in the way, in sorted order; null when all can be taken. */
export function conflict(operation: string, wanted: readonly string[], held: readonly HeldLock[]): HeldLock | null {
  for (const path of wanted.toSorted()) {
    const holder = held.find((lock) => lock.operation !== operation && overlap(lock.path, path));
    if (holder !== undefined) return holder;
  }
  return null;
}
