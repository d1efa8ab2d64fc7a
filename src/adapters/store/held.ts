import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/**
 * Whether a vigie runs on this store now, without waiting for it.
 * @param file the store's
 */
export function isHeld(file: string): boolean {
  const path = `${file}.lock`;
  if (!existsSync(path)) return false;
  const lock = new DatabaseSync(path);
  try {
    lock.exec('pragma busy_timeout = 0; begin exclusive; rollback');
    return false;
  } catch {
    return true;
  } finally {
    lock.close();
  }
}
