/** Where backups of databases are in a place: `databases/pad/20261128T020000Z-p7k.dump`. The manifest stands beside it, as `.json`. */

const PART = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/u;

/** Whether a path may name a file of a place: relative, nothing in it leads out, and every file system takes it. */
export function isPlacePath(path: string): boolean {
  return path.split('/').every((part) => PART.test(part));
}

export function backupFolder(database: string): string {
  return `databases/${database}`;
}

/** @param at milliseconds since the epoch; written in UTC, so that the order of names is the order of times */
export function dumpPath(database: string, at: number, operation: string): string {
  const stamp = new Date(at).toISOString().replaceAll(/[-:]|\.\d+/gu, '');
  return `${backupFolder(database)}/${stamp}-${operation}.dump`;
}

export function manifestPath(dump: string): string {
  return dump.replace(/\.dump(\.age)?$/u, '.json$1');
}

/** Whether a file, whole or `.partial`, belongs to what an operation made. */
export function isOf(operation: string, path: string): boolean {
  const name = /\/\d{8}T\d{6}Z-(?<operation>[^./]+)\.(?:dump|json)(?:\.age)?(?:\.partial)?$/u.exec(path);
  return name?.groups?.['operation'] === operation;
}
