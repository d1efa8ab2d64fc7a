import { existsSync } from 'node:fs';
import { systemClock } from '#kernel/clock.ts';
import type { AuditLog } from '#ports/store.ts';
import { openStore } from '#adapters/store/store.ts';
import type { LoadedConfig } from '#config/load.ts';
import { storeFile } from './state-folder.ts';
import type { Print } from './terminal.ts';

/** A head of the audit as vigie posts it: the number of its newest entry, and that entry's hash. */
interface Head {
  readonly seq: number;
  readonly hash: string;
}

const POSTED = /^(\d{1,15}):([0-9a-f]{64})$/u;

/**
 * Walks the chain of the audit, and holds it against a head that was posted: whoever has the file can cut it, or write all of it anew
 * with hashes that fit, but not what stands in a channel and on telephones.
 * @param posted `SEQ:HASH`, as the daily post says it
 * @returns 0 when nothing was changed, 1 when something was or nobody can tell, 2 for the command line itself
 */
export async function verifyAudit({ config }: LoadedConfig, print: Print, posted?: string): Promise<number> {
  const head = posted === undefined ? null : headIn(posted);
  if (posted !== undefined && head === null)
    return print(`${posted} is no SEQ:HASH: paste all of it from the daily post, a number, a colon and 64 digits and letters`, 2);
  const file = storeFile(config);
  if (!existsSync(file)) return print(`${file} does not exist: vigie has not run with this configuration`, 1);
  const store = await openStore(file, systemClock, 'shared');
  try {
    return await verify(store.audit, print, head);
  } finally {
    await store.close();
  }
}

function headIn(posted: string): Head | null {
  const [, seq, hash] = POSTED.exec(posted.trim().toLowerCase()) ?? [];
  return seq === undefined || hash === undefined ? null : { seq: Number(seq), hash };
}

async function verify(audit: AuditLog, print: Print, posted: Head | null): Promise<number> {
  const { entries, head, broken } = await audit.verify();
  if (broken !== null) return print(`the audit was changed by somebody at entry ${broken}: ${entries} entries before it are intact`, 1);
  if (posted === null) return print(inItself(entries, head), 0);
  const { seq, hash } = posted;
  if (seq > entries)
    return print(
      `the audit was cut by somebody: it ends at entry ${entries}, and entry ${seq} was posted. What is left is intact in itself`,
      1,
    );
  if ((await audit.hashOf(seq)) !== hash)
    return print(`the audit was rewritten by somebody: entry ${seq} is not the one that was posted; it was changed, or one before it`, 1);
  return print(`${entries} entries, unbroken, and entry ${seq} is the one that was posted; head ${entries}:${head}`, 0);
}

function inItself(entries: number, head: string): string {
  return `${entries} entries, unbroken in themselves; head ${entries}:${head}
Whoever cuts the audit, or rewrites all of it, leaves it unbroken: hold it against a head that was posted. The daily post in the operations
channel, and its page, say what to type: vigie audit verify SEQ:HASH`;
}
