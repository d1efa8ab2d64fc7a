/**
 * What vigie makes beside a live database, on the same server: `new` is loaded there before it takes the live one's place, `old` is what a restore replaced,
 * `undone` what undoing it replaced.
 */
export type SiblingRole = 'new' | 'old' | 'undone';

export interface Sibling {
  readonly role: SiblingRole;
  /** The operation that made it. */
  readonly operation: string;
}

/** PostgreSQL cuts longer names off, which would make two of them one. */
const LONGEST = 63;
const NAME = /^(.+)_vigie_(new|old|undone)_([a-z0-9]{3,8})$/u;

/** How long what was replaced is kept, ms. */
export const KEPT_MS = 7 * 86_400_000;

/** `pad_vigie_old_p7k`; a long name of a database is cut, the operation's id tells them apart. */
export function siblingName(database: string, { role, operation }: Sibling): string {
  const tail = `_vigie_${role}_${operation}`;
  return database.slice(0, LONGEST - tail.length) + tail;
}

/** What a name on the server stands for; null where it is none that vigie made for this database. */
export function siblingOf(database: string, name: string): Sibling | null {
  const [, , role, operation] = NAME.exec(name) ?? [];
  if (operation === undefined || (role !== 'new' && role !== 'old' && role !== 'undone')) return null;
  const sibling: Sibling = { role, operation };
  return siblingName(database, sibling) === name ? sibling : null;
}

/**
 * Whether it may be dropped: what was replaced stays for seven days, what was loaded and never used goes with the operation that made it.
 * @param endedAt when that operation ended; null while it is open, or where nobody knows it
 */
export function isSiblingExpired({ role }: Sibling, endedAt: number | null, now: number): boolean {
  if (endedAt === null) return false;
  return role === 'new' ? endedAt < now : now - endedAt >= KEPT_MS;
}
