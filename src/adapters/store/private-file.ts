import { chmodSync, closeSync, constants, fchmodSync, fchownSync, lstatSync, openSync, rmSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';

const MODE = 0o600;
const OTHERS = 0o077;
const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

/**
 * Makes a file that nobody else may read, whatever the umask; one that is there already is tightened. The store holds what people said
 * and what vigie's buttons are signed with.
 * @throws Error in words, when what is there is a link, no file, or somebody else's: whoever may write to the folder put it there
 */
export function keepPrivate(path: string): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) closeSync(makePrivate(path));
  else tighten(path, there);
}

/** The same for what may be missing: SQLite makes its journals itself, as private as what they belong to. */
export function keepPrivateIfThere(path: string): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there !== undefined) tighten(path, there);
}

/** A new file in the place of whatever had that name; a link goes, never what it leads to. @returns a descriptor to write to */
export function makePrivate(path: string): number {
  rmSync(path, { force: true });
  const file = openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, MODE);
  // A mode is cut by the umask, never widened; this is for file systems that give modes of their own.
  fchmodSync(file, MODE);
  giveToOwner(file, dirname(path));
  return file;
}

/** Root, who takes the store over, makes nothing that vigie's own account couldn't open afterwards. (SQLite does the same with its journals.) */
function giveToOwner(file: number, folder: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  if (uid !== 0) fchownSync(file, uid, gid);
}

function tighten(path: string, there: Stats): void {
  if (there.isSymbolicLink()) throw new Error(`${path} is a link: remove it, and see who may write to that folder`);
  if (!there.isFile()) throw new Error(`${path} is no file: remove it, and see who may write to that folder`);
  if (!isOurs(path, there)) throw new Error(`${path} belongs to another account: remove it, and see who may write to that folder`);
  if ((there.mode & OTHERS) !== 0 && there.uid === process.getuid?.()) chmodSync(path, MODE);
}

/** Root, who looks at the store or runs `vigie do` on it, finds it in the hands of the account that the folder belongs to. */
function isOurs(path: string, { uid }: Stats): boolean {
  const me = process.getuid?.();
  return uid === me || (me === 0 && uid === statSync(dirname(path)).uid);
}
