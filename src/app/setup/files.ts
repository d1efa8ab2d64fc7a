import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { Stop } from './interview.ts';

/** The account that runs vigie: what it reads belongs to it. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const USUAL = 'vigie';

/** @param given its name; without one, `vigie` where root runs this and there is such an account, else whoever runs this. @throws Stop */
export function accountFor(given: string | undefined): Account {
  const { uid, gid, username } = userInfo();
  const me = { name: username, uid, gid };
  if (uid !== 0) {
    if (given === undefined || given === username) return me;
    throw new Stop(`--account ${given}: only root can set vigie up for another account: run this as root, or as ${given}`);
  }
  const found = lookUp(given ?? USUAL);
  if (found !== null) return found;
  if (given !== undefined) throw new Stop(`--account ${given}: there is no such account. Make it: useradd --system ${given}`);
  return me;
}

function lookUp(name: string): Account | null {
  try {
    const id = (which: string): number =>
      Number(execFileSync('id', [which, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { name, uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
  }
}

/** Makes a folder for the account alone; one that is there is left as it is. */
export function makeFolder(path: string, mode: number, { uid, gid }: Account): void {
  if (existsSync(path)) return;
  mkdirSync(path, { recursive: true, mode });
  chmodSync(path, mode);
  give(path, uid, gid);
}

/** A secret, for the account alone. @throws Error when the file is there already: nothing is overwritten */
export function writeSecret(path: string, secret: string, { uid, gid }: Account): void {
  writeFileSync(path, `${secret.trim()}\n`, { mode: 0o600, flag: 'wx' });
  give(path, uid, gid);
}

/** What anybody may read, in one step: whoever looks sees the old file or the new one. */
export function writeOpen(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o644 });
  chmodSync(`${path}.new`, 0o644);
  renameSync(`${path}.new`, path);
}

/** Text of a file; null where there is none. */
export function textIn(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

function give(path: string, uid: number, gid: number): void {
  if (statSync(path).uid !== uid) chownSync(path, uid, gid);
}
